import type { Kysely } from 'kysely';
import { Subject, type Observable } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Group } from '#protocol/groups.ts';
import { newId } from '#core/base/ids.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceGroupRow, Tables } from '../store/tables.ts';
import { hasGroup, requireAdministrator, requireGroup, type TechnicianActor } from '../workbench/technician-actor.ts';

/** How names are compared: no two groups may look the same. */
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase();

const toGroup = (row: DeviceGroupRow): Group => ({ id: row.id, name: row.name, createdAt: row.created_at });

/** A device group that was made, renamed or deleted. */
export interface GroupChange {
  readonly seq: number;
  readonly group: Group;
  readonly deleted: boolean;
}

/** Device groups. Whoever makes one is an administrator; a technician sees those assigned. */
export class GroupService {
  private readonly store: Store;
  private readonly changes = new Subject<GroupChange>();
  /** After each change is kept. */
  readonly changed$: Observable<GroupChange> = this.changes;

  constructor(store: Store) {
    this.store = store;
  }

  /** Those that the actor is assigned to, by name. */
  async list(actor: TechnicianActor): Promise<Group[]> {
    const rows = await this.store.read
      .selectFrom('device_groups')
      .selectAll()
      .where('deleted_at', 'is', null)
      .execute();
    return rows
      .filter((row) => hasGroup(actor, row.id))
      .map(toGroup)
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `group.nameTaken` */
  create(actor: TechnicianActor, name: string): Promise<Group> {
    requireAdministrator(actor, 'group.create');
    return this.store.write(async (tx) => {
      await this.requireFreeName(tx.db, name);
      const row: DeviceGroupRow = {
        id: newId(),
        name,
        name_key: keyOf(name),
        created_at: Date.now(),
        deleted_at: null,
        seq: await tx.nextSeq(),
      };
      await tx.db.insertInto('device_groups').values(row).execute();
      await tx.audit({ actor, action: 'group.create', subject: subject(row), after: { name } });
      this.announce(tx, row);
      return toGroup(row);
    });
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `group.notFound`, `group.nameTaken` */
  rename(actor: TechnicianActor, id: string, name: string): Promise<Group> {
    requireAdministrator(actor, 'group.rename');
    return this.store.write(async (tx) => {
      const before = await this.existing(tx.db, id);
      if (before.name === name) return toGroup(before);
      await this.requireFreeName(tx.db, name, id);
      const change = { name, name_key: keyOf(name), seq: await tx.nextSeq() };
      await tx.db.updateTable('device_groups').set(change).where('id', '=', id).execute();
      const row = { ...before, ...change };
      await tx.audit({
        actor,
        action: 'group.rename',
        subject: subject(row),
        before: { name: before.name },
        after: { name },
      });
      this.announce(tx, row);
      return toGroup(row);
    });
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `group.notFound`, `group.notEmpty` */
  delete(actor: TechnicianActor, id: string): Promise<void> {
    requireAdministrator(actor, 'group.delete');
    return this.store.write(async (tx) => {
      const before = await this.existing(tx.db, id);
      const { devices } = await tx.db
        .selectFrom('devices')
        .select((eb) => eb.fn.countAll<number>().as('devices'))
        .where('group_id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirstOrThrow();
      if (devices > 0) throw new LatchkeyError('group.notEmpty', { name: before.name, devices });
      const now = Date.now();
      const change = { deleted_at: now, seq: await tx.nextSeq() };
      await tx.db.updateTable('device_groups').set(change).where('id', '=', id).execute();
      // An installer of a group that is gone would bring computers in nowhere.
      const revoked = await tx.db
        .updateTable('installers')
        .set({ revoked_at: now })
        .where('group_id', '=', id)
        .where('revoked_at', 'is', null)
        .returning(['id', 'name', 'used'])
        .execute();
      for (const { id: installer, name, used } of revoked) {
        await tx.audit({
          actor,
          action: 'installer.revoke',
          subject: { kind: 'installer', id: installer, name: name ?? '' },
          before: { used },
          after: { state: 'revoked' },
        });
      }
      await tx.db.deleteFrom('technician_groups').where('group_id', '=', id).execute();
      await tx.audit({ actor, action: 'group.delete', subject: subject(before), before: { name: before.name } });
      this.announce(tx, { ...before, ...change });
    });
  }

  /**
   * The group, if it exists and the actor is assigned to it.
   * @throws LatchkeyError `group.notFound`, `permission.groupNotAssigned`
   */
  async require(actor: TechnicianActor, id: string, db: Kysely<Tables> = this.store.read): Promise<Group> {
    requireGroup(actor, id);
    return toGroup(await this.existing(db, id));
  }

  private async existing(db: Kysely<Tables>, id: string): Promise<DeviceGroupRow> {
    const row = await db
      .selectFrom('device_groups')
      .selectAll()
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row) throw new LatchkeyError('group.notFound', { group: id });
    return row;
  }

  private async requireFreeName(db: Kysely<Tables>, name: string, except = ''): Promise<void> {
    const taken = await db
      .selectFrom('device_groups')
      .select('id')
      .where('name_key', '=', keyOf(name))
      .where('deleted_at', 'is', null)
      .where('id', '!=', except)
      .executeTakeFirst();
    if (taken) throw new LatchkeyError('group.nameTaken', { name });
  }

  private announce(tx: WriteTransaction, row: DeviceGroupRow): void {
    tx.afterCommit(() => this.changes.next({ seq: row.seq, group: toGroup(row), deleted: row.deleted_at !== null }));
  }
}

const subject = (row: DeviceGroupRow): { kind: string; id: string; name: string } => ({
  kind: 'group',
  id: row.id,
  name: row.name,
});
