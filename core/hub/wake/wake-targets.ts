import { hasCard, lanInterfaces, type LanInterface } from '#core/base/wake/lan-interfaces.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';

/** A device that may be woken, as it was when it was last there. */
export interface WakeTarget {
  readonly device: string;
  readonly name: string;
  readonly group: string;
  readonly interfaces: readonly LanInterface[];
}

export interface FoundTargets {
  readonly targets: readonly WakeTarget[];
  /** By device, why nothing is tried. */
  readonly refused: ReadonlyMap<string, LatchkeyError>;
  /** Devices asked for that the technician may know of, with the names that they go by. */
  readonly known: ReadonlyMap<string, string>;
}

type Row = Pick<DeviceRow, 'id' | 'group_id' | 'nickname' | 'host_name' | 'state' | 'facts'>;
const rowsAtOnce = 1000;

/** What has to be known of devices to wake them; those that can't be woken, with the reason. */
export async function findTargets(
  store: Store,
  actor: TechnicianActor,
  devices: readonly string[],
  isOnline: (device: string) => boolean,
): Promise<FoundTargets> {
  const targets: WakeTarget[] = [];
  const refused = new Map<string, LatchkeyError>();
  const known = new Map<string, string>();
  for (let start = 0; start < devices.length; start += rowsAtOnce) {
    const ids = devices.slice(start, start + rowsAtOnce);
    const rows = await store.read
      .selectFrom('devices')
      .select(['id', 'group_id', 'nickname', 'host_name', 'state', 'facts'])
      .where('id', 'in', ids)
      .where('deleted_at', 'is', null)
      .execute();
    const visible = new Map(rows.filter((row) => hasGroup(actor, row.group_id)).map((row) => [row.id, row]));
    for (const device of ids) {
      const row = visible.get(device);
      if (row) known.set(device, row.nickname ?? row.host_name);
      const result = row ? targetOf(row, isOnline(device)) : new LatchkeyError('device.notFound', { device });
      if (result instanceof LatchkeyError) refused.set(device, result);
      else targets.push(result);
    }
  }
  return { targets, refused, known };
}

function targetOf(row: Row, online: boolean): WakeTarget | LatchkeyError {
  const name = row.nickname ?? row.host_name;
  if (row.state === 'waiting') return new LatchkeyError('wake.deviceWaiting', { device: name });
  if (online) return new LatchkeyError('wake.alreadyOnline', { device: name });
  const { interfaces: all } = JSON.parse(row.facts) as DeviceFacts;
  if (!hasCard(all)) return new LatchkeyError('wake.noAddress', { device: name });
  const interfaces = lanInterfaces(all);
  if (interfaces.length === 0) return new LatchkeyError('wake.noSubnet', { device: name });
  return { device: row.id, name, group: row.group_id, interfaces };
}
