import type { Device } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';
import type { PresenceEntry } from '#protocol/presence.ts';
import { takeCensus, type DeviceCensus } from './device-census.ts';
import { isReachable, type DeviceEntry } from './device-entry.ts';
import { DeviceList } from './device-list.ts';
import { DeviceRows, type Counts } from './device-rows.ts';
import { DeviceTable } from './device-table.ts';
import { KnownParticulars } from './known-particulars.ts';
import { sortKey } from './name-order.ts';
import { SortedRows } from './sorted-rows.ts';

const noCounts: Counts = { total: 0, online: 0, waiting: 0 };

/** Groups and devices in memory, in the orders that views read them in. */
export class ReplicaIndex {
  readonly particulars = new KnownParticulars();
  private rows = new DeviceRows(DeviceTable.of([]), this.particulars);
  private byGroup = new Map<string, SortedRows>();
  private everything = new SortedRows(this.rows);
  private readonly groupsById = new Map<string, Group>();
  private sortedGroups: Group[] | undefined;

  has(id: string): boolean {
    return this.rows.rowOf(id) !== undefined;
  }

  get(id: string): DeviceEntry | undefined {
    const row = this.rows.rowOf(id);
    return row === undefined ? undefined : this.rows.entry(row);
  }

  get size(): number {
    return this.everything.counts.total;
  }

  /** All devices by name. */
  all(): DeviceList {
    return new DeviceList(this.rows, this.everything.read());
  }

  /** The devices of a group by name. */
  inGroup(group: string): DeviceList {
    return new DeviceList(this.rows, this.byGroup.get(group)?.read() ?? new Uint32Array());
  }

  /** Of a group, or of all devices. */
  counts(group?: string): Counts {
    return (group === undefined ? this.everything : this.byGroup.get(group))?.counts ?? noCounts;
  }

  /** How many devices there are of each sort. */
  census(): DeviceCensus {
    return takeCensus(this.rows, this.everything.read());
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
    this.groupsById.clear();
    this.sortedGroups = undefined;
    this.open(DeviceTable.of([]));
  }

  /** Takes the devices of a table in place of those that are here. */
  open(table: DeviceTable): void {
    this.use(new DeviceRows(table, this.particulars));
  }

  /** Makes one table of all devices as they are now: what was changed one by one is found as fast as the rest again. */
  gather(): DeviceTable {
    this.use(this.rows.gathered(this.everything.read()));
    return this.rows.table;
  }

  /** Makes now what the first search would wait for. */
  prepareSearch(): void {
    this.rows.table.names.prepare();
  }

  setGroup(group: Group): void {
    this.groupsById.set(group.id, group);
    this.sortedGroups = undefined;
  }

  setDevice(device: Device): void {
    const before = this.rows.rowOf(device.id);
    const row = this.rows.add(device);
    if (before !== undefined) {
      this.rows.setPresence(row, this.rows.presence(before), this.rows.presenceSince(before));
      this.removeRow(before);
    }
    this.listOf(device.group).add(row);
    this.everything.add(row);
  }

  /** Removes a device or a group. */
  remove(id: string): void {
    const row = this.rows.rowOf(id);
    if (row !== undefined) {
      this.rows.forget(id);
      this.removeRow(row);
    }
    if (this.groupsById.delete(id)) this.sortedGroups = undefined;
  }

  /** @returns whether that is a change */
  setPresence([id, presence, since]: PresenceEntry): boolean {
    const row = this.rows.rowOf(id);
    if (row === undefined) return false;
    const before = this.rows.presence(row);
    if (before === presence && this.rows.presenceSince(row) === since) return false;
    this.rows.setPresence(row, presence, since);
    const step = Number(isReachable(presence)) - Number(isReachable(before));
    this.listOf(this.rows.view(row).group).counts.online += step;
    this.everything.counts.online += step;
    return true;
  }

  /** The devices that are not offline. */
  present(): Iterable<string> {
    return this.rows.present();
  }

  private use(rows: DeviceRows): void {
    this.rows = rows;
    const { groups } = rows.table.columns;
    this.byGroup = new Map([...groups].map(([group, list]) => [group, new SortedRows(rows, list)]));
    this.everything = new SortedRows(rows);
  }

  private removeRow(row: number): void {
    this.listOf(this.rows.view(row).group).remove(row);
    this.everything.remove(row);
  }

  private listOf(group: string): SortedRows {
    let list = this.byGroup.get(group);
    if (!list) this.byGroup.set(group, (list = new SortedRows(this.rows, new Uint32Array())));
    return list;
  }
}
