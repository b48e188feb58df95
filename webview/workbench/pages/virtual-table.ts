import { VirtualizerController } from '@tanstack/lit-virtual';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { rowOfKey } from './row-keys.ts';
import { scrollerStyles } from './scroller-styles.ts';

export interface TableColumn<R> {
  readonly title: string;
  /** A CSS grid track: `2fr`, `160px`. 1fr unless told. */
  readonly width?: string;
  readonly align?: 'start' | 'end';
  readonly cell: (row: R) => string | TemplateResult;
}

const rowHeight = 28;

/**
 * A table that draws only the rows in sight: for thousands. Moved through by arrow keys; fires `row-open` with the row
 * that was opened, and `end-reached` when the last row comes into sight.
 */
@customElement('lk-virtual-table')
export class VirtualTable<R = unknown> extends WorkbenchElement {
  static override styles = [
    baseStyles,
    scrollerStyles,
    css`
      .line {
        height: ${rowHeight}px;
      }
      .body .line {
        cursor: default;
      }
      .cell {
        padding: 0 10px;
        text-overflow: ellipsis;
      }
      .end {
        text-align: end;
      }
      .with-icon {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        vertical-align: middle;
      }
      .openable .line {
        cursor: pointer;
      }
      .body .line:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .body .line.active {
        background: var(--vscode-list-inactiveSelectionBackground);
        outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      .scroller:focus .line.active {
        background: var(--vscode-list-activeSelectionBackground);
        color: var(--vscode-list-activeSelectionForeground);
      }
    `,
  ];

  @property({ attribute: false }) columns: readonly TableColumn<R>[] = [];
  @property({ attribute: false }) rows: readonly R[] = [];
  /** What stays the same while the row's content changes. */
  @property({ attribute: false }) key: (row: R, index: number) => unknown = (_row, index) => index;
  @property() label = '';
  /** Whether opening a row does something. */
  @property({ type: Boolean }) openable = false;
  @state() private active = -1;
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

  override render() {
    const virtualizer = this.virtualizer.getVirtualizer();
    virtualizer.setOptions({
      ...virtualizer.options,
      count: this.rows.length,
      getItemKey: (index) => String(this.key(this.rows[index]!, index)),
    });
    const items = virtualizer.getVirtualItems();
    const columns = this.columns.map(({ width }) => `minmax(0, ${width ?? '1fr'})`).join(' ');
    const active = Math.min(this.active, this.rows.length - 1);
    const last = items.at(-1)?.index ?? -1;
    if (last >= 0 && last >= this.rows.length - 1) queueMicrotask(() => this.emit('end-reached'));
    return html`<div
      class="scroller ${this.openable ? 'openable' : ''}"
      role="grid"
      tabindex="0"
      aria-label=${this.label}
      aria-rowcount=${this.rows.length + 1}
      aria-colcount=${this.columns.length}
      aria-activedescendant=${active >= 0 ? `row-${active}` : nothing}
      style="--columns: ${columns}"
      @keydown=${this.onKey}
    >
      <div class="line heading" role="row" aria-rowindex="1">
        ${this.columns.map(
          ({ title, align }) => html`<div class="cell ${align ?? ''}" role="columnheader">${title}</div>`,
        )}
      </div>
      <div class="body" role="rowgroup" style="height: ${virtualizer.getTotalSize()}px">
        ${repeat(
          items,
          (item) => item.key,
          (item) => this.row(item.index, item.start, item.index === active),
        )}
      </div>
    </div>`;
  }

  private row(index: number, start: number, active: boolean): TemplateResult | typeof nothing {
    const row = this.rows[index];
    if (row === undefined) return nothing;
    return html`<div
      class="line ${active ? 'active' : ''}"
      id="row-${index}"
      role="row"
      aria-rowindex=${index + 2}
      aria-selected=${active}
      style="transform: translateY(${start}px)"
      @click=${() => this.open(index)}
    >
      ${this.columns.map(({ cell, align }) => {
        const content = cell(row);
        const hint = typeof content === 'string' ? content : nothing;
        return html`<div class="cell ${align ?? ''}" role="gridcell" title=${hint}>${content}</div>`;
      })}
    </div>`;
  }

  private open(index: number): void {
    this.active = index;
    const row = this.rows[index];
    if (row !== undefined && this.openable) this.emit('row-open', row);
  }

  private onKey(event: KeyboardEvent): void {
    const target = rowOfKey(event.key, this.active, this.rows.length, this.scroller, rowHeight);
    if (target !== undefined && this.rows.length > 0) {
      this.active = target;
      this.virtualizer.getVirtualizer().scrollToIndex(this.active);
    } else if ((event.key === 'Enter' || event.key === ' ') && this.active >= 0) {
      this.open(this.active);
    } else return;
    event.preventDefault();
  }
}
