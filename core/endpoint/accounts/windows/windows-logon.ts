import type { ComputerAccount } from '#protocol/sessions.ts';
import { lastError, windowsCall, WindowsError } from '../../windows/windows-api.ts';

/** Of winbase.h: as by the network, which leaves no profile behind and is allowed to every account that may be reached. */
const network = 3;
const interactive = 2;
const defaultProvider = 0;
/** Of winerror.h: what says that the name or the password is wrong, or that the account may not be used. */
const refusals = new Set([
  1326, // wrong name or password
  1327, // account restriction, such as a blank password
  1328, // not at this hour
  1329, // not at this computer
  1330, // password has expired
  1331, // disabled
  1793, // account has expired
  1907, // password has to be changed
  1909, // locked out
]);
/** The account may be fine, and is not allowed this kind of sign-in: another kind is tried. */
const kindNotGranted = 1385;

/** `DOMAIN\user`, `user@domain` or a local account’s name, in the parts that Windows asks for. */
export function accountParts(account: string): { readonly user: string; readonly domain: string | null } {
  const at = account.indexOf('\\');
  if (at >= 0) return { user: account.slice(at + 1), domain: account.slice(0, at) || '.' };
  return { user: account, domain: account.includes('@') ? null : '.' };
}

/**
 * Whether Windows takes an account and its password. Nothing stays of it.
 * @throws WindowsError where Windows cannot tell
 */
export async function isAccepted({ account, password }: ComputerAccount): Promise<boolean> {
  const { user, domain } = accountParts(account);
  // An account without a password proves nothing about whoever gives it.
  if (user === '' || password === '' || /\0/.test(user + password)) return false;
  for (const kind of [network, interactive]) {
    const code = await logOn(user, domain, password, kind);
    if (code === 0) return true;
    if (refusals.has(code)) return false;
    if (code !== kindNotGranted) throw new WindowsError('LogonUserW', code);
  }
  return false;
}

/** A domain may take its time. @returns Windows's number for what went wrong, 0 for nothing */
function logOn(user: string, domain: string | null, password: string, kind: number): Promise<number> {
  const token = Buffer.alloc(8);
  const call = windowsCall('advapi32', 'int LogonUserW(str16, str16, str16, uint, uint, void *)');
  return new Promise((resolve, reject) => {
    call.async(user, domain, password, kind, defaultProvider, token, (error: unknown, done: unknown) => {
      const code = done ? 0 : lastError();
      if (error) return reject(error as Error);
      if (done) windowsCall('kernel32', 'int CloseHandle(void *)')(token.readBigUInt64LE());
      resolve(code);
    });
  });
}
