import type { TreeNode } from '#protocol/extension-host.ts';
import type { DeviceEntry } from '../devices/device-entry.ts';
import type { DeviceList } from '../devices/device-list.ts';

/** A row of a tree as it is drawn. Devices of query-backed nodes are read from the replica when their row is asked for. */
export type TreeRow =
  | {
      readonly kind: 'node';
      readonly id: string;
      readonly level: number;
      readonly node: TreeNode;
      readonly expanded: boolean | undefined;
      readonly loading: boolean;
      readonly count: number | undefined;
    }
  | {
      readonly kind: 'device';
      readonly id: string;
      readonly level: number;
      readonly parent: string;
      readonly entry: DeviceEntry;
    }
  | { readonly kind: 'problem'; readonly id: string; readonly level: number; readonly message: string };

/** Part of a tree: rows that are there, or a range of devices that become rows when they are looked at. */
export type TreeSegment =
  | { readonly kind: 'row'; readonly row: TreeRow }
  | {
      readonly kind: 'devices';
      readonly parent: string;
      readonly level: number;
      readonly entries: DeviceList;
    };

/** A list of rows that costs as much as there are nodes, however many devices stand below them. */
export class TreeRows {
  private readonly segments: readonly TreeSegment[];
  private readonly starts: number[] = [];
  /** How many rows there are. */
  readonly length: number;

  constructor(segments: readonly TreeSegment[]) {
    this.segments = segments;
    let length = 0;
    for (const segment of segments) {
      this.starts.push(length);
      length += segment.kind === 'row' ? 1 : segment.entries.length;
    }
    this.length = length;
  }

  at(index: number): TreeRow | undefined {
    const at = this.segmentAt(index);
    const segment = at === undefined ? undefined : this.segments[at];
    if (!segment) return undefined;
    if (segment.kind === 'row') return segment.row;
    const entry = segment.entries.at(index - this.starts[at!]!);
    return entry && deviceRow(segment.parent, segment.level, entry);
  }

  /** As `at(index).id`: makes no object of a device. */
  idAt(index: number): string | undefined {
    const at = this.segmentAt(index);
    const segment = at === undefined ? undefined : this.segments[at];
    if (!segment) return undefined;
    if (segment.kind === 'row') return segment.row.id;
    return rowIdOf(segment.parent, segment.entries.idAt(index - this.starts[at!]!));
  }

  /** Where a row stands; -1 where it is not shown. */
  indexOf(id: string): number {
    for (let at = 0; at < this.segments.length; at++) {
      const segment = this.segments[at]!;
      const start = this.starts[at] ?? 0;
      if (segment.kind === 'row') {
        if (segment.row.id === id) return start;
      } else if (id.startsWith(`${segment.parent}/`)) {
        const found = segment.entries.indexOf(id.slice(segment.parent.length + 1));
        if (found >= 0) return start + found;
      }
    }
    return -1;
  }

  /** Which segment a row is in. */
  private segmentAt(index: number): number | undefined {
    if (index < 0 || index >= this.length) return undefined;
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  slice(start: number, end: number): TreeRow[] {
    const rows: TreeRow[] = [];
    for (let at = Math.max(0, start); at < Math.min(end, this.length); at++) rows.push(this.at(at)!);
    return rows;
  }
}

/** The device's row below a node: one device may stand below several. */
export const deviceRow = (parent: string, level: number, entry: DeviceEntry): TreeRow => ({
  kind: 'device',
  id: rowIdOf(parent, entry.id),
  level,
  parent,
  entry,
});

const rowIdOf = (parent: string, device: string): string => `${parent}/${device}`;
