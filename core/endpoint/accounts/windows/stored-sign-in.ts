import { LatchkeyError } from '#protocol/errors.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';
import type { StoredSignIn } from '../../sessions/held-session.ts';
import type { Accounts } from '../accounts.ts';

/** The account whose password is kept on this computer. */
export interface StoredAccount {
  /**
   * Has it opened for as long as `use` takes. Nothing of it leaves this process but to Windows itself.
   * @param use gets a mark beside it, which is another one each time that a password is stored
   * @returns undefined where none is kept
   */
  withAccount<T>(use: (given: ComputerAccount, mark: string) => Promise<T>): Promise<T | undefined>;
}

/**
 * Signs in with the stored password, so that nobody is asked for one. One that Windows has refused is not tried again until another
 * one is stored: each attempt counts where accounts are locked after some.
 */
export function storedSignIn(
  stored: StoredAccount,
  accounts: Accounts,
  onProblem: (problem: string) => void,
): StoredSignIn {
  let refused: string | undefined;
  return async (signal) => {
    try {
      return await stored.withAccount(async (given, mark) => {
        if (mark === refused) return 'refused';
        try {
          return await accounts.signIn(given, signal);
        } catch (error) {
          if (!(error instanceof LatchkeyError) || error.code !== 'session.accountRefused') throw error;
          refused = mark;
          onProblem(`stored password: ${error.code}`);
          return 'refused';
        }
      });
    } catch (error) {
      // Somebody is asked for an account, as where none is stored.
      const { message } = error as Error;
      onProblem(`stored password: ${error instanceof LatchkeyError ? error.code : message}`);
      return undefined;
    }
  };
}
