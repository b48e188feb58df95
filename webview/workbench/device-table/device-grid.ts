import { VirtualizerController } from '@tanstack/lit-virtual';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import {
  deviceColumn,
  type ColumnContext,
  type DeviceColumnId,
  type DeviceSort,
} from '#core/workbench/devices/device-columns.ts';
import type { DeviceEntry } from '#core/workbench/devices/device-entry.ts';
import type { DeviceList } from '#core/workbench/devices/device-list.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { timeAgo } from '../pages/times.ts';
import { presenceIcon, presenceStyles } from '../tree/presence-icon.ts';
import { TreeSelection } from '../tree/tree-selection.ts';
import { rowOfKey } from '../pages/row-keys.ts';
import type { TreeRows } from '../tree/tree-rows.ts';
import { deviceGridStyles } from './device-grid-styles.ts';

const rowHeight = 24;
/** Least widths, pixels; what is left is shared out. */
const widths: Partial<Record<DeviceColumnId, number>> = {
  name: 180,
  group: 165,
  presence: 110,
  version: 140,
  state: 110,
};

export interface GridMenuDetail {
  readonly x: number;
  readonly y: number;
  /** The heading that it belongs to; none: it is for the selection. */
  readonly column?: DeviceColumnId;
}

/**
 * Devices as a table: only the lines in sight are elements. Fires `grid-open` (an identifier), `grid-selection` (identifiers),
 * `grid-sort` (a column), `grid-drag` (what is carried) and `grid-menu`.
 */
@customElement('lk-device-grid')
export class DeviceGrid extends WorkbenchElement {
  static override styles = [baseStyles, presenceStyles, deviceGridStyles];

  @property({ attribute: false }) devices!: DeviceList;
  @property({ attribute: false }) columns: readonly DeviceColumnId[] = [];
  @property({ attribute: false }) sort!: DeviceSort;
  @property({ attribute: false }) context!: ColumnContext;
  @property() label = '';
  @query('.scroller') private scroller!: HTMLElement;
  readonly selection = new TreeSelection();
  private focusedIndex = -1;
  private readonly virtual = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    count: 0,
    getScrollElement: () => this.scroller ?? null,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: rowHeight,
  });

  override focus(): void {
    if (this.focusedIndex < 0 && this.devices.length > 0) this.go(0);
    this.scroller?.focus();
  }

  private get rows(): TreeRows {
    const { devices } = this;
    const at = (): never => {
      throw new Error('A grid has no lines of a tree.');
    };
    return {
      length: devices.length,
      at,
      idAt: (index) => devices.idAt(index),
      indexOf: (id) => devices.indexOf(id),
    };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('devices')) return;
    const { selection } = this;
    if (changed.get('devices')?.length !== this.devices.length && selection.keepTo(this.rows, this.focusedIndex))
      queueMicrotask(() => this.emit('grid-selection', selection.ids));
    this.focusedIndex = selection.focused === undefined ? -1 : this.devices.indexOf(selection.focused);
  }

  override render(): TemplateResult {
    const virtualizer = this.virtual.getVirtualizer();
    if (virtualizer.options.count !== this.devices.length)
      virtualizer.setOptions({ ...virtualizer.options, count: this.devices.length });
    const items = virtualizer.getVirtualItems().filter(({ index }) => index < this.devices.length);
    const least = this.columns.map((column) => widths[column] ?? 130);
    const tracks = least.map((width) => `minmax(${width}px, ${width}fr)`).join(' ');
    const drawn = items.some(({ index }) => index === this.focusedIndex);
    return html`<div
      class="scroller"
      role="grid"
      tabindex="0"
      aria-label=${this.label}
      aria-multiselectable="true"
      aria-rowcount=${this.devices.length + 1}
      aria-colcount=${this.columns.length}
      aria-activedescendant=${drawn ? `row-${this.focusedIndex}` : nothing}
      style="--columns: ${tracks}; --least: ${least.reduce((sum, width) => sum + width, 0)}px"
      @keydown=${this.pressed}
      @contextmenu=${(event: Event) => event.preventDefault()}
    >
      <div class="line heading" role="row" aria-rowindex="1">${this.columns.map((column) => this.heading(column))}</div>
      <div class="body" role="rowgroup" style="height: ${virtualizer.getTotalSize()}px">
        ${repeat(
          items,
          ({ index }) => index,
          ({ index, start }) => this.line(this.devices.at(index)!, index, start),
        )}
      </div>
    </div>`;
  }

  private heading(column: DeviceColumnId): TemplateResult {
    const sorted = this.sort.column === column;
    const { descending } = this.sort;
    return html`<div
      class="cell"
      role="columnheader"
      aria-sort=${sorted ? (descending ? 'descending' : 'ascending') : nothing}
    >
      <button
        title=${this.t('deviceTable.sortHint')}
        @click=${() => this.emit('grid-sort', column)}
        @keydown=${(event: KeyboardEvent) => this.headingPressed(event, column)}
        @contextmenu=${({ clientX, clientY }: MouseEvent) => this.menu({ x: clientX, y: clientY, column })}
      >
        <span>${this.t(`deviceTable.column.${column}`)}</span
        >${sorted ? icon(descending ? 'arrow-down' : 'arrow-up') : nothing}
      </button>
    </div>`;
  }

  private line(entry: DeviceEntry, index: number, start: number): TemplateResult {
    return html`<div
      class="line ${index === this.focusedIndex ? 'focused' : ''}"
      id="row-${index}"
      role="row"
      aria-rowindex=${index + 2}
      aria-selected=${this.selection.has(entry.id)}
      style="transform: translateY(${start}px)"
      @click=${(event: MouseEvent) => this.clicked(event, entry.id)}
      @dblclick=${() => this.emit('grid-open', entry.id)}
      @contextmenu=${(event: MouseEvent) => this.menuAsked(event, entry.id)}
      draggable="true"
      @dragstart=${({ dataTransfer }: DragEvent) => this.dragged(entry.id, dataTransfer)}
    >
      ${this.columns.map((column) => html`<div class="cell" role="gridcell">${this.cell(entry, column)}</div>`)}
    </div>`;
  }

  private cell(entry: DeviceEntry, column: DeviceColumnId): TemplateResult | typeof nothing {
    const value = deviceColumn(column).value(entry, this.context);
    if (value === null) return nothing;
    if (typeof value === 'object' && !Array.isArray(value)) return timeAgo((value as { at: number }).at);
    if (column === 'presence')
      return html`${presenceIcon(entry.presence)}<span>${this.t(`presence.${entry.presence}`)}</span>`;
    const text = column === 'state' ? this.t(`deviceTable.state.${entry.state}`) : [value].flat().join(', ');
    return html`<span title=${text}>${text}</span>`;
  }

  private clicked(event: MouseEvent, id: string): void {
    if (event.shiftKey) this.selection.extend(this.rows, id);
    else if (event.ctrlKey || event.metaKey) this.selection.toggle(id);
    else this.selection.select(id);
    this.changed();
  }

  private dragged(id: string, transfer: DataTransfer | null): void {
    if (!this.selection.has(id)) this.selection.select(id);
    this.changed();
    this.emit('grid-drag', transfer);
  }

  private menuAsked({ clientX, clientY }: MouseEvent, id: string): void {
    if (!this.selection.has(id)) this.selection.select(id);
    this.changed();
    this.menu({ x: clientX, y: clientY });
  }

  private menu(detail: GridMenuDetail): void {
    this.emit<GridMenuDetail>('grid-menu', detail);
  }

  private changed(): void {
    const { focused, ids } = this.selection;
    this.focusedIndex = focused === undefined ? -1 : this.devices.indexOf(focused);
    if (this.focusedIndex >= 0) this.virtual.getVirtualizer().scrollToIndex(this.focusedIndex, { align: 'auto' });
    this.requestUpdate();
    this.emit('grid-selection', ids);
  }

  private go(index: number, event?: KeyboardEvent): void {
    const id = this.devices.idAt(index);
    if (event?.shiftKey) this.selection.extend(this.rows, id);
    else if (event?.ctrlKey || event?.metaKey) this.selection.focused = id;
    else this.selection.select(id);
    this.changed();
  }

  private headingPressed(event: KeyboardEvent, column: DeviceColumnId): void {
    // What the table does with keys is not meant for a heading's button.
    event.stopPropagation();
    if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return;
    event.preventDefault();
    const { left, bottom } = (event.currentTarget as Element).getBoundingClientRect();
    this.menu({ x: left, y: bottom, column });
  }

  private pressed(event: KeyboardEvent): void {
    const { selection, focusedIndex: index, devices } = this;
    if (devices.length === 0) return;
    const control = event.ctrlKey || event.metaKey;
    const target = rowOfKey(event.key, index, devices.length, this.scroller, rowHeight);
    if (target !== undefined) this.go(target, event);
    else if (event.key === 'Enter' && index >= 0) this.emit('grid-open', devices.idAt(index));
    else if (event.key === ' ' && index >= 0) {
      if (control) selection.toggle(devices.idAt(index));
      else selection.select(devices.idAt(index));
      this.changed();
    } else if (event.key === 'a' && control) {
      selection.all(this.rows);
      this.changed();
    } else if (event.key === 'Escape') {
      if (!selection.reduce()) return;
      this.changed();
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const box = this.renderRoot.querySelector('.focused')?.getBoundingClientRect();
      if (box) this.menu({ x: box.left + 40, y: box.bottom });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-device-grid': DeviceGrid;
  }
}
