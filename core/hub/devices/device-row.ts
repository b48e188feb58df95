import type { Device } from '#protocol/devices.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { DeviceRow } from '../store/tables.ts';

/** The columns of a replica's row. */
export const replicaColumns = [
  'id',
  'group_id',
  'nickname',
  'host_name',
  'state',
  'platform',
  'system_name',
  'system_version',
  'endpoint_version',
  'joined_at',
] as const satisfies (keyof DeviceRow)[];

export const toDevice = (row: Pick<DeviceRow, (typeof replicaColumns)[number]>): Device => ({
  id: row.id,
  group: row.group_id,
  nickname: row.nickname,
  hostName: row.host_name,
  state: row.state,
  system: { platform: row.platform, name: row.system_name, version: row.system_version },
  endpointVersion: row.endpoint_version,
  joinedAt: row.joined_at,
});

/** What the facts put into columns of their own, which replicas have. */
export const factColumns = (
  facts: DeviceFacts,
): Pick<DeviceRow, 'host_name' | 'platform' | 'system_name' | 'system_version' | 'endpoint_version'> => ({
  host_name: facts.hostName,
  platform: facts.system.platform,
  system_name: facts.system.name,
  system_version: facts.system.version,
  endpoint_version: facts.endpointVersion,
});
