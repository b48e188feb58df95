import type { Particulars } from '#protocol/devices.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import type { Store } from '../store/store.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';

/** Devices in one answer: reading their facts holds the hub up. */
const pageSize = 2000;

export interface ParticularsPage {
  readonly entries: readonly (readonly [string, Particulars])[];
  /** Where the next page begins; null after the last one. */
  readonly next: string | null;
}

/** What can be asked of devices and is in no change log: it changes too often. */
export class DeviceParticulars {
  private readonly store: Store;
  private readonly presence: PresenceTracker;

  constructor(store: Store, presence: PresenceTracker) {
    this.store = store;
    this.presence = presence;
  }

  /** A page of the devices that the actor may see, by identifier. @param after the last one of the page before */
  async read(actor: TechnicianActor, after: string | null, limit = pageSize): Promise<ParticularsPage> {
    let query = this.store.read
      .selectFrom('devices')
      .select(['id', 'joined_at', 'last_seen_at', 'facts'])
      .where('deleted_at', 'is', null)
      .orderBy('id')
      .limit(limit);
    if (after !== null) query = query.where('id', '>', after);
    if (actor.groups !== 'all') {
      if (actor.groups.size === 0) return { entries: [], next: null };
      query = query.where('group_id', 'in', [...actor.groups]);
    }
    const rows = await query.execute();
    const entries = rows.map(({ id, joined_at, last_seen_at, facts }) => {
      const { users, interfaces } = JSON.parse(facts) as DeviceFacts;
      const particulars: Particulars = {
        // A device that never connected again was last heard of when it joined.
        seenAt: this.presence.lastSeen(id) ?? last_seen_at ?? joined_at,
        users,
        addresses: interfaces.flatMap(({ addresses }) => addresses),
        macs: interfaces.map(({ mac }) => mac.replaceAll(':', '')),
      };
      return [id, particulars] as const;
    });
    return { entries, next: rows.length === limit ? rows.at(-1)!.id : null };
  }
}
