import { LatchkeyError } from '#protocol/errors.ts';
import type { Device, DeviceDetails } from '#protocol/devices.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { fingerprintOf } from '../endpoints/public-key.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { DeviceEvents } from './device-events.ts';
import { toDevice } from './device-row.ts';

/** What technicians ask of single devices. A device of a group that they are not assigned to is not there for them. */
export class DeviceService {
  private readonly store: Store;
  private readonly events: DeviceEvents;
  private readonly permissions: PermissionService;
  private readonly presence: PresenceTracker;

  constructor(store: Store, events: DeviceEvents, permissions: PermissionService, presence: PresenceTracker) {
    this.store = store;
    this.events = events;
    this.permissions = permissions;
    this.presence = presence;
  }

  /** @throws LatchkeyError `device.notFound` */
  async details(actor: TechnicianActor, id: string): Promise<DeviceDetails> {
    const row = await this.visible(actor, id);
    return {
      device: toDevice(row),
      facts: JSON.parse(row.facts) as DeviceFacts,
      lastSeenAt: this.presence.lastSeen(id) ?? row.last_seen_at,
      installer: row.installer_id,
      setUpBy: row.set_up_by ?? (row.installer_id === null ? null : 'endpointInstaller'),
      passwordStored: row.password_stored === 1,
      keyFingerprint: fingerprintOf(row.public_key),
    };
  }

  /**
   * Sets the nickname; null brings the computer's own name back.
   * @throws LatchkeyError `permission.switchedOff`, `device.notFound`
   */
  rename(actor: TechnicianActor, id: string, nickname: string | null): Promise<Device> {
    this.permissions.require(actor, 'device.rename');
    return this.store.write(async (tx) => {
      const before = await this.visible(actor, id, tx);
      if (before.nickname === nickname) return toDevice(before);
      const row = { ...before, nickname, seq: await tx.nextSeq() };
      await tx.db.updateTable('devices').set({ nickname, seq: row.seq }).where('id', '=', id).execute();
      await tx.audit({
        actor,
        action: 'device.rename',
        devices: [id],
        before: { nickname: before.nickname },
        after: { nickname },
      });
      this.events.announce(tx, row);
      return toDevice(row);
    });
  }

  private async visible(actor: TechnicianActor, id: string, tx?: WriteTransaction): Promise<DeviceRow> {
    const row = await (tx?.db ?? this.store.read)
      .selectFrom('devices')
      .selectAll()
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row || !hasGroup(actor, row.group_id)) throw new LatchkeyError('device.notFound', { device: id });
    return row;
  }
}
