import { deviceName, type Device } from '#protocol/devices.ts';
import { IdIndex, idLength } from './id-index.ts';
import { NameSearch } from './name-search.ts';
import { textAt, textColumn, type TextColumn } from './text-column.ts';

/** What many devices have in common. */
export type DeviceKind = Pick<Device, 'group' | 'state' | 'system' | 'endpointVersion'>;

/** Devices by field instead of by row, by name: as they are stored. */
export interface DeviceColumns {
  /** One after another: all have the same length. */
  readonly ids: string;
  readonly hostNames: TextColumn;
  /** Empty: none. */
  readonly nicknames: TextColumn;
  readonly joinedAt: Float64Array;
  /** For each row its index in `kinds`. */
  readonly kind: Uint32Array;
  readonly kinds: readonly DeviceKind[];
  /** For each group its rows. */
  readonly groups: ReadonlyMap<string, Uint32Array>;
}

/** Devices, by name, that do not change: opened at once however many they are, made objects of when one is looked at. */
export class DeviceTable {
  readonly columns: DeviceColumns;
  private nameSearch: NameSearch | undefined;
  private kindRows: Int32Array | undefined;
  private byId: IdIndex | undefined;

  constructor(columns: DeviceColumns) {
    this.columns = columns;
  }

  /** @param devices by name */
  static of(devices: readonly Device[]): DeviceTable {
    const kinds: DeviceKind[] = [];
    const numbers = new Map<string, number>();
    const kind = new Uint32Array(devices.length);
    const groups = new Map<string, number[]>();
    devices.forEach(({ group, state, system, endpointVersion }, row) => {
      const key = [group, state, system.platform, system.version, system.name, endpointVersion].join('\0');
      let number = numbers.get(key);
      if (number === undefined) numbers.set(key, (number = kinds.push({ group, state, system, endpointVersion }) - 1));
      kind[row] = number;
      const rows = groups.get(group);
      if (rows) rows.push(row);
      else groups.set(group, [row]);
    });
    return new DeviceTable({
      ids: devices.map(({ id }) => id).join(''),
      hostNames: textColumn(devices.map(({ hostName }) => hostName)),
      nicknames: textColumn(devices.map(({ nickname }) => nickname ?? '')),
      joinedAt: Float64Array.from(devices, ({ joinedAt }) => joinedAt),
      kind,
      kinds,
      groups: new Map([...groups].map(([group, rows]) => [group, Uint32Array.from(rows)])),
    });
  }

  get length(): number {
    return this.columns.kind.length;
  }

  /** Where a device stands; undefined where it does not. */
  rowOf(id: string): number | undefined {
    return (this.byId ??= new IdIndex(this.columns.ids)).rowOf(id);
  }

  id(row: number): string {
    return this.columns.ids.slice(row * idLength, (row + 1) * idLength);
  }

  hostName(row: number): string {
    return textAt(this.columns.hostNames, row);
  }

  nickname(row: number): string | null {
    return textAt(this.columns.nicknames, row) || null;
  }

  name(row: number): string {
    return deviceName({ nickname: this.nickname(row), hostName: this.hostName(row) });
  }

  kind(row: number): DeviceKind {
    return this.columns.kinds[this.columns.kind[row]!]!;
  }

  device(row: number): Device {
    return {
      id: this.id(row),
      nickname: this.nickname(row),
      hostName: this.hostName(row),
      joinedAt: this.columns.joinedAt[row]!,
      ...this.kind(row),
    };
  }

  /** For each kind a row that is of it; -1 where none is. */
  get rowOfKind(): Int32Array {
    if (!this.kindRows) {
      const { kind, kinds } = this.columns;
      this.kindRows = new Int32Array(kinds.length).fill(-1);
      for (let row = kind.length - 1; row >= 0; row--) this.kindRows[kind[row]!] = row;
    }
    return this.kindRows;
  }

  /** Finds words in the names. */
  get names(): NameSearch {
    return (this.nameSearch ??= new NameSearch([this.columns.hostNames, this.columns.nicknames]));
  }
}
