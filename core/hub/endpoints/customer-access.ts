import { endpointNotifications } from '#protocol/endpoint.ts';
import type { ParamsOf } from '#protocol/messages.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import type { Actor } from '../store/audit-writer.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import type { EndpointHandlers } from './endpoint-handlers.ts';
import type { LiveEndpoint } from './live-endpoints.ts';

type Access = ParamsOf<typeof endpointNotifications.accessChanged>;

/** What customers decide about access to their computers: whether there is any (X7), with a stored password or not (X8). */
export class CustomerAccess implements EndpointHandlers {
  private readonly store: Store;
  private readonly events: DeviceEvents;

  constructor(store: Store, events: DeviceEvents) {
    this.store = store;
    this.events = events;
  }

  entered(endpoint: LiveEndpoint): void {
    endpoint.rpc.on(endpointNotifications.accessChanged, (access) => this.changed(endpoint, access));
  }

  private async changed({ device, from }: LiveEndpoint, { blocked, passwordStored }: Access): Promise<void> {
    const access_blocked = blocked ? 1 : 0;
    const password_stored = passwordStored ? 1 : 0;
    await this.store.write(async (tx) => {
      const row = await tx.db.selectFrom('devices').selectAll().where('id', '=', device).executeTakeFirst();
      if (!row || row.deleted_at !== null) return;
      const blocks = row.access_blocked !== access_blocked;
      const stores = row.password_stored !== password_stored;
      if (!blocks && !stores) return;
      const state = stateOf(row, blocked);
      // Whoever looks at the device's page is told, too, where only the password is another.
      const change = { access_blocked, password_stored, state, seq: await tx.nextSeq() } as const;
      await tx.db.updateTable('devices').set(change).where('id', '=', device).execute();
      const actor: Actor = { kind: 'endpoint', id: device, name: row.host_name, from };
      const devices = [device];
      if (blocks) await tx.audit({ actor, devices, action: blocked ? 'device.block' : 'device.unblock' });
      if (stores) {
        await tx.audit({ actor, devices, action: passwordStored ? 'device.storePassword' : 'device.forgetPassword' });
      }
      this.events.announce(tx, { ...row, ...change });
    });
  }
}

/** One that waits for approval, or is to remove itself, stays so. */
function stateOf({ state }: DeviceRow, blocked: boolean): DeviceRow['state'] {
  if (blocked) return state === 'active' ? 'blocked' : state;
  return state === 'blocked' ? 'active' : state;
}
