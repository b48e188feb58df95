import type { Device } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';
import type { PresenceEntry } from '#protocol/presence.ts';
import { DeviceEntry, compareEntries } from './device-entry.ts';
import { sortKey } from './name-order.ts';
import { carryHaystack, insertSorted } from './text-haystack.ts';

export interface Counts {
  readonly total: number;
  /** Reachable now: online or in session. */
  readonly online: number;
  /** Waiting for approval. */
  readonly waiting: number;
}
type MutableCounts = { -readonly [K in keyof Counts]: Counts[K] };

/** So many are put in their places one by one; to sort all is quicker for more. */
const fewChanges = 200;
const mostGone = 10_000;

/** Sorted when it is read, after something in it has changed. */
class SortedEntries {
  private entries: DeviceEntry[] = [];
  private added: DeviceEntry[] = [];
  private readonly gone = new Set<DeviceEntry>();
  readonly counts: MutableCounts = { total: 0, online: 0, waiting: 0 };

  add(entry: DeviceEntry): void {
    this.added.push(entry);
    this.count(entry, 1);
  }

  remove(entry: DeviceEntry): void {
    this.gone.add(entry);
    this.count(entry, -1);
    // A list that nobody reads does not grow for ever.
    if (this.gone.size > mostGone) this.read();
  }

  /** To be called with -1 before a presence changes, and with 1 after. */
  countOnline(entry: DeviceEntry, step: 1 | -1): void {
    if (entry.isOnline) this.counts.online += step;
  }

  read(): readonly DeviceEntry[] {
    if (this.added.length > 0 || this.gone.size > 0) {
      const { entries: before, gone } = this;
      const stays = (entry: DeviceEntry): boolean => !gone.has(entry);
      const kept = gone.size > 0 ? before.filter(stays) : before;
      const added = gone.size > 0 ? this.added.filter(stays) : this.added;
      if (added.length <= fewChanges) this.entries = insertSorted([...kept], added);
      else this.entries = [...kept, ...added].sort(compareEntries);
      carryHaystack(before, this.entries, gone, added);
      this.added = [];
      gone.clear();
    }
    return this.entries;
  }

  private count(entry: DeviceEntry, step: 1 | -1): void {
    this.counts.total += step;
    this.countOnline(entry, step);
    if (entry.device.state === 'waiting') this.counts.waiting += step;
  }
}

const noCounts: Counts = { total: 0, online: 0, waiting: 0 };

/** Groups and devices in memory, in the orders that views read them in. */
export class ReplicaIndex {
  private readonly byId = new Map<string, DeviceEntry>();
  private readonly byGroup = new Map<string, SortedEntries>();
  private everything = new SortedEntries();
  private readonly groupsById = new Map<string, Group>();
  private sortedGroups: Group[] | undefined;

  get(id: string): DeviceEntry | undefined {
    return this.byId.get(id);
  }

  get size(): number {
    return this.byId.size;
  }

  /** All devices by name. */
  all(): readonly DeviceEntry[] {
    return this.everything.read();
  }

  /** All devices in no order: for what sorts by itself, or not at all. */
  values(): Iterable<DeviceEntry> {
    return this.byId.values();
  }

  /** The devices of a group by name. */
  inGroup(group: string): readonly DeviceEntry[] {
    return this.byGroup.get(group)?.read() ?? [];
  }

  /** Of a group, or of all devices. */
  counts(group?: string): Counts {
    return (group === undefined ? this.everything : this.byGroup.get(group))?.counts ?? noCounts;
  }

  group(id: string): Group | undefined {
    return this.groupsById.get(id);
  }

  /** All groups by name. */
  groups(): readonly Group[] {
    return (this.sortedGroups ??= [...this.groupsById.values()]
      .map((group) => ({ group, key: sortKey(group.name) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ group }) => group));
  }

  clear(): void {
    this.byId.clear();
    this.byGroup.clear();
    this.groupsById.clear();
    this.sortedGroups = undefined;
    this.everything = new SortedEntries();
  }

  setGroup(group: Group): void {
    this.groupsById.set(group.id, group);
    this.sortedGroups = undefined;
  }

  setDevice(device: Device): void {
    const before = this.byId.get(device.id);
    const entry = new DeviceEntry(device);
    if (before) {
      entry.presence = before.presence;
      entry.presenceSince = before.presenceSince;
      this.removeEntry(before);
    }
    this.byId.set(device.id, entry);
    this.listOf(device.group).add(entry);
    this.everything.add(entry);
  }

  /** Removes a device or a group. */
  remove(id: string): void {
    const entry = this.byId.get(id);
    if (entry) {
      this.byId.delete(id);
      this.removeEntry(entry);
    }
    if (this.groupsById.delete(id)) this.sortedGroups = undefined;
  }

  /** @returns whether that is a change */
  setPresence([id, presence, since]: PresenceEntry): boolean {
    const entry = this.byId.get(id);
    if (!entry) return false;
    const changed = entry.presence !== presence || entry.presenceSince !== since;
    const lists = [this.listOf(entry.device.group), this.everything];
    for (const list of lists) list.countOnline(entry, -1);
    entry.presence = presence;
    entry.presenceSince = since;
    for (const list of lists) list.countOnline(entry, 1);
    return changed;
  }

  private removeEntry(entry: DeviceEntry): void {
    this.listOf(entry.device.group).remove(entry);
    this.everything.remove(entry);
  }

  private listOf(group: string): SortedEntries {
    let list = this.byGroup.get(group);
    if (!list) this.byGroup.set(group, (list = new SortedEntries()));
    return list;
  }
}
