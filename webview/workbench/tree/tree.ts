import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { presenceStyles } from './presence-icon.ts';
import { RowWindow } from './row-window.ts';
import { TreeKeys } from './tree-keys.ts';
import { lineActions, lineAt, lineId, rowHeight, treeLine } from './tree-line.ts';
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

export { rowHeight };

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
  private readonly window = new RowWindow(this, { scroller: () => this.scroller, rowHeight });

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
      if (this.focusedIndex >= 0) this.window.reveal(this.focusedIndex);
    }
    this.requestUpdate();
    this.emit<TreeSelectionDetail>('tree-selection', { ids, focused });
  }

  get pageSize(): number {
    return this.window.pageSize;
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
    const box = this.renderRoot.querySelector(`#${lineId(this.rows.indexOf(id))}`)?.getBoundingClientRect();
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

  override render(): TemplateResult {
    const { rows, focusedIndex } = this;
    const shown = this.window.rows(rows.length);
    const focused = this.selection.focused === undefined || rows.length === 0 ? undefined : focusedIndex;
    // The line with the focus stays an element, so that a screen reader can name it wherever the list is scrolled to.
    if (focused !== undefined && focused >= 0 && focused < rows.length && !shown.includes(focused)) shown.push(focused);
    return html`<div
      class="tree"
      role="tree"
      tabindex="0"
      aria-label=${this.label}
      aria-multiselectable="true"
      aria-activedescendant=${focused === undefined ? nothing : lineId(focused)}
      @keydown=${(event: KeyboardEvent) => this.keys.handle(event)}
      @focus=${this.focused}
      @mouseleave=${() => (this.hovered = undefined)}
    >
      <div
        class="rows"
        role="presentation"
        style="height: ${rows.length * rowHeight}px"
        @click=${this.clicked}
        @dblclick=${this.doubleClicked}
        @contextmenu=${this.menuAsked}
        @mouseover=${this.pointedAt}
        @dragstart=${this.dragged}
        @dragover=${this.draggedOver}
        @dragleave=${this.draggedOff}
        @drop=${this.dropped}
      >
        ${shown.map((index) => this.renderLine(index))}
      </div>
    </div>`;
  }

  private renderLine(index: number): TemplateResult {
    const row = this.rows.at(index);
    const { id } = row;
    const focused = id === this.selection.focused;
    return treeLine(row, {
      index,
      focused,
      selected: this.selection.has(id),
      dropTarget: id === this.dropTarget,
      actions:
        focused || id === this.hovered
          ? lineActions(this.actionsOf(id), (action) => this.emit('tree-action', { action: action.id, id }))
          : nothing,
    });
  }

  /** The row that something happened in; undefined between them. */
  private rowAt(event: Event): TreeRow | undefined {
    const index = lineAt(event);
    return index !== undefined && index < this.rows.length ? this.rows.at(index) : undefined;
  }

  private focused(): void {
    if (this.selection.focused === undefined && this.rows.length > 0) {
      this.selection.focused = this.rows.at(0).id;
      this.focusedIndex = 0;
    }
    this.requestUpdate();
  }

  private clicked(event: MouseEvent): void {
    const row = this.rowAt(event);
    if (!row) return;
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

  private doubleClicked(event: MouseEvent): void {
    const row = this.rowAt(event);
    if (row?.fold === 'none' && !event.shiftKey && !event.ctrlKey && !event.metaKey) this.open(row.id, false);
  }

  private menuAsked(event: MouseEvent): void {
    const row = this.rowAt(event);
    if (!row) return;
    event.preventDefault();
    if (!this.selection.has(row.id)) this.selection.select(row.id);
    this.selectionChanged();
    this.menuAt(row.id, event.clientX, event.clientY);
  }

  private pointedAt(event: MouseEvent): void {
    this.hovered = this.rowAt(event)?.id;
  }

  private draggedOver(event: DragEvent): void {
    const id = this.rowAt(event)?.id;
    const taken = id !== undefined && !this.emit('tree-over', { id, transfer: event.dataTransfer });
    this.dropTarget = taken ? id : undefined;
    if (taken) event.preventDefault();
  }

  private draggedOff(event: DragEvent): void {
    if (this.dropTarget === this.rowAt(event)?.id) this.dropTarget = undefined;
  }

  private dropped(event: DragEvent): void {
    const row = this.rowAt(event);
    this.dropTarget = undefined;
    if (!row) return;
    event.preventDefault();
    this.emit('tree-drop', { id: row.id, transfer: event.dataTransfer });
  }

  private dragged(event: DragEvent): void {
    const row = this.rowAt(event);
    if (!row) return;
    const ids = this.targets(row.id);
    if (!this.emit('tree-drag', { ids, transfer: event.dataTransfer })) event.preventDefault();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-tree': Tree;
  }
}
