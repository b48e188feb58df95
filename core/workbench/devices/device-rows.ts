import type { Device, DeviceState, Particulars } from '#protocol/devices.ts';
import type { Platform } from '#protocol/facts.ts';
import type { Presence } from '#protocol/presence.ts';
import { DeviceEntry, compareEntries, isReachable, type QueriedDevice } from './device-entry.ts';
import { DeviceTable } from './device-table.ts';
import { KnownParticulars } from './known-particulars.ts';
import { fold } from './name-order.ts';

/** `since`: milliseconds since 1970; undefined where that is not known. */
interface KnownPresence {
  readonly presence: Presence;
  readonly since: number | undefined;
}

/** What stands at a row, seen without making an object of each. */
class RowView implements QueriedDevice {
  row = 0;
  private readonly table: DeviceTable;
  private readonly presences: ReadonlyMap<number, KnownPresence>;
  private readonly known: KnownParticulars;

  constructor(table: DeviceTable, presences: ReadonlyMap<number, KnownPresence>, known: KnownParticulars) {
    this.table = table;
    this.presences = presences;
    this.known = known;
  }
  get id(): string {
    return this.table.id(this.row);
  }
  get group(): string {
    return this.table.kind(this.row).group;
  }
  get state(): DeviceState {
    return this.table.kind(this.row).state;
  }
  get platform(): Platform {
    return this.table.kind(this.row).system.platform;
  }
  get systemName(): string {
    return this.table.kind(this.row).system.name;
  }
  get endpointVersion(): string {
    return this.table.kind(this.row).endpointVersion;
  }
  get nickname(): string | null {
    return this.table.nickname(this.row);
  }
  get presence(): Presence {
    return this.presences.get(this.row)?.presence ?? 'offline';
  }
  get presenceSince(): number | undefined {
    return this.presences.get(this.row)?.since;
  }
  get joinedAt(): number {
    return this.table.columns.joinedAt[this.row]!;
  }
  get lastSeenAt(): number | undefined {
    return this.known.lastSeen(this.id, this.presence, this.presenceSince);
  }
  get particulars(): Particulars | undefined {
    return this.known.get(this.id);
  }
  get isOnline(): boolean {
    return isReachable(this.presence);
  }
  get searchText(): string {
    const nickname = this.nickname;
    const hostName = this.table.hostName(this.row);
    return fold(nickname === null ? hostName : `${nickname}\n${hostName}`);
  }
  get foldedName(): string {
    return fold(this.table.name(this.row));
  }
  get foldedHostName(): string {
    return fold(this.table.hostName(this.row));
  }
}

export interface Counts {
  readonly total: number;
  /** Reachable now: online or in session. */
  readonly online: number;
  /** Waiting for approval. */
  readonly waiting: number;
}

/** What devices can be filtered by: all of it has to hold. */
export interface DeviceFilter {
  /** Folded: these are to be in one of the names. */
  readonly words: readonly string[];
  /** Folded: these are to be in none. */
  readonly unwanted: readonly string[];
  /** Asks what many devices have in common (see `DeviceKind`): once for each kind, whichever device of it. */
  readonly matchesKind: ((device: QueriedDevice) => boolean) | undefined;
  /** Asks the rest, of each device. */
  readonly matchesFields: ((device: QueriedDevice) => boolean) | undefined;
}

/** Devices by number: those of a table, by name, and behind them what has changed since. A number always means the same. */
export class DeviceRows {
  readonly table: DeviceTable;
  private readonly entries: (DeviceEntry | undefined)[];
  /** Who is not named is offline. */
  private readonly presences = new Map<number, KnownPresence>();
  private readonly cursor: RowView;
  /** Where devices stand that changed, and undefined for those that are gone. */
  private readonly changed = new Map<string, number | undefined>();
  private readonly known: KnownParticulars;
  private lastMarked: DeviceFilter | undefined;
  private lastMarks = new Uint8Array();

  constructor(table: DeviceTable, known = new KnownParticulars()) {
    this.table = table;
    this.known = known;
    this.entries = new Array<undefined>(table.length);
    this.cursor = new RowView(table, this.presences, known);
  }

  /** The same devices numbered anew, without those that the order leaves out. @param order their numbers now, by name */
  gathered(order: Uint32Array): DeviceRows {
    const rows = new DeviceRows(DeviceTable.of(Array.from(order, (row) => this.device(row))), this.known);
    order.forEach((before, row) => {
      rows.entries[row] = this.entries[before];
      const presence = this.presences.get(before);
      if (presence) rows.presences.set(row, presence);
    });
    return rows;
  }

  get length(): number {
    return this.entries.length;
  }

  /** @returns its row */
  add(device: Device): number {
    this.lastMarked = undefined;
    const row = this.entries.push(new DeviceEntry(device, this.known)) - 1;
    this.changed.set(device.id, row);
    return row;
  }

  /** A device is not found by its identifier any more. */
  forget(id: string): void {
    this.changed.set(id, undefined);
  }

  /** Where a device stands as it is now. */
  rowOf(id: string): number | undefined {
    return this.changed.has(id) ? this.changed.get(id) : this.table.rowOf(id);
  }

  device(row: number): Device {
    return this.entries[row]?.device ?? this.table.device(row);
  }

  entry(row: number): DeviceEntry {
    let entry = this.entries[row];
    if (!entry) {
      this.entries[row] = entry = new DeviceEntry(this.table.device(row), this.known);
      entry.presence = this.presence(row);
      entry.presenceSince = this.presenceSince(row);
    }
    return entry;
  }

  /** For a look at very many: of a row of the table it is only valid until the next call. */
  view(row: number): QueriedDevice {
    if (row >= this.table.length) return this.entry(row);
    this.cursor.row = row;
    return this.cursor;
  }

  presence(row: number): Presence {
    return this.presences.get(row)?.presence ?? 'offline';
  }

  presenceSince(row: number): number | undefined {
    return this.presences.get(row)?.since;
  }

  /** Devices that are not offline. */
  *present(): Iterable<string> {
    for (const [row, { presence }] of this.presences) {
      if (presence === 'offline') continue;
      const { id } = this.view(row);
      if (this.rowOf(id) === row) yield id;
    }
  }

  setPresence(row: number, presence: Presence, since: number | undefined): void {
    this.presences.set(row, { presence, since });
    const entry = this.entries[row];
    if (!entry) return;
    entry.presence = presence;
    entry.presenceSince = since;
  }

  /** @param rows of the table; all of them unless told */
  count(rows?: Uint32Array): Counts {
    const { kind, kinds } = this.table.columns;
    const isWaiting = kinds.map(({ state }) => state === 'waiting');
    const total = rows?.length ?? kind.length;
    const rowAt = (index: number): number => rows?.[index] ?? index;
    const count = (counts: (row: number) => boolean): number => {
      let found = 0;
      for (let index = 0; index < total; index++) if (counts(rowAt(index))) found++;
      return found;
    };
    // Mostly, when a replica is opened, nobody waits and nobody's presence is known.
    return {
      total,
      online: this.presences.size > 0 ? count((row) => isReachable(this.presence(row))) : 0,
      waiting: isWaiting.includes(true) ? count((row) => isWaiting[kind[row]!] === true) : 0,
    };
  }

  /** By name. */
  compare(a: number, b: number): number {
    const { length } = this.table;
    return a < length && b < length ? a - b : compareEntries(this.entry(a), this.entry(b));
  }

  /**
   * For each row 1 where its names and what it has in common with others are as asked, else 0; undefined where neither is
   * asked. Only valid until the next call.
   */
  marks(filter: DeviceFilter): Uint8Array | undefined {
    const { words, unwanted, matchesKind } = filter;
    if (words.length + unwanted.length === 0 && !matchesKind) return undefined;
    // Each group of a tree asks the same.
    if (this.lastMarked === filter && this.lastMarks.length === this.length) return this.lastMarks;
    const { table } = this;
    const marks = this.lastMarks.length === this.length ? this.lastMarks : new Uint8Array(this.length);
    const [first, ...more] = words;
    if (first === undefined) marks.fill(1);
    else marks.set(table.names.holding(first));
    for (const word of more) {
      const holding = table.names.holding(word);
      for (let row = 0; row < holding.length; row++) marks[row]! &= holding[row]!;
    }
    for (const word of unwanted) {
      const holding = table.names.holding(word);
      for (let row = 0; row < holding.length; row++) marks[row]! &= 1 - holding[row]!;
    }
    if (matchesKind) {
      const matches = Uint8Array.from(table.rowOfKind, (row) => (row >= 0 && matchesKind(this.view(row)) ? 1 : 0));
      const { kind } = table.columns;
      for (let row = 0; row < kind.length; row++) marks[row]! &= matches[kind[row]!]!;
    }
    for (let row = table.length; row < marks.length; row++) {
      const entry = this.entry(row);
      const { searchText } = entry;
      const found =
        words.every((word) => searchText.includes(word)) &&
        !unwanted.some((word) => searchText.includes(word)) &&
        (!matchesKind || matchesKind(entry));
      marks[row] = found ? 1 : 0;
    }
    this.lastMarked = filter;
    this.lastMarks = marks;
    return marks;
  }
}
