import type { Kysely } from 'kysely';
import { Subject, type Observable } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { UserGroup } from '#protocol/user-groups.ts';
import { newId } from '#core/base/ids.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';

export interface UserGroupChange {
  readonly group: UserGroup;
  readonly deleted: boolean;
  /** Technicians whom it concerns: members who came, went, or are in a group that is named otherwise now. */
  readonly technicians: ReadonlySet<string>;
}

/** How names are compared: no two groups have the same. */
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase();

/** Technicians who get the same permissions. Held in memory, so that a check of permissions costs nothing. */
export class UserGroupService implements HubPart {
  private readonly store: Store;
  private readonly groups = new Map<string, UserGroup>();
  private readonly changes = new Subject<UserGroupChange>();
  readonly changed$: Observable<UserGroupChange> = this.changes;

  constructor(store: Store) {
    this.store = store;
  }

  async start(): Promise<void> {
    for (const group of await read(this.store.read)) this.groups.set(group.id, group);
  }

  /**
   * By name.
   * @throws LatchkeyError `permission.administratorOnly`
   */
  list(actor: TechnicianActor): UserGroup[] {
    requireAdministrator(actor, 'userGroup.list');
    return [...this.groups.values()].sort(byName);
  }

  get(id: string): UserGroup | undefined {
    return this.groups.get(id);
  }

  /** The groups that a technician is in, by name. */
  of(technicianId: string): UserGroup[] {
    return [...this.groups.values()].filter(({ members }) => members.includes(technicianId)).sort(byName);
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `userGroup.nameTaken`, `account.notFound` */
  create(actor: TechnicianActor, name: string, members: readonly string[]): Promise<UserGroup> {
    requireAdministrator(actor, 'userGroup.create');
    return this.store.write(async (tx) => {
      await requireFreeName(tx.db, name);
      const group: UserGroup = { id: newId(), name, members: [...new Set(members)], createdAt: Date.now() };
      await tx.db
        .insertInto('user_groups')
        .values({ id: group.id, name, name_key: keyOf(name), created_at: group.createdAt })
        .execute();
      await replaceMembers(tx.db, group);
      const after = { name, members: await emails(tx.db, group.members) };
      await tx.audit({ actor, action: 'userGroup.create', subject: subject(group), after });
      this.announce(tx, group, group.members);
      return group;
    });
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `userGroup.notFound`, `userGroup.nameTaken`, `account.notFound` */
  update(
    actor: TechnicianActor,
    id: string,
    changes: { readonly name?: string | undefined; readonly members?: readonly string[] | undefined },
  ): Promise<UserGroup> {
    requireAdministrator(actor, 'userGroup.update');
    return this.store.write(async (tx) => {
      const before = await stored(tx.db, id);
      const members = changes.members ? [...new Set(changes.members)] : before.members;
      const after: UserGroup = { ...before, name: changes.name ?? before.name, members };
      const concerned = difference(before.members, members);
      const renamed = after.name !== before.name;
      if (!renamed && concerned.length === 0) return before;
      if (renamed) {
        await requireFreeName(tx.db, after.name, id);
        const change = { name: after.name, name_key: keyOf(after.name) };
        await tx.db.updateTable('user_groups').set(change).where('id', '=', id).execute();
      }
      if (concerned.length > 0) await replaceMembers(tx.db, after);
      await tx.audit({
        actor,
        action: 'userGroup.update',
        subject: subject(after),
        before: await changedPart(tx.db, before, renamed, concerned.length > 0),
        after: await changedPart(tx.db, after, renamed, concerned.length > 0),
      });
      this.announce(tx, after, renamed ? [...before.members, ...members] : concerned);
      return after;
    });
  }

  /** Its settings go with it. @throws LatchkeyError `permission.administratorOnly`, `userGroup.notFound` */
  delete(actor: TechnicianActor, id: string): Promise<void> {
    requireAdministrator(actor, 'userGroup.delete');
    return this.store.write(async (tx) => {
      const group = await stored(tx.db, id);
      await tx.db.deleteFrom('user_groups').where('id', '=', id).execute();
      await tx.db.deleteFrom('user_group_members').where('user_group_id', '=', id).execute();
      const settings = await tx.db
        .deleteFrom('permission_settings')
        .where('subject_id', '=', id)
        .returning(['permission', 'allowed'])
        .execute();
      const before = {
        name: group.name,
        members: await emails(tx.db, group.members),
        ...Object.fromEntries(settings.map(({ permission, allowed }) => [permission, allowed === 1])),
      };
      await tx.audit({ actor, action: 'userGroup.delete', subject: subject(group), before });
      this.announce(tx, group, group.members, true);
    });
  }

  private announce(tx: WriteTransaction, group: UserGroup, concerned: readonly string[], deleted = false): void {
    tx.afterCommit(() => {
      if (deleted) this.groups.delete(group.id);
      else this.groups.set(group.id, group);
      this.changes.next({ group, deleted, technicians: new Set(concerned) });
    });
  }
}

const byName = (a: UserGroup, b: UserGroup): number => a.name.localeCompare(b.name);

const subject = ({ id, name }: UserGroup): { kind: string; id: string; name: string } => ({
  kind: 'userGroup',
  id,
  name,
});

/** Who is in one list and not in the other. */
function difference(one: readonly string[], other: readonly string[]): string[] {
  const both = new Set(one.filter((id) => other.includes(id)));
  return [...one, ...other].filter((id) => !both.has(id));
}

async function changedPart(
  db: Kysely<Tables>,
  { name, members }: UserGroup,
  nameToo: boolean,
  membersToo: boolean,
): Promise<Record<string, unknown>> {
  return { ...(nameToo && { name }), ...(membersToo && { members: await emails(db, members) }) };
}

/** All groups, or the one that is named, as the store has them. */
async function read(db: Kysely<Tables>, id?: string): Promise<UserGroup[]> {
  let groups = db.selectFrom('user_groups').selectAll();
  let memberships = db.selectFrom('user_group_members').selectAll();
  if (id !== undefined) {
    groups = groups.where('id', '=', id);
    memberships = memberships.where('user_group_id', '=', id);
  }
  const members = Map.groupBy(await memberships.execute(), ({ user_group_id }) => user_group_id);
  return (await groups.execute()).map((row) => ({
    id: row.id,
    name: row.name,
    members: (members.get(row.id) ?? []).map(({ technician_id }) => technician_id),
    createdAt: row.created_at,
  }));
}

/** From the store: another change of the same commit may not stand in memory yet. */
async function stored(db: Kysely<Tables>, id: string): Promise<UserGroup> {
  const [group] = await read(db, id);
  if (!group) throw new LatchkeyError('userGroup.notFound', { userGroup: id });
  return group;
}

async function requireFreeName(db: Kysely<Tables>, name: string, except = ''): Promise<void> {
  const taken = await db
    .selectFrom('user_groups')
    .select('id')
    .where('name_key', '=', keyOf(name))
    .where('id', '!=', except)
    .executeTakeFirst();
  if (taken) throw new LatchkeyError('userGroup.nameTaken', { name });
}

async function replaceMembers(db: Kysely<Tables>, { id, members }: UserGroup): Promise<void> {
  await db.deleteFrom('user_group_members').where('user_group_id', '=', id).execute();
  if (members.length === 0) return;
  const known = await db.selectFrom('technicians').select('id').where('id', 'in', members).execute();
  if (known.length < members.length) throw new LatchkeyError('account.notFound');
  const rows = members.map((technician_id) => ({ user_group_id: id, technician_id }));
  await db.insertInto('user_group_members').values(rows).execute();
}

/** What the audit log calls the members: as they are called at the time. */
async function emails(db: Kysely<Tables>, members: readonly string[]): Promise<string[]> {
  if (members.length === 0) return [];
  const rows = await db.selectFrom('technicians').select('email').where('id', 'in', members).execute();
  return rows.map(({ email }) => email).sort();
}
