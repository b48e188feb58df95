/** The row that a key leads to from `active`, which may be outside of the table; undefined where it is no such key. */
export function rowOfKey(key: string, active: number, rows: number, scroller: HTMLElement, rowHeight: number) {
  const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 2);
  const targets: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: rows - 1,
  };
  const target = targets[key];
  return target === undefined ? undefined : Math.max(0, Math.min(rows - 1, target));
}
