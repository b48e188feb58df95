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

/** Free words of a query, folded: those that have to be there, and those that must not. */
export interface Words {
  readonly words: readonly string[];
  readonly unwanted: readonly string[];
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
  private lastFound: { readonly key: string; readonly marks: Uint8Array } | undefined;

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
    this.lastFound = undefined;
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

  /** For each row whether its names hold what they should, 1 or 0. */
  search({ words, unwanted }: Words): Uint8Array {
    // Each group of a tree asks the same.
    const key = JSON.stringify([words, unwanted]);
    if (this.lastFound?.key === key) return this.lastFound.marks;
    const marks = new Uint8Array(this.length).fill(1);
    for (const word of words) {
      const holds = this.holding(word);
      for (let row = 0; row < marks.length; row++) marks[row]! &= holds[row]!;
    }
    for (const word of unwanted) {
      const holds = this.holding(word);
      for (let row = 0; row < marks.length; row++) marks[row]! &= 1 - holds[row]!;
    }
    this.lastFound = { key, marks };
    return marks;
  }

  private holding(word: string): Uint8Array {
    const marks = new Uint8Array(this.length);
    this.table.search(word, (row) => (marks[row] = 1));
    for (let row = this.table.length; row < this.length; row++) {
      if (this.entry(row).searchText.includes(word)) marks[row] = 1;
    }
    return marks;
  }
}
