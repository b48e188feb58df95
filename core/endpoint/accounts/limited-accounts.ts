import { LatchkeyError } from '#protocol/errors.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';
import type { Accounts, ComputerUser } from './accounts.ts';

/** Refusals of one account, and of all together, within so many milliseconds, after which none is tried for a while. */
const perAccount = 10;
const altogether = 50;
const span = 15 * 60_000;

/**
 * Accounts that nobody can guess the password of by opening session after session: not even a hub that somebody has taken
 * over.
 */
export class LimitedAccounts implements Accounts {
  private readonly accounts: Accounts;
  private readonly now: () => number;
  private refusals: { readonly account: string; readonly at: number }[] = [];

  constructor(accounts: Accounts, now: () => number = Date.now) {
    this.accounts = accounts;
    this.now = now;
  }

  own(): ComputerUser {
    return this.accounts.own();
  }

  /** @throws LatchkeyError `account.tooManyAttempts` beside the others */
  async signIn(given: ComputerAccount, signal: AbortSignal): Promise<ComputerUser> {
    const { account } = given;
    const now = this.now();
    this.refusals = this.refusals.filter(({ at }) => now - at < span);
    const own = this.refusals.filter((refusal) => refusal.account === account);
    const oldest = own.length >= perAccount ? own.at(-perAccount) : this.refusals.at(-altogether);
    if (oldest) {
      const seconds = Math.max(1, Math.ceil((oldest.at + span - now) / 1000));
      throw new LatchkeyError('account.tooManyAttempts', { seconds });
    }
    // Counted before it is known, so that many at once are not let through together.
    const attempt = { account, at: now };
    this.refusals.push(attempt);
    try {
      const user = await this.accounts.signIn(given, signal);
      this.refusals = this.refusals.filter((refusal) => refusal.account !== account);
      return user;
    } catch (error) {
      const refused = error instanceof LatchkeyError && error.code === 'session.accountRefused';
      if (!refused) this.refusals = this.refusals.filter((refusal) => refusal !== attempt);
      throw error;
    }
  }
}
