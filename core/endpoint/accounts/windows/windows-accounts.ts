import { setTimeout as delay } from 'node:timers/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';
import { ownSid, sidOf } from '../../windows/token.ts';
import { WindowsError } from '../../windows/windows-api.ts';
import type { Accounts, ComputerUser } from '../accounts.ts';
import { ownUser } from '../own-user.ts';
import { accountParts } from './account-name.ts';
import { signInToken } from './windows-logon.ts';
import { WindowsSignIn } from './windows-sign-in.ts';

/** Milliseconds that a refusal takes at least, so that its haste does not tell which accounts there are. */
const refusalTime = 2500;
/** ERROR_ACCESS_DENIED, ERROR_PRIVILEGE_NOT_HELD (winerror.h). */
const noRights: ReadonlySet<number> = new Set([5, 1314]);

/** Accounts of this computer and of its domain, as Windows itself checks them. The service works as each of them. */
export class WindowsAccounts implements Accounts {
  own(): ComputerUser {
    return ownUser();
  }

  async signIn(given: ComputerAccount, signal: AbortSignal): Promise<ComputerUser> {
    const begun = Date.now();
    const token = await signInToken(given).catch((error: unknown) => {
      throw unclear(error);
    });
    if (token === undefined) {
      await delay(Math.max(0, begun + refusalTime - Date.now()), undefined, { signal }).catch(() => {});
      throw new LatchkeyError('session.accountRefused', { account: given.account });
    }
    // `user@domain` too: what a home is called that has to be made.
    const user = accountParts(given.account).user.replace(/@.*/, '');
    let isOwn = false;
    try {
      isOwn = sidOf(token) === ownSid();
      const signedIn = WindowsSignIn.open(token, user);
      return { ...ownUser(), name: given.account, home: signedIn.home, signedIn };
    } catch (error) {
      if (!(error instanceof WindowsError) || !noRights.has(error.code)) throw unclear(error);
      // A program that anybody may have started works as them alone.
      if (isOwn) return ownUser();
      throw new LatchkeyError('session.ownAccountOnly', { account: ownUser().name }, { cause: error });
    }
  }
}

/** Windows cannot tell, such as when no domain controller answers. */
const unclear = (error: unknown): unknown =>
  error instanceof WindowsError
    ? new LatchkeyError('session.unsupported', { feature: 'signIn', reason: error.message }, { cause: error })
    : error;
