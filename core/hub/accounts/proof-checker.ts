import type { Identity } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Store } from '../store/store.ts';
import type { SecondFactor } from '../two-factor/second-factor.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { networkOf } from './network-of.ts';
import { checkPassword } from './passwords.ts';
import type { TechnicianDirectory } from './technician-directory.ts';

/** What technicians prove that they are themselves with. */
export interface Proof {
  readonly password: string;
  /** Of the authenticator, or a recovery code: where two-factor sign-in is on. */
  readonly code?: string | undefined;
}

/**
 * Checks passwords and codes, for everything that asks for them: whoever guesses is slowed down, over all of these
 * together, by account and by network.
 */
export class ProofChecker {
  private readonly store: Store;
  private readonly directory: TechnicianDirectory;
  private readonly secondFactor: SecondFactor;
  private readonly onError: (error: unknown) => void;
  private readonly byAccount = new AttemptLimiter({ free: 5, firstDelay: 2, longestDelay: 900, decay: 600 });
  private readonly byAddress = new AttemptLimiter({ free: 60, firstDelay: 2, longestDelay: 900, decay: 30 });

  constructor(
    store: Store,
    directory: TechnicianDirectory,
    secondFactor: SecondFactor,
    onError: (error: unknown) => void,
  ) {
    this.store = store;
    this.directory = directory;
    this.secondFactor = secondFactor;
    this.onError = onError;
  }

  /**
   * Who it is that proves to be somebody. Where the role requires two-factor sign-in and it is not set up, the password is
   * proof enough: what follows from `twoFactor` being `missing` is the caller's to decide.
   * @param from the network address
   * @throws LatchkeyError `account.wrongPassword`, whether the account exists or not; `account.tooManyAttempts`;
   *   to somebody who knows the password `account.disabled`, `account.codeRequired`, `account.codeWrong`
   */
  check(email: string, proof: Proof, from: string): Promise<Identity> {
    return this.verify(email, proof, from, true);
  }

  /**
   * Authenticates a technician somewhere else than in a workbench, for one thing: no sign-in is made.
   * @throws LatchkeyError as `check`, and `account.twoFactorMissing`
   */
  async signInTechnician(email: string, proof: Proof, from: string): Promise<TechnicianActor> {
    const { technician } = await this.check(email, proof, from);
    return this.directory.actor(technician.id, from);
  }

  /**
   * Makes sure that it is still the technician who signed in.
   * @throws LatchkeyError `account.wrongPassword`, `account.codeRequired`, `account.codeWrong`, `account.tooManyAttempts`
   */
  async reauthenticate(actor: TechnicianActor, proof: Proof): Promise<void> {
    await this.check(actor.name, proof, actor.from ?? '');
  }

  /**
   * `reauthenticate` for what a code adds nothing to.
   * @throws LatchkeyError `account.wrongPassword`, `account.tooManyAttempts`
   */
  async requirePassword(actor: TechnicianActor, password: string): Promise<void> {
    await this.verify(actor.name, { password }, actor.from ?? '', false);
  }

  private async verify(email: string, { password, code }: Proof, from: string, codeToo: boolean): Promise<Identity> {
    const network = networkOf(from);
    this.byAddress.attempt(network);
    this.byAccount.attempt(email);
    const row = await this.store.read
      .selectFrom('technicians')
      .select(['id', 'password_hash'])
      .where('email', '=', email)
      .executeTakeFirst();
    const fits = await checkPassword(row?.password_hash, password);
    const identity = row && (await this.identity(row.id));
    if (!fits || !identity) {
      if (row) this.recordFailure(email, row.id, from, 'account.wrongPassword');
      throw new LatchkeyError('account.wrongPassword');
    }
    const { technician } = identity;
    const hasCode = identity.twoFactor === 'on';
    if (technician.disabled || (hasCode && !(codeToo && code))) {
      // No guess; but those before must not be forgotten for a password alone.
      this.byAccount.takeBack(email);
      this.byAddress.takeBack(network);
      if (technician.disabled) throw new LatchkeyError('account.disabled');
      if (codeToo) throw new LatchkeyError('account.codeRequired');
      return identity;
    }
    if (hasCode && code && !(await this.secondFactor.use(technician.id, code))) {
      this.recordFailure(email, technician.id, from, 'account.codeWrong');
      throw new LatchkeyError('account.codeWrong');
    }
    this.byAccount.forgive(email);
    this.byAddress.takeBack(network);
    return identity;
  }

  /** `latchkey reset-two-factor` takes it off in the store alone. */
  private async identity(id: string): Promise<Identity | undefined> {
    const identity = this.directory.get(id);
    if (identity?.twoFactor !== 'on' || (await this.secondFactor.isOn(id))) return identity;
    return this.directory.reread(id);
  }

  /**
   * Somebody tried to be somebody else: the account's owner and the administrators want to know. Not waited for: how long
   * the answer takes must not tell whether there is such an account.
   */
  private recordFailure(email: string, id: string, from: string, error: string): void {
    const recorded = this.store.write((tx) =>
      tx.audit({
        actor: { kind: 'technician', id: null, name: email, from },
        action: 'account.signIn',
        outcome: 'refused',
        subject: { kind: 'technician', id, name: email },
        after: { error },
      }),
    );
    recorded.catch(this.onError);
  }
}
