import type { DeviceEntry, QueriedDevice } from './device-entry.ts';
import type { DeviceList } from './device-list.ts';
import { sortKey } from './name-order.ts';

/** What columns look names up in. */
export interface ColumnContext {
  groupName(id: string): string | undefined;
}

/** What stands in a cell: `at` is a time, milliseconds since 1970. */
export type CellValue = string | readonly string[] | { readonly at: number } | null;

/** A column that lists of devices can have. */
export interface DeviceColumn {
  readonly id: DeviceColumnId;
  /** It shows what is not in the replica's rows: see `DeviceParticulars`. */
  readonly particular?: boolean;
  value(entry: DeviceEntry, context: ColumnContext): CellValue;
  /** What devices are sorted by; those without come last. Absent: by name, as lists are anyway. */
  readonly order?: (device: QueriedDevice, context: ColumnContext) => string | number | undefined;
}

export const deviceColumnIds = [
  'name',
  'host',
  'nickname',
  'group',
  'presence',
  'state',
  'os',
  'version',
  'joined',
  'seen',
  'user',
  'ip',
  'mac',
  'id',
] as const;
export type DeviceColumnId = (typeof deviceColumnIds)[number];

/** Those that are shown unless told. */
export const standardColumns: readonly DeviceColumnId[] = ['name', 'group', 'presence', 'os', 'version', 'joined'];

const at = (time: number | undefined): CellValue => (time === undefined ? null : { at: time });
const presences = ['inSession', 'online', 'asleep', 'offline'];

/** `sortKey` of what many devices have in common: each is made once. */
const sharedKeys = new Map<string, string>();
const mostSharedKeys = 10_000;
function sharedKey(text: string): string {
  let key = sharedKeys.get(text);
  if (key === undefined) {
    if (sharedKeys.size >= mostSharedKeys) sharedKeys.clear();
    sharedKeys.set(text, (key = sortKey(text)));
  }
  return key;
}

const columns: Readonly<Record<DeviceColumnId, Omit<DeviceColumn, 'id'>>> = {
  name: { value: ({ name }) => name },
  host: { value: ({ device }) => device.hostName, order: ({ foldedHostName }) => sortKey(foldedHostName) },
  nickname: {
    value: ({ nickname }) => nickname,
    order: ({ nickname }) => (nickname === null ? undefined : sortKey(nickname)),
  },
  group: {
    value: ({ group }, { groupName }) => groupName(group) ?? group,
    order: ({ group }, { groupName }) => sharedKey(groupName(group) ?? group),
  },
  presence: { value: ({ presence }) => presence, order: ({ presence }) => presences.indexOf(presence) },
  state: { value: ({ state }) => state, order: ({ state }) => state },
  os: { value: ({ systemName }) => systemName, order: ({ systemName }) => sharedKey(systemName) },
  version: {
    value: ({ endpointVersion }) => endpointVersion,
    order: ({ endpointVersion }) => sharedKey(endpointVersion),
  },
  joined: { value: ({ joinedAt }) => at(joinedAt), order: ({ joinedAt }) => joinedAt },
  seen: { particular: true, value: ({ lastSeenAt }) => at(lastSeenAt), order: ({ lastSeenAt }) => lastSeenAt },
  user: {
    particular: true,
    value: ({ particulars }) => particulars?.users ?? null,
    order: ({ particulars }) => (particulars?.users[0] === undefined ? undefined : sortKey(particulars.users[0])),
  },
  ip: {
    particular: true,
    value: ({ particulars }) => particulars?.addresses.map((address) => address.split('/')[0]!) ?? null,
    order: ({ particulars }) =>
      particulars?.addresses[0] === undefined ? undefined : sortKey(particulars.addresses[0]),
  },
  mac: {
    particular: true,
    value: ({ particulars }) => particulars?.macs.map((mac) => mac.match(/../g)!.join(':')) ?? null,
    order: ({ particulars }) => particulars?.macs[0],
  },
  id: { value: ({ id }) => id, order: ({ id }) => id },
};

export const isDeviceColumn = (id: string): id is DeviceColumnId => Object.hasOwn(columns, id);

export const deviceColumn = (id: DeviceColumnId): DeviceColumn => ({ id, ...columns[id] });

/** How a list is sorted: `joined`, or `-joined` for the other way round. */
export interface DeviceSort {
  readonly column: DeviceColumnId;
  readonly descending: boolean;
}

/** @returns by name where the text names no column */
export function parseSort(text: string): DeviceSort {
  const column = text.replace(/^-/, '');
  return isDeviceColumn(column) ? { column, descending: text.startsWith('-') } : { column: 'name', descending: false };
}

export const sortText = ({ column, descending }: DeviceSort): string => `${descending ? '-' : ''}${column}`;

/** The same devices in another order; those that are alike stay by name. */
export function sortDevices(
  devices: DeviceList,
  { column, descending }: DeviceSort,
  context: ColumnContext,
): DeviceList {
  const { order } = columns[column];
  if (order) return devices.sortedBy((device) => order(device, context), descending);
  return descending ? devices.reversed() : devices;
}
