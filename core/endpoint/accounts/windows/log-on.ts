import type { ComputerAccount } from '#protocol/sessions.ts';
import { closeHandle, sidOf } from '../../windows/token.ts';
import { lastError, windowsCall } from '../../windows/windows-api.ts';
import { accountParts } from './account-name.ts';

/** LOGON32_LOGON_… and LOGON32_PROVIDER_DEFAULT (winbase.h). */
export const logOnKinds = {
  interactive: 2,
  /** Leaves no profile behind, and is allowed to every account that may be reached. Its token starts no programs. */
  network: 3,
  /** The same with a token that does, and that other computers take too. */
  networkCleartext: 8,
} as const;
const defaultProvider = 0;
/** ERROR_LOGON_FAILURE (winerror.h). */
const wrong = 1326;
/** The relative identifier of the guest, as whom Windows may sign in anybody. */
const guest = /-501$/;

/** `code` is Windows's number for what went wrong. `token` is to be closed. */
export type LogOn = { readonly token: bigint } | { readonly code: number };

/** Has Windows check an account and its password. A domain may take its time. */
export function logOn({ account, password }: ComputerAccount, kind: number): Promise<LogOn> {
  const { user, domain } = accountParts(account);
  const token = Buffer.alloc(8);
  const call = windowsCall('advapi32', 'int LogonUserW(str16, str16, str16, uint, uint, void *)');
  return new Promise((resolve, reject) => {
    call.async(user, domain, password, kind, defaultProvider, token, (error: unknown, done: unknown) => {
      const code = done ? 0 : lastError();
      if (error) return reject(error as Error);
      if (!done) return resolve({ code });
      const given = token.readBigUInt64LE();
      if (!isGuest(given)) return resolve({ token: given });
      closeHandle(given);
      resolve({ code: wrong });
    });
  });
}

function isGuest(token: bigint): boolean {
  try {
    return guest.test(sidOf(token));
  } catch {
    // A token that tells nothing: what is started with it will say why it does not.
    return false;
  }
}
