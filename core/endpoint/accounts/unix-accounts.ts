import { setTimeout as delay } from 'node:timers/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';
import type { ProgramStart } from '../terminal/pseudo-terminal.ts';
import type { Accounts, ComputerUser } from './accounts.ts';
import { askInTerminal } from './ask-in-terminal.ts';
import { ownUser } from './own-user.ts';

/** What Linux and macOS each have for it. */
export interface UnixAccountSystem {
  /** @returns undefined where there is no account of exactly this name */
  find(name: string): Promise<ComputerUser | undefined>;
  /**
   * A program that asks for the account's password and ends with 0 where it is right and the account may be used.
   * @throws LatchkeyError `session.unsupported` where this computer's settings leave no way to tell
   */
  checker(user: ComputerUser): Promise<ProgramStart>;
}

/** Milliseconds that a refusal takes at least, so that its haste does not tell which accounts there are. */
const refusalTime = 2500;
/** Bytes that a terminal's line and the system's own programs take for sure. */
const passwordLimit = 500;

/** Accounts of a Unix, checked by the system's own program for it; nothing is stored. */
export class UnixAccounts implements Accounts {
  private readonly system: UnixAccountSystem;

  constructor(system: UnixAccountSystem) {
    this.system = system;
  }

  own(): ComputerUser {
    return ownUser();
  }

  async signIn({ account, password }: ComputerAccount, signal: AbortSignal): Promise<ComputerUser> {
    const begun = Date.now();
    const user = await this.check(account, password, signal);
    if (user) return user;
    await delay(Math.max(0, begun + refusalTime - Date.now()), undefined, { signal }).catch(() => {});
    throw new LatchkeyError('session.accountRefused', { account });
  }

  private async check(name: string, password: string, signal: AbortSignal): Promise<ComputerUser | undefined> {
    // What no account is called, and what nobody can type where a password is asked for.
    if (!/^[^-\p{Cc}:/\\\s][^\p{Cc}:/\\]*$/u.test(name) || password === '' || /\p{Cc}/u.test(password))
      return undefined;
    const bytes = Buffer.from(password);
    if (bytes.length > passwordLimit) return undefined;
    try {
      const user = await this.system.find(name);
      if (!user) return undefined;
      const self = ownUser();
      // Without the rights of root there is no way to work as anybody else.
      if (self.uid !== 0 && user.uid !== self.uid)
        throw new LatchkeyError('session.ownAccountOnly', { account: self.name });
      const answer = await askInTerminal(await this.system.checker(user), bytes, signal);
      // An account that anybody may use without a password proves nothing about whoever gives it.
      return answer === 'accepted' ? user : undefined;
    } catch (error) {
      // The check takes a terminal of its own.
      if (!(error instanceof LatchkeyError) || error.args['feature'] !== 'terminal') throw error;
      throw new LatchkeyError(error.code, { ...error.args, feature: 'signIn' }, { cause: error });
    } finally {
      bytes.fill(0);
    }
  }
}
