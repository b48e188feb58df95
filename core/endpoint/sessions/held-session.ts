import { newSealingKey, open, type SealingKey } from '#core/base/sealed-message.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { sealedPurpose, type Sealed } from '#protocol/sealed.ts';
import { computerAccount, type ComputerAccount, type ShownSession } from '#protocol/sessions.ts';
import type { Accounts, ComputerUser } from '../accounts/accounts.ts';
import type { SessionFiles } from '../file-transfer/session-files.ts';
import type { SessionTerminals } from '../terminal/session-terminals.ts';

/** How often an account may be given in one session. */
const attempts = 3;

/** What technicians work with in a session. */
export interface SessionWork {
  readonly terminals: SessionTerminals;
  readonly files: SessionFiles;
}

/** Signs in with a password that is stored on this computer; undefined where there is none, or where nobody can tell. */
export type StoredSignIn = (signal: AbortSignal) => Promise<ComputerUser | 'refused' | undefined>;

/** A session that this computer holds open: who is in it, and as whom they work. */
export class HeldSession {
  readonly id: string;
  /** As the customer is to see it. */
  shown: ShownSession;
  /** Work could begin. */
  begun = false;
  attemptsLeft = attempts;
  /** The computer has one, which it no longer takes. */
  storedPasswordRefused = false;
  readonly terminals: SessionTerminals;
  readonly files: SessionFiles;
  private readonly accounts: Accounts;
  private readonly ending = new AbortController();
  private key: Promise<SealingKey> | undefined;
  private signedIn: ComputerUser | undefined;
  /** One attempt after the other. */
  private signingIn: Promise<unknown> = Promise.resolve();
  private readonly storedTried: Promise<void> = Promise.resolve();

  /** @param stored tried first, where an account is needed */
  constructor(
    shown: ShownSession,
    accounts: Accounts,
    accountNeeded: boolean,
    work: SessionWork,
    stored: StoredSignIn = () => Promise.resolve(undefined),
  ) {
    this.id = shown.session;
    this.terminals = work.terminals;
    this.files = work.files;
    this.shown = shown;
    this.accounts = accounts;
    if (accountNeeded) {
      this.key = newSealingKey();
      this.signingIn = this.storedTried = this.attemptStored(stored);
    } else {
      this.signedIn = accounts.own();
    }
  }

  /** The technician who works. */
  get inControl(): string {
    const { technicians } = this.shown;
    return (technicians.find(({ inControl }) => inControl) ?? technicians[0])?.name ?? '';
  }

  /**
   * As whom technicians work.
   * @throws LatchkeyError `session.notSignedIn`, `session.ended`
   */
  get user(): ComputerUser {
    if (this.ending.signal.aborted) throw new LatchkeyError('session.ended', { session: this.id });
    if (!this.signedIn) throw new LatchkeyError('session.notSignedIn');
    return this.signedIn;
  }

  /** The key for which an account has to be sealed; null where none is needed any more. After what is stored was tried. */
  async sealingKey(): Promise<string | null> {
    await this.storedTried;
    return this.signedIn ? null : ((await this.key)?.publicKey ?? null);
  }

  /**
   * @returns whether this made the session usable; false where it was already
   * @throws LatchkeyError `session.accountRefused`, `session.unsupported`, `session.ended`
   */
  signIn(account: Sealed): Promise<boolean> {
    const attempt = this.signingIn.then(() => this.attempt(account));
    this.signingIn = attempt.catch(() => {});
    return attempt;
  }

  /** The conversation with the hub is over. */
  detach(): void {
    this.terminals.detach();
  }

  /** Ends what runs in it. Resolves once nothing does any more. */
  async dispose(): Promise<void> {
    this.ending.abort();
    this.key = undefined;
    await Promise.all([this.terminals.dispose(), this.files.dispose()]);
    this.signedIn?.signedIn?.close();
  }

  private async attemptStored(stored: StoredSignIn): Promise<void> {
    const user = await stored(this.ending.signal);
    this.storedPasswordRefused = user === 'refused';
    if (user && user !== 'refused' && !this.dropped(user)) this.take(user);
  }

  /** @returns whether the session has ended meanwhile; then nobody is signed in any more */
  private dropped(user: ComputerUser): boolean {
    if (this.ending.signal.aborted) user.signedIn?.close();
    return this.ending.signal.aborted;
  }

  /** From now on work can begin. */
  private take(user: ComputerUser): void {
    this.signedIn = user;
    this.key = undefined;
  }

  private async attempt(message: Sealed): Promise<boolean> {
    this.expectOpen();
    if (this.signedIn) return false;
    const given = await this.unseal(message);
    try {
      const user = await this.accounts.signIn(given, this.ending.signal);
      if (this.dropped(user)) throw new LatchkeyError('session.ended', { session: this.id });
      this.take(user);
      return true;
    } catch (error) {
      this.expectOpen();
      if (error instanceof LatchkeyError && error.code === 'session.accountRefused') this.attemptsLeft--;
      throw error;
    }
  }

  private async unseal(message: Sealed): Promise<ComputerAccount> {
    const key = await this.key;
    if (!key) throw new LatchkeyError('session.ended', { session: this.id });
    let bytes: Uint8Array | undefined;
    try {
      bytes = await open(key, sealedPurpose(this.id), message);
      return computerAccount.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      // Sealed for another session, altered, or no account: told without a word of what is in it.
      throw new LatchkeyError('rpc.invalidParams', { method: 'session/signIn', problem: 'account' });
    } finally {
      bytes?.fill(0);
    }
  }

  private expectOpen(): void {
    if (this.ending.signal.aborted || this.attemptsLeft === 0)
      throw new LatchkeyError('session.ended', { session: this.id });
  }
}
