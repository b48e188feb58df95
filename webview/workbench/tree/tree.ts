import { VirtualizerController } from '@tanstack/lit-virtual';
import { defaultRangeExtractor, type Virtualizer } from '@tanstack/virtual-core';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { highlighted } from './highlighted.ts';
import { presenceIcon, presenceStyles } from './presence-icon.ts';
import { TreeKeys } from './tree-keys.ts';
import {
  ListedRows,
  type TreeAction,
  type TreeMenuDetail,
  type TreeOpenDetail,
  type TreeRow,
  type TreeRows,
  type TreeSelectionDetail,
  type TreeToggleDetail,
} from './tree-rows.ts';
import { TreeSelection } from './tree-selection.ts';
import { treeStyles } from './tree-styles.ts';

export const rowHeight = 22;

/**
 * A tree of any length: only the lines in sight are elements. Fires `tree-open`, `tree-toggle`, `tree-selection`,
 * `tree-menu`, `tree-action` (`{ action, id }`) `tree-drag` (`{ ids, transfer }`),
 * `tree-over` (`{ id, transfer }`, to be prevented where it may be dropped) and `tree-drop` (the same); what is shown changes by new `rows`.
 */
@customElement('lk-tree')
export class Tree extends WorkbenchElement {
  static override styles = [baseStyles, presenceStyles, treeStyles];

  @property({ attribute: false }) rows: TreeRows = new ListedRows([]);
  /** What the tree is of, for screen readers. */
  @property() label = '';
  /** The buttons of a line. */
  @property({ attribute: false }) actionsOf: (id: string) => readonly TreeAction[] = () => [];
  @state() private hovered: string | undefined;
  /** The line that what is dragged would be dropped on. */
  @state() private dropTarget: string | undefined;
  @query('.tree') private scroller!: HTMLElement;

  readonly selection = new TreeSelection();
  private focusedIndex = 0;
  private readonly keys = new TreeKeys(this);
  private readonly virtual = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    getScrollElement: () => this.scroller ?? null,
    count: 0,
    estimateSize: () => rowHeight,
    overscan: 8,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      const focused = this.selection.focused === undefined ? -1 : this.focusedIndex;
      // The line with the focus stays an element, so that a screen reader can name it wherever the list is scrolled to.
      if (focused >= 0 && focused < this.rows.length && !shown.includes(focused)) shown.push(focused);
      return shown;
    },
  });

  override focus(options?: FocusOptions): void {
    this.scroller?.focus(options);
  }

  /** Chooses a line, brings it into sight and tells of it. */
  reveal(id: string, { select = true }: { select?: boolean } = {}): boolean {
    const index = this.rows.indexOf(id);
    if (index < 0) return false;
    if (select) this.selection.select(id);
    else this.selection.focused = id;
    this.selectionChanged();
    return true;
  }

  /** Brings the line with the focus into sight, draws, and tells of the selection. */
  selectionChanged(): void {
    const { focused, ids } = this.selection;
    if (focused !== undefined) {
      this.focusedIndex = this.rows.indexOf(focused);
      if (this.focusedIndex >= 0) this.virtualizer.scrollToIndex(this.focusedIndex, { align: 'auto' });
    }
    this.requestUpdate();
    this.emit<TreeSelectionDetail>('tree-selection', { ids, focused });
  }

  get pageSize(): number {
    return Math.max(1, Math.floor((this.scroller?.clientHeight ?? rowHeight) / rowHeight) - 1);
  }

  open(id: string, preview: boolean): void {
    this.emit<TreeOpenDetail>('tree-open', { id, preview });
  }

  toggle(row: TreeRow, recursive = false): void {
    if (row.fold === 'none') return;
    this.emit<TreeToggleDetail>('tree-toggle', { id: row.id, expand: row.fold === 'collapsed', recursive });
  }

  /** What an action on a line is for. */
  targets(id: string): readonly string[] {
    return this.selection.has(id) ? this.selection.ids : [id];
  }

  menuAt(id: string, x?: number, y?: number): void {
    const box = this.renderRoot.querySelector(`#${rowId(this.rows.indexOf(id))}`)?.getBoundingClientRect();
    const detail = { id, ids: this.targets(id), x: x ?? (box?.left ?? 0) + 40, y: y ?? box?.bottom ?? 0 };
    this.emit<TreeMenuDetail>('tree-menu', detail);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('rows')) return;
    // Where as many lines are there as before it is mostly a presence that changed: not worth a look at all of them.
    const before = changed.get('rows') as TreeRows | undefined;
    if (before?.length !== this.rows.length && this.selection.keepTo(this.rows, this.focusedIndex)) {
      queueMicrotask(() =>
        this.emit<TreeSelectionDetail>('tree-selection', { ids: this.selection.ids, focused: this.selection.focused }),
      );
    }
    if (this.selection.focused !== undefined) this.focusedIndex = this.rows.indexOf(this.selection.focused);
  }

  private get virtualizer(): Virtualizer<HTMLElement, HTMLElement> {
    return this.virtual.getVirtualizer();
  }

  override render(): TemplateResult {
    const virtualizer = this.virtualizer;
    if (virtualizer.options.count !== this.rows.length) {
      virtualizer.setOptions({ ...virtualizer.options, count: this.rows.length });
    }
    const items = virtualizer.getVirtualItems().filter(({ index }) => index < this.rows.length);
    const active = this.selection.focused === undefined ? nothing : rowId(this.focusedIndex);
    return html`<div
      class="tree"
      role="tree"
      tabindex="0"
      aria-label=${this.label}
      aria-multiselectable="true"
      aria-activedescendant=${this.rows.length > 0 ? active : nothing}
      @keydown=${(event: KeyboardEvent) => this.keys.handle(event)}
      @focus=${this.focused}
      @mouseleave=${() => (this.hovered = undefined)}
    >
      <div class="rows" role="presentation" style="height: ${virtualizer.getTotalSize()}px">
        ${repeat(
          items,
          // By place, not by line: while something is typed into the filter all lines change, and none of the elements has to.
          ({ index }) => index,
          ({ index, start }) => this.renderRow(this.rows.at(index), index, start),
        )}
      </div>
    </div>`;
  }

  private renderRow(row: TreeRow, index: number, start: number): TemplateResult {
    const focused = row.id === this.selection.focused;
    return html`<div
      id=${rowId(index)}
      class=${classMap({ row: true, focused, stale: row.stale ?? false, drop: row.id === this.dropTarget })}
      style="transform: translateY(${start}px)"
      role="treeitem"
      aria-level=${row.level}
      aria-setsize=${row.siblings}
      aria-posinset=${row.position}
      aria-selected=${this.selection.has(row.id)}
      aria-expanded=${row.fold === 'none' ? nothing : row.fold !== 'collapsed'}
      aria-label=${[row.label, row.description, row.badge, row.presenceText].filter(Boolean).join(', ')}
      title=${row.tooltip ?? row.label}
      draggable=${row.draggable ? 'true' : nothing}
      @click=${(event: MouseEvent) => this.clicked(event, row)}
      @dblclick=${(event: MouseEvent) => this.doubleClicked(event, row)}
      @contextmenu=${(event: MouseEvent) => this.menuAsked(event, row)}
      @mouseenter=${() => (this.hovered = row.id)}
      @dragstart=${(event: DragEvent) => this.dragged(event, row)}
      @dragover=${(event: DragEvent) => this.draggedOver(event, row)}
      @dragleave=${() => this.dropTarget === row.id && (this.dropTarget = undefined)}
      @drop=${(event: DragEvent) => this.dropped(event, row)}
    >
      <span class="indent" aria-hidden="true"
        >${Array.from({ length: row.level - 1 }, () => html`<span class="guide"></span>`)}</span
      >
      <span class="twistie ${row.fold}" aria-hidden="true">${twistie(row.fold)}</span>
      ${row.presence ? html`<span class="icon">${presenceIcon(row.presence)}</span>` : nothing}
      ${row.icon ? html`<span class="icon">${icon(row.icon, row.warning ? 'warning' : undefined)}</span>` : nothing}
      <span class="label">${highlighted(row.label, row.highlights)}</span>
      ${row.description ? html`<span class="description">${row.description}</span>` : nothing}
      <span class="fill"></span>
      ${focused || row.id === this.hovered ? this.renderActions(row) : nothing}
      ${row.badge ? html`<span class="badge">${row.badge}</span>` : nothing}
    </div>`;
  }

  private renderActions(row: TreeRow): TemplateResult | typeof nothing {
    const actions = this.actionsOf(row.id);
    if (actions.length === 0) return nothing;
    return html`<span class="actions"
      >${actions.map(
        (action) =>
          html`<button
            class="icon-button"
            tabindex="-1"
            title=${action.disabledReason ? `${action.label} – ${action.disabledReason}` : action.label}
            aria-label=${action.label}
            aria-description=${action.disabledReason ?? nothing}
            aria-disabled=${action.disabledReason ? 'true' : nothing}
            @click=${(event: MouseEvent) => {
              event.stopPropagation();
              if (!action.disabledReason) this.emit('tree-action', { action: action.id, id: row.id });
            }}
          >
            ${icon(action.icon)}
          </button>`,
      )}</span
    >`;
  }

  private focused(): void {
    if (this.selection.focused === undefined && this.rows.length > 0) {
      this.selection.focused = this.rows.at(0).id;
      this.focusedIndex = 0;
    }
    this.requestUpdate();
  }

  private clicked(event: MouseEvent, row: TreeRow): void {
    if (event.shiftKey) {
      this.selection.extend(this.rows, row.id);
    } else if (event.ctrlKey || event.metaKey) {
      this.selection.toggle(row.id);
    } else {
      this.selection.select(row.id);
      if (row.fold === 'none') this.open(row.id, true);
      else this.toggle(row, event.altKey);
    }
    this.selectionChanged();
  }

  private doubleClicked(event: MouseEvent, row: TreeRow): void {
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey && row.fold === 'none') this.open(row.id, false);
  }

  private menuAsked(event: MouseEvent, row: TreeRow): void {
    event.preventDefault();
    if (!this.selection.has(row.id)) this.selection.select(row.id);
    this.selectionChanged();
    this.menuAt(row.id, event.clientX, event.clientY);
  }

  private draggedOver(event: DragEvent, row: TreeRow): void {
    const taken = !this.emit('tree-over', { id: row.id, transfer: event.dataTransfer });
    this.dropTarget = taken ? row.id : undefined;
    if (taken) event.preventDefault();
  }

  private dropped(event: DragEvent, row: TreeRow): void {
    this.dropTarget = undefined;
    event.preventDefault();
    this.emit('tree-drop', { id: row.id, transfer: event.dataTransfer });
  }

  private dragged(event: DragEvent, row: TreeRow): void {
    const ids = this.targets(row.id);
    if (!this.emit('tree-drag', { ids, transfer: event.dataTransfer })) event.preventDefault();
  }
}

const rowId = (index: number): string => `row-${index}`;

function twistie(fold: TreeRow['fold']): TemplateResult | typeof nothing {
  if (fold === 'none') return nothing;
  return icon({ collapsed: 'chevron-right', expanded: 'chevron-down', loading: 'loading' }[fold]);
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-tree': Tree;
  }
}
