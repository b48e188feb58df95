import type { Kysely } from 'kysely';
import type { DeviceChanges, ReplicaPosition } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';
import type { Store } from '../store/store.ts';
import type { DeviceGroupRow, Tables } from '../store/tables.ts';
import { hasGroup, scopeOf, type TechnicianActor } from '../workbench/technician-actor.ts';
import { replicaColumns, toDevice } from './device-row.ts';

/** Rows of devices in one answer. */
export const pageSize = 2000;

export const toGroup = (row: DeviceGroupRow): Group => ({ id: row.id, name: row.name, createdAt: row.created_at });

/** The change log as replicas read it: rows by the number of their last change, as they are now. */
export class ChangeLog {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** What changed after `since` among the groups that the actor is assigned to, at most `limit` devices. */
  read(actor: TechnicianActor, since: ReplicaPosition | null, limit = pageSize): Promise<DeviceChanges> {
    return this.store.snapshot(async (db) => {
      const scope = scopeOf(actor);
      const { value: last } = await db
        .selectFrom('counters')
        .select('value')
        .where('name', '=', 'seq')
        .executeTakeFirstOrThrow();
      const valid = since !== null && since.store === this.store.id && since.scope === scope && since.seq <= last;
      const from = valid ? since.seq : 0;
      const found = await this.devices(db, actor, from, limit);
      const more = found.length === limit;
      const seq = more ? (found.at(-1)?.seq ?? last) : last;
      // A replica that is filled from the start gets all groups first: no device comes before its group.
      const groups = await this.groups(db, from, from === 0 ? last : seq);
      const gone = (row: { deleted_at: number | null; group_id: string }): boolean =>
        row.deleted_at !== null || !hasGroup(actor, row.group_id);
      const visible = groups.filter((row) => hasGroup(actor, row.id));
      const removed = [
        ...visible.filter((row) => row.deleted_at !== null).map((row) => row.id),
        ...found.filter(gone).map((row) => row.id),
      ];
      return {
        position: { store: this.store.id, scope, seq },
        reset: !valid,
        groups: visible.filter((row) => row.deleted_at === null).map(toGroup),
        devices: found.filter((row) => !gone(row)).map(toDevice),
        // Nothing has to be taken out of an empty replica.
        removed: from === 0 ? [] : removed,
        more,
      };
    });
  }

  private devices(db: Kysely<Tables>, actor: TechnicianActor, from: number, limit: number) {
    let query = db
      .selectFrom('devices')
      .select([...replicaColumns, 'deleted_at', 'seq'])
      .where('seq', '>', from)
      .orderBy('seq')
      .limit(limit);
    if (from === 0) query = query.where('deleted_at', 'is', null);
    if (actor.groups !== 'all') {
      const groups = [...actor.groups];
      query = query.where((eb) =>
        eb.or([
          ...(groups.length > 0 ? [eb('group_id', 'in', groups)] : []),
          // Moved out of sight, or between two groups that were never in sight: which of the two is not kept.
          ...(from === 0 ? [] : [eb('moved_seq', '>', from)]),
        ]),
      );
    }
    return query.execute();
  }

  private groups(db: Kysely<Tables>, from: number, upTo: number): Promise<DeviceGroupRow[]> {
    return db.selectFrom('device_groups').selectAll().where('seq', '>', from).where('seq', '<=', upTo).execute();
  }
}
