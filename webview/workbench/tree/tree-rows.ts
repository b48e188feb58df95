import type { Highlight } from '#core/workbench/context-keys/fuzzy-match.ts';
import type { Presence } from '#protocol/presence.ts';

/** One line of a tree that is drawn flat: what is folded away is no line. */
export interface TreeRow {
  readonly id: string;
  /** 1 for the topmost. */
  readonly level: number;
  readonly label: string;
  readonly highlights?: readonly Highlight[] | undefined;
  readonly description?: string | undefined;
  readonly tooltip?: string | undefined;
  /** A codicon's name. */
  readonly icon?: string | undefined;
  /** Drawn in place of an icon: told apart by its shape, not by colour alone. */
  readonly presence?: Presence | undefined;
  /** Said of the presence by a screen reader. */
  readonly presenceText?: string | undefined;
  /** The presence is as it was last known, not as it is: drawn without its colour. */
  readonly stale?: boolean | undefined;
  readonly badge?: string | undefined;
  readonly warning?: boolean | undefined;
  /** `none`: nothing can be under it. `loading`: unfolded, what is under it is still being asked for. */
  readonly fold: 'none' | 'collapsed' | 'expanded' | 'loading';
  /** Place among its siblings, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
  readonly draggable?: boolean | undefined;
}

/** The lines of a tree, asked for one by one as they come into sight: there may be 100,000. */
export interface TreeRows {
  readonly length: number;
  /** @param index from 0 to below `length` */
  at(index: number): TreeRow;
  /** As `at(index).id`, without the rest. */
  idAt(index: number): string;
  /** -1 where there is no such line. */
  indexOf(id: string): number;
}

/** Lines that are all there already. */
export class ListedRows implements TreeRows {
  private readonly rows: readonly TreeRow[];
  private indexes: Map<string, number> | undefined;

  constructor(rows: readonly TreeRow[]) {
    this.rows = rows;
  }
  get length(): number {
    return this.rows.length;
  }
  at(index: number): TreeRow {
    return this.rows[index]!;
  }
  idAt(index: number): string {
    return this.at(index).id;
  }
  indexOf(id: string): number {
    this.indexes ??= new Map(this.rows.map((row, index) => [row.id, index]));
    return this.indexes.get(id) ?? -1;
  }
}

/** A button at the end of a line, shown while it is pointed at or has the focus. */
export interface TreeAction {
  readonly id: string;
  readonly label: string;
  readonly icon: string;
  /** Why it can't be used now. */
  readonly disabledReason?: string | undefined;
}

export interface TreeOpenDetail {
  readonly id: string;
  /** By one click or Space: shown in passing. Enter and a double click keep it. */
  readonly preview: boolean;
}
export interface TreeToggleDetail {
  readonly id: string;
  readonly expand: boolean;
  /** With everything under it (Alt). */
  readonly recursive: boolean;
}
export interface TreeMenuDetail {
  readonly id: string;
  /** What the menu is for: the selection where the line is in it, else the line alone. */
  readonly ids: readonly string[];
  readonly x: number;
  readonly y: number;
}
export interface TreeSelectionDetail {
  readonly ids: readonly string[];
  readonly focused: string | undefined;
}
