import type { Identity, Role, Technician } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { newId } from '#core/base/ids.ts';
import { system, type Actor } from '../store/audit-writer.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';
import { hashPassword } from './passwords.ts';
import type { ProofChecker } from './proof-checker.ts';
import type { SignInService } from './sign-in-service.ts';
import { readAccounts, type Account, type TechnicianDirectory } from './technician-directory.ts';

export interface NewTechnician {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly groups: readonly string[];
  readonly password: string;
}

export interface TechnicianChanges {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
}

/** Technicians' accounts: made and changed by administrators, their passwords by themselves too. */
export class AccountService {
  private readonly store: Store;
  private readonly directory: TechnicianDirectory;
  private readonly signIns: SignInService;
  private readonly proofs: ProofChecker;

  constructor(store: Store, directory: TechnicianDirectory, signIns: SignInService, proofs: ProofChecker) {
    this.store = store;
    this.directory = directory;
    this.signIns = signIns;
    this.proofs = proofs;
  }

  me(actor: TechnicianActor): Identity {
    return this.identity(actor.id);
  }

  /** @throws LatchkeyError `permission.administratorOnly` */
  list(actor: TechnicianActor): Technician[] {
    requireAdministrator(actor, 'account.list');
    return this.directory
      .list()
      .map((technician) => ({ ...technician, twoFactor: this.directory.hasTwoFactor(technician.id) }));
  }

  /** Whom anybody who may not do something can ask, by name. */
  administrators(): Pick<Technician, 'name' | 'email'>[] {
    return this.directory
      .list()
      .filter(({ role, disabled }) => role === 'administrator' && !disabled)
      .map(({ name, email }) => ({ name, email }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `account.emailTaken`, `group.notFound` */
  async create(actor: TechnicianActor, account: NewTechnician): Promise<Technician> {
    requireAdministrator(actor, 'account.create');
    return (await this.insert(actor, account, false)).technician;
  }

  /** The first administrator, where there is no account at all yet; undefined where there is. */
  async createFirst(account: Omit<NewTechnician, 'role' | 'groups'>, initial: boolean): Promise<Account | undefined> {
    if (this.directory.list().length > 0) return undefined;
    return this.insert(system, { ...account, role: 'administrator', groups: [] }, initial);
  }

  /**
   * Gives the only account a new password, where its first one is still in force and nobody has ever signed in with it:
   * it may have been shown where nobody saw it.
   */
  async renewUnusedPassword(password: string): Promise<Account | undefined> {
    const [technician, ...others] = this.directory.list();
    if (!technician || others.length > 0 || !this.directory.get(technician.id)?.passwordIsInitial) return undefined;
    const password_hash = await hashPassword(password);
    return this.store.write(async (tx) => {
      const used = await tx.db
        .selectFrom('audit')
        .select('number')
        .where('actor_id', '=', technician.id)
        .limit(1)
        .executeTakeFirst();
      if (used) return undefined;
      await tx.db.updateTable('technicians').set({ password_hash }).where('id', '=', technician.id).execute();
      await tx.audit({ actor: system, action: 'account.resetPassword', subject: subject(technician) });
      return { technician, passwordIsInitial: true, twoFactor: false };
    });
  }

  /**
   * @throws LatchkeyError `permission.administratorOnly`, `account.notFound`, `account.lastAdministrator`,
   *   `group.notFound`
   */
  async update(actor: TechnicianActor, id: string, changes: TechnicianChanges): Promise<Technician> {
    requireAdministrator(actor, 'account.update');
    return this.store.write(async (tx) => {
      const before = await this.stored(tx, id);
      const after: Technician = {
        ...before.technician,
        name: changes.name ?? before.technician.name,
        role: changes.role ?? before.technician.role,
        disabled: changes.disabled ?? before.technician.disabled,
        groups: [...new Set(changes.groups ?? before.technician.groups)],
      };
      await this.requireAdministratorLeft(tx, after);
      if (changes.groups) await this.assign(tx, id, after.groups);
      await tx.db
        .updateTable('technicians')
        .set({ name: after.name, role: after.role, disabled: after.disabled ? 1 : 0 })
        .where('id', '=', id)
        .execute();
      if (after.disabled) await this.signIns.endAll(tx, id);
      await tx.audit({
        actor,
        action: 'account.update',
        subject: subject(after),
        before: differing(before.technician, after),
        after: differing(after, before.technician),
      });
      tx.afterCommit(() => this.directory.set({ ...before, technician: after }));
      return after;
    });
  }

  /** @throws LatchkeyError `account.wrongPassword`, `account.tooManyAttempts` */
  async changePassword(actor: TechnicianActor, current: string, next: string, keepSignIn?: string): Promise<void> {
    await this.proofs.requirePassword(actor, current);
    await this.setPassword(actor, actor.id, next, 'account.changePassword', keepSignIn);
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `account.notFound` */
  async resetPassword(actor: TechnicianActor, id: string, next: string): Promise<void> {
    requireAdministrator(actor, 'account.resetPassword');
    this.identity(id);
    await this.setPassword(actor, id, next, 'account.resetPassword');
  }

  private async setPassword(actor: Actor, id: string, next: string, action: string, keep?: string): Promise<void> {
    const password_hash = await hashPassword(next);
    await this.store.write(async (tx) => {
      const account = await this.stored(tx, id);
      await tx.db
        .updateTable('technicians')
        .set({ password_hash, password_is_initial: 0 })
        .where('id', '=', id)
        .execute();
      await this.signIns.endAll(tx, id, keep);
      await tx.audit({ actor, action, subject: subject(account.technician) });
      tx.afterCommit(() => this.directory.set({ ...account, passwordIsInitial: false }));
    });
  }

  private async insert(actor: Actor, account: NewTechnician, initial: boolean): Promise<Account> {
    const password_hash = await hashPassword(account.password);
    return this.store.write(async (tx) => {
      const { email, name, role } = account;
      const taken = await tx.db.selectFrom('technicians').select('id').where('email', '=', email).executeTakeFirst();
      if (taken) throw new LatchkeyError('account.emailTaken', { email });
      const groups = [...new Set(account.groups)];
      const technician: Technician = { id: newId(), email, name, role, groups, disabled: false, createdAt: Date.now() };
      const { id, createdAt } = technician;
      await tx.db
        .insertInto('technicians')
        .values({
          id,
          email,
          name,
          role,
          password_hash,
          password_is_initial: initial ? 1 : 0,
          disabled: 0,
          created_at: createdAt,
        })
        .execute();
      await this.assign(tx, id, groups);
      await tx.audit({
        actor,
        action: 'account.create',
        subject: subject(technician),
        after: { email, name, role, groups },
      });
      const made: Account = { technician, passwordIsInitial: initial, twoFactor: false };
      tx.afterCommit(() => this.directory.set(made));
      return made;
    });
  }

  private async assign(tx: WriteTransaction, id: string, groups: readonly string[]): Promise<void> {
    await tx.db.deleteFrom('technician_groups').where('technician_id', '=', id).execute();
    if (groups.length === 0) return;
    const existing = await tx.db
      .selectFrom('device_groups')
      .select('id')
      .where('id', 'in', groups)
      .where('deleted_at', 'is', null)
      .execute();
    const known = new Set(existing.map((each) => each.id));
    const unknown = groups.find((group) => !known.has(group));
    if (unknown !== undefined) throw new LatchkeyError('group.notFound', { group: unknown });
    const rows = groups.map((group_id) => ({ technician_id: id, group_id }));
    await tx.db.insertInto('technician_groups').values(rows).execute();
  }

  /** Looked up in the transaction: two administrators who demote each other at once must not both succeed. */
  private async requireAdministratorLeft(tx: WriteTransaction, after: Technician): Promise<void> {
    if (after.role === 'administrator' && !after.disabled) return;
    const other = await tx.db
      .selectFrom('technicians')
      .select('id')
      .where('role', '=', 'administrator')
      .where('disabled', '=', 0)
      .where('id', '!=', after.id)
      .executeTakeFirst();
    if (!other) throw new LatchkeyError('account.lastAdministrator');
  }

  /** From the store: another change of the same commit may not stand in the directory yet. */
  private async stored(tx: WriteTransaction, id: string): Promise<Account> {
    const [account] = await readAccounts(tx.db, id);
    if (!account) throw new LatchkeyError('account.notFound');
    return account;
  }

  private identity(id: string): Identity {
    const identity = this.directory.get(id);
    if (!identity) throw new LatchkeyError('account.notFound');
    return identity;
  }
}

const subject = ({ id, email }: Technician): { kind: string; id: string; name: string } => ({
  kind: 'technician',
  id,
  name: email,
});

/** What of `one` is otherwise in `other`. */
function differing(one: Technician, other: Technician): Record<string, unknown> {
  const keys = ['name', 'role', 'groups', 'disabled'] as const;
  return Object.fromEntries(
    keys.filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key])).map((key) => [key, one[key]]),
  );
}
