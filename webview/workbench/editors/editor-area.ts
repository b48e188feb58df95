import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { repeat } from 'lit/directives/repeat.js';
import { filter } from 'rxjs';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { EditorService, type EditorTab } from '#core/workbench/editors/editor-service.ts';
import { afterFrame } from '#webview/base/after-frame.ts';
import { moveFocus } from '#webview/base/focus.ts';
import { ObserveController, observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { below, showMenu } from '../menus/show-menu.ts';
import { keysOf } from '../keybindings/keys-of.ts';
import { editorOf, titleOf } from './editor-registry.ts';
import { editorTabStyles } from './editor-tab-styles.ts';
import './element-host.ts';
import './watermark.ts';

/** The tabs and what the one in front shows. An open editor keeps its element, and with it what was scrolled and typed. */
@customElement('lk-editor-area')
export class EditorArea extends WorkbenchElement {
  static override styles = [
    baseStyles,
    editorTabStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        background: var(--vscode-editor-background);
      }
      .content {
        flex: 1;
        min-height: 0;
        position: relative;
      }
      lk-element-host {
        position: absolute;
        inset: 0;
      }
    `,
  ];

  private readonly editors = inject(EditorService);
  private readonly tabs = observe(this, this.editors.tabs$, []);
  private readonly active = observe(this, this.editors.active$);
  private dragged: string | undefined;

  constructor() {
    super();
    // Devices may be renamed while their tabs are open.
    const { changes$ } = inject(DeviceReplica);
    new ObserveController(this, changes$.pipe(filter(({ reset, devices }) => reset || devices.size > 0)), undefined);
  }

  /** Puts the focus into the editor in front. */
  override focus(): void {
    const host = this.renderRoot.querySelector<HTMLElement>('lk-element-host:not([hidden])');
    if (host) host.focus();
    else this.renderRoot.querySelector<HTMLElement>('lk-watermark')?.focus();
  }

  protected override updated(_: PropertyValues): void {
    // Asking where it is lays the whole page out: after the frame it is known already.
    void afterFrame().then(() => {
      this.renderRoot.querySelector('.tab.active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    });
  }

  override render(): TemplateResult {
    const tabs = this.tabs.value;
    const active = this.active.value?.key;
    return html`${
        tabs.length > 0
          ? html`<div class="bar">
              <div
                class="tabs"
                role="tablist"
                aria-label=${this.t('editor.tabs')}
                @keydown=${this.pressed}
                @wheel=${this.wheeled}
              >
                ${repeat(
                  tabs,
                  ({ key }) => key,
                  (tab) => this.renderTab(tab, tab.key === active),
                )}
              </div>
              <button
                class="icon-button overflow"
                title=${this.t('editor.all')}
                aria-label=${this.t('editor.all')}
                aria-haspopup="menu"
                @click=${this.listAll}
              >
                ${icon('chevron-down')}
              </button>
            </div>`
          : nothing
      }
      <div class="content">
        ${tabs.length === 0 ? html`<lk-watermark></lk-watermark>` : nothing}
        ${repeat(
          tabs,
          ({ key }) => key,
          (tab) =>
            html`<lk-element-host
              id="panel-${tab.key}"
              role="tabpanel"
              aria-label=${titleOf(tab)}
              ?hidden=${tab.key !== active}
              .kind=${editorOf(tab.kind)}
              .input=${tab}
              .shown=${tab.key === active}
            ></lk-element-host>`,
        )}
      </div>`;
  }

  private renderTab(tab: EditorTab, active: boolean): TemplateResult {
    const close = this.t('editor.close');
    const title = titleOf(tab);
    return html`<div
      class=${classMap({ tab: true, active, preview: tab.preview, dirty: tab.dirty })}
      role="tab"
      tabindex=${active ? 0 : -1}
      aria-selected=${active}
      aria-controls="panel-${tab.key}"
      aria-label=${[title, tab.dirty ? this.t('editor.dirty') : undefined].filter(Boolean).join(', ')}
      data-key=${tab.key}
      draggable="true"
      title=${tab.description ?? title}
      @mousedown=${(event: MouseEvent) => this.mousedown(event, tab)}
      @auxclick=${(event: MouseEvent) => event.button === 1 && this.editors.close(tab.key)}
      @dblclick=${() => this.editors.pin(tab.key)}
      @contextmenu=${(event: MouseEvent) => this.menu(event, tab)}
      @dragstart=${() => (this.dragged = tab.key)}
      @dragover=${(event: DragEvent) => this.dragged && event.preventDefault()}
      @drop=${() => this.dropped(tab.key)}
      @dragend=${() => (this.dragged = undefined)}
    >
      ${tab.icon ? icon(tab.icon) : nothing}
      <span class="title">${title}</span>
      <span
        class="icon-button close"
        aria-hidden="true"
        title=${close}
        @mousedown=${(event: Event) => event.stopPropagation()}
        @click=${() => this.editors.close(tab.key)}
      >
        ${icon(tab.dirty ? 'circle-filled' : 'close')}
      </span>
    </div>`;
  }

  private mousedown(event: MouseEvent, tab: EditorTab): void {
    // The middle button would begin to scroll.
    if (event.button === 1) event.preventDefault();
    if (event.button === 0) this.editors.activate(tab.key);
  }

  /** Takes the place of the tab that it is dropped on, which makes room to the side that the dragged one comes from. */
  private dropped(target: string): void {
    const { dragged } = this;
    if (!dragged) return;
    const keys = this.tabs.value.map(({ key }) => key);
    const toTheRight = keys.indexOf(dragged) < keys.indexOf(target);
    this.editors.move(dragged, toTheRight ? keys[keys.indexOf(target) + 1] : target);
  }

  private pressed(event: KeyboardEvent): void {
    const tabs = [...this.renderRoot.querySelectorAll<HTMLElement>('.tab')];
    const key = (event.target as HTMLElement).dataset['key'];
    const moved = moveFocus(event, tabs, { orientation: 'horizontal' });
    if (moved?.dataset['key']) return this.editors.activate(moved.dataset['key']);
    const tab = this.tabs.value.find((each) => each.key === key);
    if (!tab) return;
    if (event.key === 'Delete') this.editors.close(tab.key);
    else if (event.key === 'Enter' || event.key === ' ') this.focus();
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) void this.menu(event, tab);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private wheeled(event: WheelEvent): void {
    if (event.deltaX === 0 && !event.shiftKey) (event.currentTarget as HTMLElement).scrollLeft += event.deltaY;
  }

  private async menu(event: Event, tab: EditorTab): Promise<void> {
    event.preventDefault();
    const target = event.currentTarget as Element;
    const place =
      event instanceof MouseEvent && event.clientX > 0
        ? { x: event.clientX, y: event.clientY }
        : below(target.querySelector('.title') ?? target);
    const others = this.tabs.value.length > 1 ? undefined : this.t('editor.onlyOne');
    const right = this.tabs.value.slice(this.tabs.value.findIndex(({ key }) => key === tab.key) + 1);
    const chosen = await showMenu(
      [
        [
          { id: 'close', label: this.t('editor.close'), keys: keysOf('workbench.closeEditor') },
          { id: 'others', label: this.t('editor.closeOthers'), disabledReason: others },
          {
            id: 'right',
            label: this.t('editor.closeRight'),
            disabledReason: right.length > 0 ? undefined : this.t('editor.lastOne'),
          },
          { id: 'all', label: this.t('editor.closeAll') },
        ],
        tab.preview ? [{ id: 'pin', label: this.t('editor.keepOpen') }] : [],
      ],
      place,
      titleOf(tab),
    );
    if (chosen === 'close') this.editors.close(tab.key);
    if (chosen === 'others') this.editors.closeOthers(tab.key);
    if (chosen === 'right') for (const { key } of right) this.editors.close(key);
    if (chosen === 'all') this.editors.closeAll();
    if (chosen === 'pin') this.editors.pin(tab.key);
  }

  private async listAll(event: Event): Promise<void> {
    const active = this.active.value?.key;
    const entries = this.tabs.value.map((tab) => ({ id: tab.key, label: titleOf(tab), checked: tab.key === active }));
    const chosen = await showMenu([entries], below(event.currentTarget as Element), this.t('editor.all'));
    if (chosen) this.editors.activate(chosen);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-editor-area': EditorArea;
  }
}
