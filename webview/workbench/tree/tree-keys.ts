import type { TreeRow } from './tree-rows.ts';
import type { Tree } from './tree.ts';

/** Milliseconds after which type-ahead begins anew. */
const typingPause = 800;

/** What keys do in a tree: VS Code's, and the WAI-ARIA tree pattern's where it has none. */
export class TreeKeys {
  private readonly tree: Tree;
  private typed = '';
  private typedAt = 0;

  constructor(tree: Tree) {
    this.tree = tree;
  }

  handle(event: KeyboardEvent): void {
    const { tree } = this;
    const { rows, selection } = tree;
    if (rows.length === 0 || event.defaultPrevented) return;
    const index = selection.focused === undefined ? 0 : Math.max(0, rows.indexOf(selection.focused));
    const row = rows.at(index);
    const control = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case 'ArrowDown':
        this.go(Math.min(index + 1, rows.length - 1), event);
        break;
      case 'ArrowUp':
        this.go(Math.max(index - 1, 0), event);
        break;
      case 'Home':
        this.go(0, event);
        break;
      case 'End':
        this.go(rows.length - 1, event);
        break;
      case 'PageDown':
        this.go(Math.min(index + tree.pageSize, rows.length - 1), event);
        break;
      case 'PageUp':
        this.go(Math.max(index - tree.pageSize, 0), event);
        break;
      case 'ArrowRight':
        if (row.fold === 'collapsed') tree.toggle(row, event.altKey);
        else if (row.fold === 'expanded' && index + 1 < rows.length && rows.at(index + 1).level > row.level)
          this.go(index + 1, event);
        break;
      case 'ArrowLeft':
        if (row.fold === 'expanded') tree.toggle(row, event.altKey);
        else this.go(this.parentOf(index, row), event);
        break;
      case 'Enter':
        selection.select(row.id);
        tree.selectionChanged();
        if (row.fold === 'none') tree.open(row.id, false);
        else tree.toggle(row);
        break;
      case ' ':
        if (control) selection.toggle(row.id);
        else selection.select(row.id);
        tree.selectionChanged();
        if (!control) {
          if (row.fold === 'none') tree.open(row.id, true);
          else tree.toggle(row);
        }
        break;
      case 'a':
        if (!control) return this.type(event, index);
        selection.all(rows);
        tree.selectionChanged();
        break;
      case 'Escape':
        if (!selection.reduce()) return;
        tree.selectionChanged();
        break;
      case 'ContextMenu':
        tree.menuAt(row.id);
        break;
      case 'F10':
        if (!event.shiftKey) return;
        tree.menuAt(row.id);
        break;
      default:
        return this.type(event, index);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private go(index: number, event: KeyboardEvent): void {
    const { selection, rows } = this.tree;
    const { id } = rows.at(index);
    if (event.shiftKey) selection.extend(rows, id);
    else if (event.ctrlKey || event.metaKey) selection.focused = id;
    else selection.select(id);
    this.tree.selectionChanged();
  }

  private parentOf(index: number, row: TreeRow): number {
    for (let above = index - 1; above >= 0; above--) if (this.tree.rows.at(above).level < row.level) return above;
    return index;
  }

  /** Goes to the next line that begins with what is typed. */
  private type(event: KeyboardEvent, index: number): void {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    this.typed = event.timeStamp - this.typedAt > typingPause ? event.key : this.typed + event.key;
    this.typedAt = event.timeStamp;
    const { rows } = this.tree;
    const wanted = this.typed.toLocaleLowerCase();
    const first = this.typed.length === 1 ? index + 1 : index;
    for (let step = 0; step < rows.length; step++) {
      const candidate = (first + step) % rows.length;
      if (!rows.at(candidate).label.toLocaleLowerCase().startsWith(wanted)) continue;
      this.tree.selection.select(rows.at(candidate).id);
      this.tree.selectionChanged();
      break;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
