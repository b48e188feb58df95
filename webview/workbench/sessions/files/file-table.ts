import { VirtualizerController } from '@tanstack/lit-virtual';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { FileEntry } from '#protocol/file-transfer.ts';
import { formatDateTime } from '#webview/base/l10n.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { controlStyles } from '../../pages/page-styles.ts';
import { rowOfKey } from '../../pages/row-keys.ts';
import { scrollerStyles } from '../../pages/scroller-styles.ts';
import { byteSize } from '../../pages/times.ts';
import type { FileOrder, SortColumn } from './file-rows.ts';

const rowHeight = 26;
const symbols = { folder: 'folder', file: 'file', link: 'link', other: 'circle-slash' } as const;
const columns: readonly SortColumn[] = ['name', 'size', 'modifiedAt'];

/**
 * The entries of a folder, of which only those in sight are drawn. Arrows move, Shift and Space select several, Enter opens,
 * Backspace goes up, letters jump. Fires `file-open`, `file-download` (those selected), `file-sort`, `file-up`.
 */
@customElement('lk-file-table')
export class FileTable extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    scrollerStyles,
    css`
      .line {
        --columns: minmax(0, 1fr) 90px 190px 32px;
        height: ${rowHeight}px;
        padding: 0 12px;
      }
      .heading button {
        justify-content: flex-start;
        min-height: 22px;
        padding: 0;
        border: 0;
        background: none;
        color: var(--vscode-descriptionForeground);
        font-weight: 600;
      }
      .heading .size button,
      .size {
        justify-content: flex-end;
        text-align: end;
      }
      .body .line {
        cursor: default;
      }
      .name {
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
      }
      .name span:last-child {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: pre;
      }
      .modifiedAt {
        padding-inline-start: 18px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .body .line:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .body .line.selected {
        background: var(--vscode-list-inactiveSelectionBackground);
        color: var(--vscode-list-inactiveSelectionForeground, inherit);
      }
      .scroller:focus .line.selected {
        background: var(--vscode-list-activeSelectionBackground);
        color: var(--vscode-list-activeSelectionForeground);
      }
      .scroller:focus .line.active {
        outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
        outline-offset: -1px;
      }
      .line button.get {
        min-height: 22px;
        min-width: 22px;
        visibility: hidden;
        color: inherit;
      }
      .line:hover button.get,
      .line.active button.get {
        visibility: visible;
      }
      .nothing {
        padding: 32px 16px;
        text-align: center;
        color: var(--vscode-descriptionForeground);
      }
      @container (max-width: 480px) {
        .line {
          --columns: minmax(0, 1fr) 76px 32px;
        }
        .modifiedAt {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) rows: readonly FileEntry[] = [];
  @property({ attribute: false }) order: FileOrder = { column: 'name', descending: false, hidden: false };
  @property() label = '';
  /** Why nothing can be fetched, where nothing can. */
  @property({ attribute: false }) reason: string | undefined;
  /** Stands there where there are no rows. */
  @property() empty = '';
  @state() private active = 0;
  @state() private selected: ReadonlySet<string> = new Set();
  @query('.scroller') private scroller!: HTMLElement;
  private readonly virtualizer = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    count: 0,
    getScrollElement: () => this.scroller ?? null,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
  });

  override focus(): void {
    this.scroller?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('label')) return;
    this.active = 0;
    this.selected = new Set();
    if (this.hasUpdated) this.scroller.scrollTop = 0;
  }

  override render(): TemplateResult {
    const virtualizer = this.virtualizer.getVirtualizer();
    virtualizer.setOptions({
      ...virtualizer.options,
      count: this.rows.length,
      getItemKey: (index) => this.rows[index]?.name ?? index,
    });
    return html`<div
      class="scroller"
      role="grid"
      tabindex="0"
      aria-label=${this.label}
      aria-multiselectable="true"
      aria-rowcount=${this.rows.length + 1}
      aria-activedescendant=${this.rows.length > 0 ? `row-${this.active}` : nothing}
      @keydown=${this.pressed}
    >
      <div class="line heading" role="row" aria-rowindex="1">
        ${columns.map((column) => this.renderHeading(column))}
        <div role="columnheader"><span class="visually-hidden">${this.t('sessions.files.download')}</span></div>
      </div>
      <div class="body" role="rowgroup" style="height: ${virtualizer.getTotalSize()}px">
        ${repeat(
          virtualizer.getVirtualItems(),
          ({ key }) => key,
          ({ index, start }) => this.renderRow(index, start),
        )}
      </div>
      ${this.rows.length === 0 ? html`<p class="nothing">${this.empty}</p>` : nothing}
    </div>`;
  }

  private renderHeading(column: SortColumn): TemplateResult {
    const { order } = this;
    const sorted = order.column === column ? (order.descending ? 'descending' : 'ascending') : 'none';
    return html`<div class=${column} role="columnheader" aria-sort=${sorted}>
      <button tabindex="-1" @click=${() => this.emit('file-sort', column)}>
        ${this.t(`sessions.files.column.${column}`)}${
          sorted === 'none' ? nothing : icon(order.descending ? 'chevron-down' : 'chevron-up')
        }
      </button>
    </div>`;
  }

  private renderRow(index: number, start: number): TemplateResult | typeof nothing {
    const entry = this.rows[index];
    if (!entry) return nothing;
    const { name, kind, size, modifiedAt } = entry;
    const selected = this.selected.has(name);
    const get = this.t('sessions.files.downloadOne', { name });
    return html`<div
      class="line ${selected ? 'selected' : ''} ${index === this.active ? 'active' : ''}"
      id="row-${index}"
      role="row"
      aria-rowindex=${index + 2}
      aria-selected=${selected}
      style="transform: translateY(${start}px)"
      @click=${(event: MouseEvent) => this.clicked(event, index)}
      @dblclick=${() => this.emit('file-open', entry)}
    >
      <div class="name" role="gridcell" title=${name}>
        ${icon(symbols[kind])}<span class="visually-hidden">${this.t(`sessions.files.kind.${kind}`)}</span
        ><span>${name}</span>
      </div>
      <div class="size" role="gridcell">${kind === 'file' ? byteSize(size) : ''}</div>
      <div class="modifiedAt" role="gridcell">${modifiedAt > 0 ? formatDateTime(modifiedAt) : ''}</div>
      <div role="gridcell">
        ${
          kind === 'file'
            ? html`<button
                class="icon get"
                tabindex="-1"
                title=${this.reason ?? get}
                aria-label=${get}
                aria-disabled=${this.reason ? 'true' : 'false'}
                @click=${(event: Event) => this.get(event, entry)}
                @dblclick=${(event: Event) => event.stopPropagation()}
              >
                ${icon('cloud-download')}
              </button>`
            : nothing
        }
      </div>
    </div>`;
  }

  private get(event: Event, entry: FileEntry): void {
    event.stopPropagation();
    if (this.reason === undefined) this.emit('file-download', [entry]);
  }

  private clicked(event: MouseEvent, index: number): void {
    if (event.shiftKey) this.selectTo(index);
    else if (event.ctrlKey || event.metaKey) this.toggle(index);
    else this.selectOnly(index);
  }

  private selectOnly(index: number): void {
    this.active = Math.max(0, Math.min(this.rows.length - 1, index));
    const name = this.rows[this.active]?.name;
    this.selected = new Set(name === undefined ? [] : [name]);
    this.virtualizer.getVirtualizer().scrollToIndex(this.active);
  }

  private selectTo(index: number): void {
    const to = Math.max(0, Math.min(this.rows.length - 1, index));
    const [first, last] = [Math.min(this.active, to), Math.max(this.active, to)];
    const names = this.rows.slice(first, last + 1).map(({ name }) => name);
    this.selected = new Set([...this.selected, ...names]);
    this.active = to;
    this.virtualizer.getVirtualizer().scrollToIndex(to);
  }

  private toggle(index: number): void {
    const name = this.rows[index]?.name;
    if (name === undefined) return;
    this.active = index;
    const selected = new Set(this.selected);
    if (!selected.delete(name)) selected.add(name);
    this.selected = selected;
  }

  private pressed(event: KeyboardEvent): void {
    // The first arrow in a folder selects its first entry.
    const from = this.selected.size === 0 && this.active === 0 && event.key === 'ArrowDown' ? -1 : this.active;
    const target = rowOfKey(event.key, from, this.rows.length, this.scroller, rowHeight);
    const entry = this.rows[this.active];
    const main = event.ctrlKey || event.metaKey;
    if (target !== undefined && !event.altKey) {
      if (event.shiftKey) this.selectTo(target);
      else this.selectOnly(target);
    } else if (event.key === 'Enter' && entry) {
      const several = this.rows.filter(({ name, kind }) => this.selected.has(name) && kind === 'file');
      if (several.length > 1 && this.reason === undefined) this.emit('file-download', several);
      else this.emit('file-open', entry);
    } else if (event.key === ' ') this.toggle(this.active);
    else if (event.key === 'Backspace' || (event.key === 'ArrowUp' && event.altKey)) this.emit('file-up');
    else if (main && event.key.toLowerCase() === 'a') this.selected = new Set(this.rows.map(({ name }) => name));
    else if (event.key.length === 1 && !main && !event.altKey) this.jump(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private jump(letter: string): void {
    const wanted = letter.toLocaleLowerCase();
    const order = [...this.rows.keys()].map((index) => (this.active + 1 + index) % this.rows.length);
    const found = order.find((index) => this.rows[index]?.name.toLocaleLowerCase().startsWith(wanted));
    if (found !== undefined) this.selectOnly(found);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-file-table': FileTable;
  }
}
