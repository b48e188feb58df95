import type { DeviceEntry, QueriedDevice } from './device-entry.ts';
import type { DeviceFilter, DeviceRows } from './device-rows.ts';

export type { DeviceFilter };

/** Devices in an order. An array is one too; the replica's own make objects only of those that are looked at. */
export interface DeviceSequence extends Iterable<DeviceEntry> {
  readonly length: number;
  at(index: number): DeviceEntry | undefined;
  slice(start?: number, end?: number): readonly DeviceEntry[];
  map<T>(convert: (entry: DeviceEntry) => T): T[];
  filter(matches: (entry: DeviceEntry) => unknown): DeviceSequence;
}

/** Filled by one filtering after another. */
let scratch = new Uint32Array();

/** Devices of the replica, by name. */
export class DeviceList implements DeviceSequence {
  private readonly source: DeviceRows;
  private readonly rows: Uint32Array;

  constructor(source: DeviceRows, rows: Uint32Array) {
    this.source = source;
    this.rows = rows;
  }

  get length(): number {
    return this.rows.length;
  }

  at(index: number): DeviceEntry | undefined {
    const row = this.rows.at(index);
    return row === undefined ? undefined : this.source.entry(row);
  }

  /** @param index from 0 to below `length` */
  idAt(index: number): string {
    return this.source.view(this.rows[index]!).id;
  }

  /** -1 where it is not in the list. */
  indexOf(id: string): number {
    const row = this.source.rowOf(id);
    return row === undefined ? -1 : this.rows.indexOf(row);
  }

  slice(start?: number, end?: number): DeviceEntry[] {
    return Array.from(this.rows.subarray(start, end), (row) => this.source.entry(row));
  }

  map<T>(convert: (entry: DeviceEntry) => T): T[] {
    return Array.from(this.rows, (row) => convert(this.source.entry(row)));
  }

  filter(matches: (entry: DeviceEntry) => unknown): DeviceList {
    const { source } = this;
    return new DeviceList(
      source,
      this.rows.filter((row) => matches(source.entry(row))),
    );
  }

  *[Symbol.iterator](): Iterator<DeviceEntry> {
    for (const row of this.rows) yield this.source.entry(row);
  }

  /** The same devices by a value; those without one come last, and those that are alike stay as they are. */
  sortedBy(read: (device: QueriedDevice) => string | number | undefined, descending = false): DeviceList {
    const { source, rows } = this;
    const values = Array.from(rows, (row) => read(source.view(row)));
    const counts = new Map<string | number | undefined, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    // Many devices have the same: what is sorted is the values, each once, and the devices are put into their places.
    const sorted = [...counts.keys()].filter((value) => value !== undefined);
    sorted.sort((one, other) => (one < other ? -1 : 1));
    if (descending) sorted.reverse();
    const places = new Map<string | number | undefined, number>();
    let place = 0;
    for (const value of [...sorted, undefined]) {
      places.set(value, place);
      place += counts.get(value) ?? 0;
    }
    const order = new Uint32Array(rows.length);
    values.forEach((value, index) => {
      const at = places.get(value)!;
      places.set(value, at + 1);
      order[at] = rows[index]!;
    });
    return new DeviceList(source, order);
  }

  /** The other way round. */
  reversed(): DeviceList {
    return new DeviceList(this.source, this.rows.toReversed());
  }

  /** Those that match, in their order. */
  where(filter: DeviceFilter): DeviceList {
    const { source, rows } = this;
    const { matchesFields } = filter;
    const marks = source.marks(filter);
    if (scratch.length < rows.length) scratch = new Uint32Array(rows.length);
    const found = scratch;
    let length = 0;
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      if (marks && marks[row] === 0) continue;
      if (!matchesFields || matchesFields(source.view(row))) found[length++] = row;
    }
    return new DeviceList(source, length === rows.length ? rows : found.slice(0, length));
  }
}
