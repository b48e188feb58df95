import { isReachable } from './device-entry.ts';
import type { Counts, DeviceRows } from './device-rows.ts';

type MutableCounts = { -readonly [K in keyof Counts]: Counts[K] };

/** So many are put in their places one by one; to sort all is quicker for more. */
const fewChanges = 200;
const mostGone = 10_000;

/** Numbers of devices by the devices' names. Sorted when it is read, after something in it has changed. */
export class SortedRows {
  private readonly source: DeviceRows;
  private rows: Uint32Array | undefined;
  private added: number[] = [];
  private readonly removed = new Set<number>();
  readonly counts: MutableCounts;

  /** @param rows of the source's table, by name; all of them unless told */
  constructor(source: DeviceRows, rows?: Uint32Array) {
    this.source = source;
    this.rows = rows;
    this.counts = source.count(rows);
  }

  add(row: number): void {
    this.added.push(row);
    this.count(row, 1);
  }

  remove(row: number): void {
    this.removed.add(row);
    this.count(row, -1);
    // A list that nobody reads does not grow for ever.
    if (this.removed.size > mostGone) this.read();
  }

  read(): Uint32Array {
    // The table is by name.
    this.rows ??= Uint32Array.from({ length: this.source.table.length }, (_, row) => row);
    if (this.added.length > 0 || this.removed.size > 0) {
      const { source, removed } = this;
      const stays = (row: number): boolean => !removed.has(row);
      const kept = Array.from(removed.size > 0 ? this.rows.filter(stays) : this.rows);
      const added = removed.size > 0 ? this.added.filter(stays) : this.added;
      if (added.length <= fewChanges) {
        for (const row of added) this.insert(kept, row);
        this.rows = Uint32Array.from(kept);
      } else {
        this.rows = Uint32Array.from(kept.concat(added).sort((a, b) => source.compare(a, b)));
      }
      this.added = [];
      removed.clear();
    }
    return this.rows;
  }

  private insert(rows: number[], row: number): void {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.source.compare(rows[middle]!, row) < 0) low = middle + 1;
      else high = middle;
    }
    rows.splice(low, 0, row);
  }

  private count(row: number, step: 1 | -1): void {
    const { presence, state } = this.source.view(row);
    this.counts.total += step;
    if (isReachable(presence)) this.counts.online += step;
    if (state === 'waiting') this.counts.waiting += step;
  }
}
