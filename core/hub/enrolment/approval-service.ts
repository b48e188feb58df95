import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';

/** Devices looked up in one statement. */
const rowsAtOnce = 500;

/** What technicians do about devices that wait: all that a call names, or none. */
export class ApprovalService {
  private readonly store: Store;
  private readonly events: DeviceEvents;
  private readonly permissions: PermissionService;

  constructor(store: Store, events: DeviceEvents, permissions: PermissionService) {
    this.store = store;
    this.events = events;
    this.permissions = permissions;
  }

  /**
   * Lets waiting devices in. Takes no slot of the installer.
   * @throws LatchkeyError `permission.switchedOff`, `device.notFound`, `device.notWaiting`
   */
  approve(actor: TechnicianActor, devices: readonly string[]): Promise<void> {
    return this.decide(actor, devices, 'approved', (seq, { access_blocked }) => ({
      state: access_blocked === 1 ? 'blocked' : 'active',
      waiting_for: null,
      seq,
    }));
  }

  /**
   * Turns waiting devices away: they are deleted, and their endpoints remove themselves.
   * @throws LatchkeyError as `approve`
   */
  reject(actor: TechnicianActor, devices: readonly string[]): Promise<void> {
    return this.decide(actor, devices, 'rejected', (seq) => ({ deleted_at: Date.now(), seq }));
  }

  private decide(
    actor: TechnicianActor,
    devices: readonly string[],
    outcome: 'approved' | 'rejected',
    change: (seq: number, row: DeviceRow) => Partial<DeviceRow> & { seq: number },
  ): Promise<void> {
    this.permissions.require(actor, 'enrolment.approve');
    return this.store.write(async (tx) => {
      const rows = await this.waiting(tx, actor, [...new Set(devices)]);
      for (const row of rows) {
        const changed = change(await tx.nextSeq(), row);
        await tx.db.updateTable('devices').set(changed).where('id', '=', row.id).execute();
        await tx.db.updateTable('installer_uses').set({ outcome }).where('device_id', '=', row.id).execute();
        this.events.announce(tx, { ...row, ...changed });
      }
      await tx.audit({
        actor,
        action: outcome === 'approved' ? 'device.approve' : 'device.reject',
        devices: rows.map(({ id }) => id),
        before: { state: 'waiting' },
        after: { state: outcome === 'approved' ? 'active' : null },
      });
    });
  }

  private async waiting(tx: WriteTransaction, actor: TechnicianActor, ids: readonly string[]): Promise<DeviceRow[]> {
    const rows: DeviceRow[] = [];
    for (let start = 0; start < ids.length; start += rowsAtOnce) {
      const batch = ids.slice(start, start + rowsAtOnce);
      rows.push(...(await tx.db.selectFrom('devices').selectAll().where('id', 'in', batch).execute()));
    }
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => {
      const row = byId.get(id);
      if (!row || row.deleted_at !== null || !hasGroup(actor, row.group_id)) {
        throw new LatchkeyError('device.notFound', { device: id });
      }
      if (row.state !== 'waiting')
        throw new LatchkeyError('device.notWaiting', { device: row.nickname ?? row.host_name });
      return row;
    });
  }
}
