/** A line of a menu as it is drawn. */
export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: string | undefined;
  /** As written on the keyboard: `F2`. */
  readonly keys?: string | undefined;
  /** Why it can't be chosen now; said as a tooltip and to screen readers. */
  readonly disabledReason?: string | undefined;
  readonly checked?: boolean | undefined;
  readonly submenu?: readonly MenuItems[] | undefined;
}

/** Lines between two separators. */
export type MenuItems = readonly MenuEntry[];

export interface MenuPlace {
  readonly x: number;
  readonly y: number;
  /** Opens upwards from `y` (a button in the status bar, say). */
  readonly above?: boolean;
}
