import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { DeviceQueries } from '#core/workbench/devices/device-queries.ts';
import type { QueryCompletion } from '#core/workbench/devices/query-completion.ts';
import { inject } from '#webview/base/services.ts';
import { lineInputStyles } from '#webview/base/shared-styles.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';

/**
 * A line in which a device query is typed, with what could stand at the cursor below it. Fires `query-change` with the text, and
 * `query-leave` when somebody goes on to the list.
 */
@customElement('lk-query-input')
export class QueryInput extends WorkbenchElement {
  static override styles = [
    baseStyles,
    lineInputStyles,
    css`
      :host {
        position: relative;
        display: flex;
        flex-direction: column;
        min-width: 0;
      }
      .line-input {
        flex: none;
      }
      .problem:not(:empty) {
        margin-top: 4px;
        padding: 4px 6px;
        border: 1px solid var(--vscode-inputValidation-warningBorder);
        background: var(--vscode-inputValidation-warningBackground);
        color: var(--vscode-inputValidation-warningForeground);
        overflow-wrap: anywhere;
      }
      .line-input {
        padding: 0 var(--padding, 8px);
      }
      ul {
        position: absolute;
        z-index: 5;
        top: 26px;
        inset-inline-start: 0;
        max-width: 100%;
        max-height: 240px;
        margin: 2px 0 0;
        padding: 2px 0;
        overflow: auto;
        list-style: none;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        background: var(--vscode-quickInput-background);
        color: var(--vscode-quickInput-foreground);
        box-shadow: 0 2px 8px var(--vscode-widget-shadow);
      }
      li {
        display: flex;
        gap: 12px;
        padding: 2px 8px;
        cursor: pointer;
      }
      li:hover {
        background: var(--vscode-list-hoverBackground);
      }
      li[aria-selected='true'] {
        background: var(--vscode-list-activeSelectionBackground);
        color: var(--vscode-list-activeSelectionForeground);
        outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      code {
        flex: none;
        min-width: 80px;
        font-family: var(--vscode-editor-font-family, monospace);
      }
    `,
  ];

  @property() value = '';
  @property() label = '';
  /** What is wrong with the query. Not said while there are suggestions: it is not finished yet. */
  @property() problem = '';
  @property() hint = '';
  @state() private completions: readonly QueryCompletion[] = [];
  @state() private active = -1;
  @query('input') private input!: HTMLInputElement;
  private readonly queries = inject(DeviceQueries);

  override focus(): void {
    this.input?.focus();
  }

  select(): void {
    this.input?.select();
  }

  override render(): TemplateResult {
    const open = this.completions.length > 0;
    return html`<input
        class="line-input"
        type="text"
        spellcheck="false"
        autocomplete="off"
        role="combobox"
        aria-label=${this.label}
        placeholder=${this.label}
        aria-expanded=${open}
        aria-controls="completions"
        aria-autocomplete="list"
        aria-activedescendant=${open && this.active >= 0 ? `completion-${this.active}` : nothing}
        aria-invalid=${this.problem ? 'true' : nothing}
        title=${this.hint || nothing}
        .value=${live(this.value)}
        @input=${this.typed}
        @keydown=${this.pressed}
        @blur=${this.close}
      />
      <ul id="completions" role="listbox" aria-label=${this.t('deviceQuery.completions')} ?hidden=${!open}>
        ${this.completions.map(
          (completion, index) =>
            html`<li
              id="completion-${index}"
              role="option"
              aria-selected=${index === this.active}
              @mousedown=${(event: Event) => (event.preventDefault(), this.accept(completion))}
            >
              <code>${completion.insert}</code>
              ${completion.kind === 'field' ? html`<span>${this.t(`deviceQuery.${completion.field}`)}</span>` : nothing}
            </li>`,
        )}
      </ul>
      <div class="problem" role="status">${open ? nothing : this.problem || nothing}</div>`;
  }

  protected override updated(): void {
    this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  private typed(): void {
    this.take(this.input.value);
    // A word alone is mostly a name: nothing is offered for it but the fields that it begins.
    const at = this.input.selectionStart ?? this.value.length;
    if (/[\s(]$|^$/.test(this.value.slice(0, at))) this.close();
    else this.offer();
  }

  private take(value: string): void {
    this.value = value;
    this.emit('query-change', value);
  }

  private offer(): void {
    const at = this.input.selectionStart ?? this.value.length;
    const found = this.queries.complete(this.value, at);
    this.completions = found.filter(({ insert, start, end }) => this.value.slice(start, end) !== insert);
    this.active = -1;
  }

  private readonly close = (): void => {
    this.completions = [];
    this.active = -1;
  };

  private accept({ insert, start, end, kind }: QueryCompletion): void {
    const value = this.value.slice(0, start) + insert + this.value.slice(end);
    this.take(value);
    void this.updateComplete.then(() => {
      this.input.setSelectionRange(start + insert.length, start + insert.length);
      if (kind === 'field') this.offer();
      else this.close();
    });
  }

  private pressed(event: KeyboardEvent): void {
    const { length } = this.completions;
    const chosen = this.completions[this.active];
    if (event.key === ' ' && event.ctrlKey) this.offer();
    else if (event.key === 'ArrowDown' && length > 0) this.active = (this.active + 1) % length;
    else if (event.key === 'ArrowUp' && length > 0) this.active = (this.active <= 0 ? length : this.active) - 1;
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) this.accept(chosen);
    else if (event.key === 'Escape' && length > 0) this.close();
    else if (event.key === 'Escape' && this.value) this.take('');
    else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      this.close();
      this.emit('query-leave');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-query-input': QueryInput;
  }
}
