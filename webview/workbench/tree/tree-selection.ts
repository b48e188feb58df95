import type { TreeRows } from './tree-rows.ts';

/** Which lines are chosen, and which has the focus, by VS Code's rules for clicks and keys. Holds identifiers, not lines. */
export class TreeSelection {
  private readonly chosen = new Set<string>();
  private anchor: string | undefined;
  focused: string | undefined;

  get ids(): readonly string[] {
    return [...this.chosen];
  }

  has(id: string): boolean {
    return this.chosen.has(id);
  }

  /** This line alone. */
  select(id: string): void {
    this.chosen.clear();
    this.chosen.add(id);
    this.anchor = id;
    this.focused = id;
  }

  /** This line too, or no longer (Ctrl). */
  toggle(id: string): void {
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this.anchor = id;
    this.focused = id;
  }

  /** From the line that a selection began with to this one (Shift). */
  extend(rows: TreeRows, id: string): void {
    const to = rows.indexOf(id);
    const from = this.anchor === undefined ? -1 : rows.indexOf(this.anchor);
    if (from < 0) return this.select(id);
    this.chosen.clear();
    for (let index = Math.min(from, to); index <= Math.max(from, to); index++) this.chosen.add(rows.idAt(index));
    this.focused = id;
  }

  /** All lines that can be seen by scrolling. */
  all(rows: TreeRows): void {
    this.chosen.clear();
    for (let index = 0; index < rows.length; index++) this.chosen.add(rows.idAt(index));
  }

  /** Back to the line with the focus; false where there is nothing to take away. */
  reduce(): boolean {
    if (this.chosen.size <= 1) return false;
    this.chosen.clear();
    if (this.focused !== undefined) this.chosen.add(this.focused);
    return true;
  }

  /** Forgets lines that are gone. The focus goes to where it was before, as near as can be. Says whether anything changed. */
  keepTo(rows: TreeRows, focusedIndex: number): boolean {
    let changed = false;
    const there = this.chosen.size > fewLines ? new Set(idsOf(rows)) : undefined;
    for (const id of [...this.chosen]) {
      if (!(there ? there.has(id) : rows.indexOf(id) >= 0)) changed = this.chosen.delete(id) || changed;
    }
    if (this.focused !== undefined && rows.indexOf(this.focused) < 0) {
      this.focused = rows.length > 0 ? rows.idAt(Math.min(Math.max(focusedIndex, 0), rows.length - 1)) : undefined;
      changed = true;
    }
    return changed;
  }
}

/** So many lines are looked for one by one; for more, all there are are read once. */
const fewLines = 32;

function* idsOf(rows: TreeRows): Iterable<string> {
  for (let index = 0; index < rows.length; index++) yield rows.idAt(index);
}
