import { VirtualizerController } from '@tanstack/lit-virtual';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import type { Subscription } from 'rxjs';
import type { InputBox, InputBoxState } from '#core/workbench/quick-input/input-box.ts';
import { QuickInputService } from '#core/workbench/quick-input/quick-input-service.ts';
import type { QuickPick, QuickPickState, ShownItem } from '#core/workbench/quick-input/quick-pick.ts';
import { deepActiveElement } from '#webview/base/focus.ts';
import { inject } from '#webview/base/services.ts';
import { lineInputStyles, slideStyles } from '#webview/base/shared-styles.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { highlighted } from '../tree/highlighted.ts';
import { quickInputStyles } from './quick-input-styles.ts';

const lineHeight = 22;
const detailHeight = 18;
const pageLines = 10;

/** Draws what `QuickInputService` asks: the palette, quick open, lists and lines to type, at the top of the window. */
@customElement('lk-quick-input')
export class QuickInput extends WorkbenchElement {
  static override styles = [baseStyles, lineInputStyles, slideStyles, quickInputStyles];

  @state() private model: QuickPick | InputBox | undefined;
  @state() private shown: QuickPickState | InputBoxState | undefined;
  @query('input.line-input') private input!: HTMLInputElement | null;
  @query('.list') private list!: HTMLElement | null;
  private readonly service = inject(QuickInputService);
  private focusedBefore: Element | null = null;
  private subscriptions: Subscription[] = [];
  private readonly virtual = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    getScrollElement: () => this.list ?? null,
    count: 0,
    estimateSize: (index) => this.heightOf(index),
    overscan: 6,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.subscriptions = [this.service.current$.subscribe((model) => this.take(model))];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }

  private take(model: QuickPick | InputBox | undefined): void {
    for (const subscription of this.subscriptions.splice(1)) subscription.unsubscribe();
    if (model && !this.model) this.focusedBefore = deepActiveElement();
    this.model = model;
    this.shown = undefined;
    if (model) {
      this.subscriptions.push(
        (model.state$ as typeof model.state$ & QuickPick['state$']).subscribe((now) => (this.shown = now)),
      );
    } else if (this.focusedBefore instanceof HTMLElement && this.focusedBefore.isConnected) {
      this.focusedBefore.focus();
    }
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('shown')) return;
    const before = changed.get('shown') as QuickPickState | InputBoxState | undefined;
    const items = this.shown?.kind === 'pick' ? this.shown.items : [];
    if (before?.kind === 'pick' && before.items === items) return;
    const virtualizer = this.virtual.getVirtualizer();
    virtualizer.setOptions({ ...virtualizer.options, count: items.length });
    virtualizer.measure();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('model') && this.model && this.input) {
      this.input.focus();
      const { value } = this.input;
      // A prefix (`>`) is kept; a value to be changed is marked, so that typing replaces it.
      if (this.model.kind === 'input' && value !== '') this.input.select();
      else this.input.setSelectionRange(value.length, value.length);
    }
    const { shown } = this;
    if (changed.has('shown') && shown?.kind === 'pick' && shown.activeIndex >= 0) {
      this.virtual.getVirtualizer().scrollToIndex(shown.activeIndex, { align: 'auto' });
    }
  }

  private heightOf(index: number): number {
    const item = this.shown?.kind === 'pick' ? this.shown.items[index] : undefined;
    return lineHeight + (item && (item.disabled ?? item.detail) ? detailHeight : 0);
  }

  override render(): TemplateResult | typeof nothing {
    const { shown } = this;
    if (!shown) return nothing;
    const { title, step, totalSteps, canGoBack } = shown;
    const numbered = step !== undefined && totalSteps !== undefined && totalSteps > 1;
    return html`<div
      class="widget"
      role="dialog"
      aria-modal="true"
      aria-label=${title ?? shown.placeholder ?? this.t('quickInput.label')}
      @keydown=${this.pressed}
      @focusout=${this.left}
    >
      ${
        title || canGoBack || numbered
          ? html`<div class="title">
              ${
                canGoBack
                  ? html`<button
                      class="icon-button"
                      title=${`${this.t('quickInput.back')} (Alt+←)`}
                      aria-label=${this.t('quickInput.back')}
                      @click=${() => this.model?.back()}
                    >
                      ${icon('arrow-left')}
                    </button>`
                  : nothing
              }
              <h1>${title}</h1>
              ${
                numbered
                  ? html`<span class="step">${this.t('quickInput.step', { step, total: totalSteps })}</span>`
                  : nothing
              }
            </div>`
          : nothing
      }
      ${this.renderEntry(shown)}
      <div
        class=${shown.busy ? 'slide' : 'still'}
        role=${shown.busy ? 'progressbar' : nothing}
        aria-label=${shown.busy ? this.t('quickInput.busy') : nothing}
      >
        ${shown.busy ? html`<span></span>` : nothing}
      </div>
      ${shown.kind === 'pick' ? this.renderList(shown) : this.renderMessage(shown)}
    </div>`;
  }

  private renderEntry(shown: QuickPickState | InputBoxState): TemplateResult {
    const pick = shown.kind === 'pick' ? shown : undefined;
    const problem = shown.kind === 'input' ? shown.problem : undefined;
    return html`<div class="entry">
      <input
        class="line-input"
        type=${shown.kind === 'input' && shown.password ? 'password' : 'text'}
        autocomplete="off"
        spellcheck="false"
        placeholder=${shown.placeholder ?? ''}
        aria-label=${shown.placeholder ?? shown.title ?? this.t('quickInput.label')}
        role=${pick ? 'combobox' : nothing}
        aria-expanded=${pick ? 'true' : nothing}
        aria-controls=${pick ? 'list' : nothing}
        aria-autocomplete=${pick ? 'list' : nothing}
        aria-activedescendant=${pick && pick.activeIndex >= 0 ? `option-${pick.activeIndex}` : nothing}
        aria-invalid=${problem ? 'true' : nothing}
        aria-describedby=${pick ? nothing : 'message'}
        .value=${live(shown.value)}
        @input=${(event: Event) => this.model?.setValue((event.target as HTMLInputElement).value)}
      />
      ${
        pick?.many
          ? html`<span>${this.t('quickInput.picked', { count: pick.picked.size })}</span>
              <button class="button" @click=${() => (this.model as QuickPick).finish()}>
                ${this.t('quickInput.ok')}
              </button>`
          : nothing
      }
    </div>`;
  }

  private renderMessage({ problem, prompt }: InputBoxState): TemplateResult {
    return problem
      ? html`<div class="problem" id="message" role="alert">${problem}</div>`
      : html`<div class="message" id="message">
          ${prompt ? this.t('quickInput.promptAndKeys', { prompt }) : this.t('quickInput.keys')}
        </div>`;
  }

  private renderList(shown: QuickPickState): TemplateResult {
    const { items, activeIndex, many, busy } = shown;
    const virtualizer = this.virtual.getVirtualizer();
    return html`<div
        class="list"
        id="list"
        role="listbox"
        aria-label=${this.t('quickInput.list')}
        aria-multiselectable=${many}
      >
        <div class="rows" role="presentation" style="height: ${virtualizer.getTotalSize()}px">
          ${virtualizer
            .getVirtualItems()
            .map(({ index, start, size }) =>
              this.renderItem(shown, items[index], index, start, size, index === activeIndex),
            )}
        </div>
      </div>
      ${items.length === 0 && !busy ? html`<div class="none" role="status">${this.t('quickInput.none')}</div>` : nothing}`;
  }

  private renderItem(
    { many, items }: QuickPickState,
    item: ShownItem | undefined,
    index: number,
    start: number,
    size: number,
    active: boolean,
  ): TemplateResult | typeof nothing {
    if (!item) return nothing;
    const { id, label, description, detail, disabled, keybinding, separator } = item;
    const ticked = many && (this.model as QuickPick).isTicked(item);
    return html`<div
      id="option-${index}"
      class=${classMap({ option: true, active, headed: separator !== undefined && index > 0 })}
      role="option"
      aria-selected=${many ? ticked : active}
      aria-disabled=${disabled === undefined ? nothing : 'true'}
      aria-posinset=${index + 1}
      aria-setsize=${items.length}
      aria-label=${[label, description, separator, keybinding, disabled ?? detail].filter(Boolean).join(', ')}
      title=${ifDefined(disabled)}
      style="transform: translateY(${start}px); height: ${size}px"
      @mousedown=${(event: MouseEvent) => event.preventDefault()}
      @click=${() => this.chosen(id)}
    >
      <span class="sign"
        >${many && item.completes === undefined && disabled === undefined ? html`<span class="check">${ticked ? icon('check') : nothing}</span>` : nothing}${
          item.icon ? icon(item.icon) : nothing
        }</span
      >
      <span class="label">${highlighted(label, item.labelHighlights)}</span>
      <span class="description">${description ? highlighted(description, item.descriptionHighlights) : nothing}</span>
      <span class="end"
        >${separator ? html`<span class="heading">${separator}</span> ` : nothing}${
          keybinding ? html`<kbd>${keybinding}</kbd>` : nothing
        }</span
      >
      ${(disabled ?? detail) ? html`<span class="detail">${disabled ?? detail}</span>` : nothing}
    </div>`;
  }

  private chosen(id: string): void {
    const pick = this.model as QuickPick;
    if (pick.current.many) pick.toggle(id);
    else pick.accept(id);
  }

  private pressed(event: KeyboardEvent): void {
    const { model } = this;
    if (!model) return;
    if (event.key === 'Escape') model.hide();
    else if (event.key === 'ArrowLeft' && event.altKey) model.back();
    else if (event.key === 'Enter' && event.composedPath()[0] === this.input) void model.accept();
    else if (model.kind === 'pick' && this.movedInList(event, model)) return event.preventDefault();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private movedInList(event: KeyboardEvent, pick: QuickPick): boolean {
    const { activeIndex, items, many } = pick.current;
    const last = items.length - 1;
    if (event.key === 'ArrowDown') pick.setActive(activeIndex + 1);
    else if (event.key === 'ArrowUp') pick.setActive(activeIndex < 0 ? last : activeIndex - 1);
    else if (event.key === 'PageDown') pick.setActive(Math.min(activeIndex + pageLines, last));
    else if (event.key === 'PageUp') pick.setActive(Math.max(activeIndex - pageLines, 0));
    else if (event.key === 'Home' && event.ctrlKey) pick.setActive(0);
    else if (event.key === 'End' && event.ctrlKey) pick.setActive(last);
    else if (event.key === ' ' && many && (event.ctrlKey || pick.current.value === '')) {
      const active = items[activeIndex];
      if (active) pick.toggle(active.id);
    } else return false;
    event.stopPropagation();
    return true;
  }

  /** As VS Code's: a click elsewhere dismisses it, another window does not. */
  private left(event: FocusEvent): void {
    const { model } = this;
    if (!document.hasFocus() || this.renderRoot.contains(event.relatedTarget as Node | null)) return;
    queueMicrotask(() => {
      if (this.model === model && !this.matches(':focus-within')) model?.hide();
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-quick-input': QuickInput;
  }
}
