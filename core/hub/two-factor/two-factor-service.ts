import type { Role, Technician } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { AttemptLimiter } from '../accounts/attempt-limiter.ts';
import type { Proof, ProofChecker } from '../accounts/proof-checker.ts';
import type { SignInService } from '../accounts/sign-in-service.ts';
import {
  readAccounts,
  requiredRolesSetting,
  type Account,
  type TechnicianDirectory,
} from '../accounts/technician-directory.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';
import { newOneTimeSecret, oneTimeUri, stepOf } from './one-time-codes.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import { removeTwoFactor } from './remove-two-factor.ts';
import type { SecretSeal } from './secret-seal.ts';

/** How long a secret that was begun waits to be confirmed, milliseconds. */
const pendingFor = 60 * 60 * 1000;

export interface TwoFactorState {
  readonly on: boolean;
  readonly required: boolean;
  readonly recoveryCodesLeft: number;
}

export interface TwoFactorServiceParts {
  readonly store: Store;
  readonly directory: TechnicianDirectory;
  readonly proofs: ProofChecker;
  readonly signIns: SignInService;
  readonly seal: SecretSeal;
  readonly now?: () => number;
}

/** Two-factor sign-in: switched on and off by technicians, taken off them and required of roles by administrators. */
export class TwoFactorService {
  private readonly parts: TwoFactorServiceParts;
  private readonly now: () => number;
  /** By technician: whoever has got hold of a sign-in alone does not guess the code that its owner is about to type. */
  private readonly confirmations: AttemptLimiter;

  constructor(parts: TwoFactorServiceParts) {
    this.parts = parts;
    this.now = parts.now ?? Date.now;
    this.confirmations = new AttemptLimiter({ free: 5, firstDelay: 2, longestDelay: 900, decay: 600 }, this.now);
  }

  async state(actor: TechnicianActor): Promise<TwoFactorState> {
    const { codes } = await this.parts.store.read
      .selectFrom('recovery_codes')
      .select((eb) => eb.fn.countAll<number>().as('codes'))
      .where('technician_id', '=', actor.id)
      .executeTakeFirstOrThrow();
    const { directory } = this.parts;
    return {
      on: directory.hasTwoFactor(actor.id),
      required: directory.requiredRoles.includes(actor.role),
      recoveryCodesLeft: codes,
    };
  }

  /**
   * A new secret, which is told this once. The one that was in force, if any, stays so until this one is confirmed.
   * @throws LatchkeyError as `ProofChecker.reauthenticate`
   */
  async begin(actor: TechnicianActor, proof: Proof): Promise<{ secret: string; uri: string }> {
    await this.parts.proofs.reauthenticate(actor, proof);
    const secret = newOneTimeSecret();
    const pending = { pending_secret: this.parts.seal.seal(secret, actor.id), pending_at: this.now() };
    await this.parts.store.write(({ db }) =>
      db
        .insertInto('two_factor')
        .values({ technician_id: actor.id, secret: null, last_step: 0, ...pending })
        .onConflict((conflict) => conflict.column('technician_id').doUpdateSet(pending))
        .execute(),
    );
    return { secret, uri: oneTimeUri(secret, actor.name) };
  }

  /**
   * Switches it on, once the authenticator has shown that it has the secret. Sign-ins made without it end.
   * @param keepSignIn the sign-in that it is done from
   * @throws LatchkeyError `account.twoFactorNotBegun`, `account.codeWrong`, `account.tooManyAttempts`
   */
  async confirm(actor: TechnicianActor, code: string, keepSignIn?: string): Promise<readonly string[]> {
    const { store, directory, signIns, seal } = this.parts;
    const recoveryCodes = newRecoveryCodes();
    this.confirmations.attempt(actor.id);
    await store.write(async (tx) => {
      const { id } = actor;
      const row = await tx.db.selectFrom('two_factor').selectAll().where('technician_id', '=', id).executeTakeFirst();
      const now = this.now();
      const pending = row?.pending_secret;
      if (!pending || (row.pending_at ?? 0) + pendingFor < now) throw new LatchkeyError('account.twoFactorNotBegun');
      const step = stepOf(seal.open(pending, id), code.replace(/\s/g, ''), now);
      if (step === undefined) throw new LatchkeyError('account.codeWrong');
      await tx.db
        .updateTable('two_factor')
        .set({ secret: pending, last_step: step, pending_secret: null, pending_at: null })
        .where('technician_id', '=', id)
        .execute();
      await replaceRecoveryCodes(tx, id, recoveryCodes);
      await signIns.endAll(tx, id, keepSignIn);
      const account = await stored(tx, id);
      await tx.audit({ actor, action: 'twoFactor.switchOn', subject: subject(account.technician) });
      tx.afterCommit(() => {
        this.confirmations.forgive(id);
        directory.set(account);
      });
    });
    return recoveryCodes;
  }

  /** @throws LatchkeyError as `ProofChecker.reauthenticate`; `account.twoFactorNotBegun` where it is off */
  async renewRecoveryCodes(actor: TechnicianActor, proof: Proof): Promise<readonly string[]> {
    if (!this.parts.directory.hasTwoFactor(actor.id)) throw new LatchkeyError('account.twoFactorNotBegun');
    await this.parts.proofs.reauthenticate(actor, proof);
    const recoveryCodes = newRecoveryCodes();
    await this.parts.store.write(async (tx) => {
      const { technician, twoFactor } = await stored(tx, actor.id);
      if (!twoFactor) throw new LatchkeyError('account.twoFactorNotBegun');
      await replaceRecoveryCodes(tx, actor.id, recoveryCodes);
      await tx.audit({ actor, action: 'twoFactor.renewRecoveryCodes', subject: subject(technician) });
    });
    return recoveryCodes;
  }

  /** @throws LatchkeyError as `ProofChecker.reauthenticate`; `account.twoFactorRequired` where the role has to have it */
  async switchOff(actor: TechnicianActor, proof: Proof): Promise<void> {
    this.requireOptional(actor);
    await this.parts.proofs.reauthenticate(actor, proof);
    await this.parts.store.write(async (tx) => {
      this.requireOptional(actor);
      await this.takeOff(tx, actor, actor.id, 'twoFactor.switchOff');
    });
  }

  /**
   * Takes it off a technician who has lost the authenticator; their sign-ins end.
   * @throws LatchkeyError `permission.administratorOnly`, `account.notFound`; `account.ownTwoFactor`: one's own is switched
   *   off with a code, lest a sign-in that somebody else got hold of is enough
   */
  async reset(actor: TechnicianActor, technicianId: string): Promise<void> {
    requireAdministrator(actor, 'twoFactor.reset');
    if (technicianId === actor.id) throw new LatchkeyError('account.ownTwoFactor');
    await this.parts.store.write(async (tx) => {
      if (await this.takeOff(tx, actor, technicianId, 'twoFactor.reset'))
        await this.parts.signIns.endAll(tx, technicianId);
    });
  }

  /** @throws LatchkeyError `permission.administratorOnly` */
  requirement(actor: TechnicianActor): readonly Role[] {
    requireAdministrator(actor, 'twoFactor.requirement');
    return this.parts.directory.requiredRoles;
  }

  /** @throws LatchkeyError `permission.administratorOnly` */
  async setRequirement(actor: TechnicianActor, wanted: readonly Role[]): Promise<void> {
    requireAdministrator(actor, 'twoFactor.setRequirement');
    const { store, directory } = this.parts;
    const roles = [...new Set(wanted)].sort();
    await store.write(async (tx) => {
      const value = JSON.stringify(roles);
      const before = directory.requiredRoles;
      await tx.db
        .insertInto('account_settings')
        .values({ name: requiredRolesSetting, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
      await tx.audit({ actor, action: 'twoFactor.setRequirement', before: { roles: before }, after: { roles } });
      tx.afterCommit(() => directory.setRequiredRoles(roles));
    });
  }

  private requireOptional({ role }: TechnicianActor): void {
    if (this.parts.directory.requiredRoles.includes(role))
      throw new LatchkeyError('account.twoFactorRequired', { role });
  }

  /** @returns whether it was on, or had been begun */
  private async takeOff(tx: WriteTransaction, actor: TechnicianActor, id: string, action: string): Promise<boolean> {
    const { technician } = await stored(tx, id);
    if (!(await removeTwoFactor(tx.db, id))) return false;
    const account = await stored(tx, id);
    await tx.audit({ actor, action, subject: subject(technician) });
    tx.afterCommit(() => this.parts.directory.set(account));
    return true;
  }
}

async function stored(tx: WriteTransaction, id: string): Promise<Account> {
  const [account] = await readAccounts(tx.db, id);
  if (!account) throw new LatchkeyError('account.notFound');
  return account;
}

async function replaceRecoveryCodes(tx: WriteTransaction, id: string, codes: readonly string[]): Promise<void> {
  await tx.db.deleteFrom('recovery_codes').where('technician_id', '=', id).execute();
  const rows = codes.map((code) => ({ technician_id: id, code_hash: hashRecoveryCode(code) }));
  await tx.db.insertInto('recovery_codes').values(rows).execute();
}

const subject = ({ id, email }: Technician): { kind: string; id: string; name: string } => ({
  kind: 'technician',
  id,
  name: email,
});
