import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { takeFocus } from '#webview/base/focus.ts';
import { observe } from '#webview/base/observe.ts';
import { icon } from '#webview/base/styles.ts';
import { openDialog } from '../pages/dialog.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner } from '../pages/page-states.ts';
import { filterKeybindings, type KeybindingRow } from './keybinding-rows.ts';
import {
  changeKeybinding,
  keyLabel,
  keyOfEvent,
  keybindingRows$,
  openKeybindingsJson,
  removeKeybinding,
  resetKeybinding,
} from './keybindings-source.ts';

/** The keyboard shortcuts: search by command or by pressing keys, change, remove, reset. Data: `{ query }`. */
@customElement('lk-keybindings-page')
export class KeybindingsPage extends PageElement<{ readonly query?: string }> {
  static override styles = [
    PageElement.styles,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        padding-bottom: 12px;
      }
      kbd {
        margin-inline-end: 3px;
      }
      .key {
        white-space: nowrap;
      }
      .id {
        display: block;
        font-size: 11px;
      }
      .record {
        display: grid;
        place-items: center;
        min-height: 72px;
        padding: 12px;
        border: 1px solid var(--vscode-focusBorder);
        border-radius: 4px;
        font-size: 16px;
        text-align: center;
      }
      .conflict {
        color: var(--vscode-editorWarning-foreground, var(--vscode-foreground));
      }
    `,
  ];

  @state() private query: string | undefined;
  /** Search by the keys that are pressed instead of by text. */
  @state() private recordingSearch = false;
  @state() private changing: KeybindingRow | undefined;
  @state() private recorded: string | undefined;
  @state() private error: unknown;
  @query('input[type=search]') private search!: HTMLInputElement;
  private readonly rows = observe<readonly KeybindingRow[]>(this, keybindingRows$(), []);

  protected override firstUpdated(): void {
    takeFocus(this.search);
  }

  protected override updated(): void {
    openDialog(this.shadowRoot);
  }

  override render() {
    const text = this.query ?? this.data?.query ?? '';
    const found = filterKeybindings(this.rows.value, text, keyLabel);
    const searchKey = this.recordingSearch ? 'keybindings.pressKeys' : 'keybindings.search';
    return html`<div class="page">
      <h1 class="visually-hidden">${this.t('keybindings.title')}</h1>
      <div class="bar">
        <input
          class="search"
          type="search"
          placeholder=${this.t(searchKey)}
          aria-label=${this.t(searchKey)}
          data-keys=${this.recordingSearch ? 'recording' : nothing}
          .value=${text}
          @input=${(event: Event) => (this.query = (event.target as HTMLInputElement).value)}
          @keydown=${this.onSearchKey}
        />
        <button
          aria-pressed=${this.recordingSearch}
          title=${this.t('keybindings.recordSearch')}
          @click=${this.toggleRecording}
        >
          ${icon('record-keys')}${this.t('keybindings.byKeys')}
        </button>
        <button @click=${() => openKeybindingsJson()}>${icon('go-to-file')}${this.t('settings.openJson')}</button>
      </div>
      <div class="visually-hidden" role="status">
        ${text ? this.t('keybindings.found', { count: found.length }) : nothing}
      </div>
      ${errorBanner(this.changing ? undefined : this.error)}
      ${found.length === 0 ? emptyState('keyboard', this.t('keybindings.noMatch')) : this.table(found)}
      ${this.changing ? this.recorder(this.changing) : nothing}
    </div>`;
  }

  private table(rows: readonly KeybindingRow[]): TemplateResult {
    const columns = ['command', 'key', 'when', 'source'] as const;
    return html`<table class="stack">
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${this.t(`keybindings.${column}`)}</th>`)}
          <th scope="col" class="actions"><span class="visually-hidden">${this.t('page.actions')}</span></th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => this.row(row))}
      </tbody>
    </table>`;
  }

  private row(row: KeybindingRow): TemplateResult {
    const name = { name: row.title };
    return html`<tr @dblclick=${() => this.begin(row)}>
      <td data-label=${this.t('keybindings.command')}>
        <span>${row.title}<span class="muted mono id">${row.command}</span></span>
      </td>
      <td class="key" data-label=${this.t('keybindings.key')}>
        <span>
          ${row.key === undefined ? html`<span class="muted">–</span>` : this.keys(row.key)}
          ${
            row.conflicts.length === 0
              ? nothing
              : html`<span class="conflict" title=${this.conflictText(row.conflicts)}>
                  ${icon('warning')}<span class="visually-hidden">${this.conflictText(row.conflicts)}</span>
                </span>`
          }
        </span>
      </td>
      <td class="mono" data-label=${this.t('keybindings.when')}>${row.when ?? ''}</td>
      <td data-label=${this.t('keybindings.source')}>
        ${row.source === 'user' ? this.t('keybindings.source.user') : row.source}
      </td>
      <td class="actions">
        ${this.button('edit', 'keybindings.change', 'keybindings.changeNamed', name, () => this.begin(row))}
        ${
          row.key === undefined
            ? nothing
            : this.button('trash', 'keybindings.remove', 'keybindings.removeNamed', name, () =>
                this.attempt(() => removeKeybinding(row)),
              )
        }
        ${
          row.source === 'user' || row.changed
            ? this.button('discard', 'keybindings.reset', 'keybindings.resetNamed', name, () =>
                this.attempt(() => resetKeybinding(row)),
              )
            : nothing
        }
      </td>
    </tr>`;
  }

  private button(
    symbol: string,
    title: string,
    label: string,
    args: { name: string },
    run: () => unknown,
  ): TemplateResult {
    return html`<button
      class="icon"
      title=${this.t(title)}
      aria-label=${this.t(label, args)}
      @click=${() => void run()}
    >
      ${icon(symbol)}
    </button>`;
  }

  private keys(key: string): TemplateResult {
    return html`${keyLabel(key)
      .split(' ')
      .map((chord) => html`<kbd>${chord}</kbd>`)}`;
  }

  private conflictText(titles: readonly string[]): string {
    return this.t('keybindings.conflict', {
      commands: new Intl.ListFormat(document.documentElement.lang || 'en').format(titles),
    });
  }

  private recorder(row: KeybindingRow): TemplateResult {
    const { recorded } = this;
    const others = this.rows.value
      .filter((each) => each.key !== undefined && each.key === recorded && each.command !== row.command)
      .map(({ title }) => title);
    return html`<dialog aria-labelledby="record-title" @close=${this.endChange} @keydown=${this.onRecordKey}>
      <h2 id="record-title">${this.t('keybindings.changeNamed', { name: row.title })}</h2>
      ${errorBanner(this.error)}
      <div
        class="record"
        tabindex="0"
        autofocus
        role="textbox"
        aria-readonly="true"
        aria-label=${this.t('keybindings.pressKeys')}
      >
        <div aria-live="polite">${recorded === undefined ? this.t('keybindings.pressKeys') : this.keys(recorded)}</div>
      </div>
      <p class=${others.length > 0 ? 'conflict' : 'muted'} style="margin: 10px 0 0; min-height: 3em" role="status">
        ${others.length > 0 ? this.conflictText(others) : this.t('keybindings.recordHint')}
      </p>
      <div class="buttons">
        <button @click=${this.endChange}>${this.t('page.cancel')}</button>
        <button class="primary" ?disabled=${recorded === undefined} @click=${() => void this.apply()}>
          ${this.t('page.save')}
        </button>
      </div>
    </dialog>`;
  }

  private begin(row: KeybindingRow): void {
    this.recorded = this.error = undefined;
    this.changing = row;
  }

  private readonly endChange = (): void => {
    this.changing = this.recorded = this.error = undefined;
  };

  private readonly toggleRecording = (): void => {
    this.recordingSearch = !this.recordingSearch;
    this.query = '';
    this.search.focus();
  };

  private readonly onSearchKey = (event: KeyboardEvent): void => {
    if (!this.recordingSearch) return;
    if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) return; // the way out
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') {
      this.toggleRecording();
      return;
    }
    const key = keyOfEvent(event);
    if (key !== undefined) this.query = `"${keyLabel(key)}"`;
  };

  private readonly onRecordKey = (event: KeyboardEvent): void => {
    const onButton = event.composedPath().some((node) => node instanceof HTMLButtonElement);
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (plain && (event.key === 'Tab' || event.key === 'Escape')) return;
    if (plain && event.key === 'Enter' && (onButton || this.recorded !== undefined)) {
      if (!onButton) void this.apply();
      return;
    }
    if (onButton && event.key === ' ') return;
    event.preventDefault();
    event.stopPropagation();
    const key = keyOfEvent(event);
    if (key !== undefined) this.recorded = key;
  };

  private async apply(): Promise<void> {
    const { changing, recorded } = this;
    if (!changing || recorded === undefined) return;
    await this.attempt(() => changeKeybinding(changing, recorded));
    if (this.error === undefined) this.endChange();
  }

  private async attempt(change: () => Promise<unknown>): Promise<void> {
    this.error = undefined;
    try {
      await change();
    } catch (error) {
      this.error = error;
    }
  }
}
