import type { Kysely } from 'kysely';
import { Subject, type Observable } from 'rxjs';
import { z } from 'zod';
import { role, type Identity, type Role, type Technician } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';

/** A technician's account as it is stored. */
export interface Account {
  readonly technician: Technician;
  readonly passwordIsInitial: boolean;
  /** Whether two-factor sign-in is on. */
  readonly twoFactor: boolean;
}

/** Under which the roles that have to have two-factor sign-in stand in `account_settings`. */
export const requiredRolesSetting = 'twoFactor.requiredRoles';

/** All technicians as they are now, in memory: each call looks its caller up, so that what changed is in force at once. */
export class TechnicianDirectory implements HubPart {
  private readonly store: Store;
  private readonly groups: GroupService;
  private readonly accounts = new Map<string, Account>();
  private roles: readonly Role[] = [];
  private readonly changes = new Subject<Identity>();
  private readonly held = new Subject<string>();
  /** A technician that was added or changed. */
  readonly changed$: Observable<Identity> = this.changes;
  /** A technician, by identifier, who from now on has to set two-factor sign-in up before anything else. */
  readonly heldUp$: Observable<string> = this.held;

  constructor(store: Store, groups: GroupService) {
    this.store = store;
    this.groups = groups;
  }

  async start(): Promise<void> {
    this.roles = await readRequiredRoles(this.store.read);
    for (const account of await readAccounts(this.store.read)) this.accounts.set(account.technician.id, account);
    this.groups.changed$.subscribe(({ group, deleted }) => {
      if (deleted) this.dropGroup(group.id);
    });
  }

  /** By e-mail. */
  list(): Technician[] {
    const technicians = [...this.accounts.values()].map(({ technician }) => technician);
    return technicians.sort((a, b) => (a.email < b.email ? -1 : 1));
  }

  get(id: string): Identity | undefined {
    const account = this.accounts.get(id);
    return account && this.identityOf(account);
  }

  /** The roles that have to have two-factor sign-in. */
  get requiredRoles(): readonly Role[] {
    return this.roles;
  }

  hasTwoFactor(id: string): boolean {
    return this.accounts.get(id)?.twoFactor ?? false;
  }

  /** To be called after the commit that made it so. */
  set(account: Account): void {
    const before = this.get(account.technician.id);
    this.accounts.set(account.technician.id, account);
    this.tell(before, this.identityOf(account));
  }

  /** Looks at the store again: another program may have changed the account there. */
  async reread(id: string): Promise<Identity | undefined> {
    await this.store.write(async (tx) => {
      const [account] = await readAccounts(tx.db, id);
      if (account) tx.afterCommit(() => this.set(account));
    });
    return this.get(id);
  }

  /** To be called after the commit that made it so. */
  setRequiredRoles(roles: readonly Role[]): void {
    const before = [...this.accounts.values()].map((account) => this.identityOf(account));
    this.roles = roles;
    for (const identity of before) {
      const after = this.get(identity.technician.id);
      if (after && after.twoFactor !== identity.twoFactor) this.tell(identity, after);
    }
  }

  /**
   * The technician as the one who does something.
   * @param from the network address
   * @throws LatchkeyError `account.disabled`, `account.twoFactorMissing`, or `account.tokenInvalid` where there is no such
   *   technician
   */
  actor(id: string, from: string | null): TechnicianActor {
    const actor = this.setUpActor(id, from);
    if (this.get(id)?.twoFactor === 'missing') throw new LatchkeyError('account.twoFactorMissing');
    return actor;
  }

  /**
   * `actor` for what a technician may do before two-factor sign-in is set up: to set it up.
   * @throws LatchkeyError `account.disabled`, `account.tokenInvalid`
   */
  setUpActor(id: string, from: string | null): TechnicianActor {
    const technician = this.accounts.get(id)?.technician;
    if (!technician) throw new LatchkeyError('account.tokenInvalid');
    if (technician.disabled) throw new LatchkeyError('account.disabled');
    return {
      kind: 'technician',
      id,
      name: technician.email,
      role: technician.role,
      groups: technician.role === 'administrator' ? 'all' : new Set(technician.groups),
      from,
    };
  }

  private dropGroup(group: string): void {
    for (const account of this.accounts.values()) {
      const { technician } = account;
      if (!technician.groups.includes(group)) continue;
      this.set({ ...account, technician: { ...technician, groups: technician.groups.filter((id) => id !== group) } });
    }
  }

  private identityOf({ technician, passwordIsInitial, twoFactor }: Account): Identity {
    const missing = this.roles.includes(technician.role);
    return { technician, passwordIsInitial, twoFactor: twoFactor ? 'on' : missing ? 'missing' : 'off' };
  }

  private tell(before: Identity | undefined, after: Identity): void {
    this.changes.next(after);
    if (before && before.twoFactor !== 'missing' && after.twoFactor === 'missing') this.held.next(after.technician.id);
  }
}

async function readRequiredRoles(db: Kysely<Tables>): Promise<Role[]> {
  const row = await db
    .selectFrom('account_settings')
    .select('value')
    .where('name', '=', requiredRolesSetting)
    .executeTakeFirst();
  return row ? z.array(role).parse(JSON.parse(row.value)) : [];
}

/** All technicians, or the one that is named, as the store has them: what a change is made from. */
export async function readAccounts(db: Kysely<Tables>, id?: string): Promise<Account[]> {
  let technicians = db.selectFrom('technicians').selectAll();
  let assignments = db.selectFrom('technician_groups').selectAll();
  let factors = db.selectFrom('two_factor').select('technician_id').where('secret', 'is not', null);
  if (id !== undefined) {
    technicians = technicians.where('id', '=', id);
    assignments = assignments.where('technician_id', '=', id);
    factors = factors.where('technician_id', '=', id);
  }
  const groups = new Map<string, string[]>();
  for (const { technician_id, group_id } of await assignments.execute()) {
    groups.set(technician_id, [...(groups.get(technician_id) ?? []), group_id]);
  }
  const withFactor = new Set((await factors.execute()).map(({ technician_id }) => technician_id));
  return (await technicians.execute()).map((row) => ({
    technician: {
      id: row.id,
      email: row.email,
      name: row.name,
      role: row.role,
      groups: groups.get(row.id) ?? [],
      disabled: row.disabled === 1,
      createdAt: row.created_at,
    },
    passwordIsInitial: row.password_is_initial === 1,
    twoFactor: withFactor.has(row.id),
  }));
}
