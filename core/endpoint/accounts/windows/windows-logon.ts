import type { ComputerAccount } from '#protocol/sessions.ts';
import { closeHandle, withAllRights } from '../../windows/token.ts';
import { WindowsError } from '../../windows/windows-api.ts';
import { isEmpty } from './account-name.ts';
import { logOn, logOnKinds } from './log-on.ts';

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

/**
 * Whether Windows takes an account and its password. Nothing stays of it.
 * @throws WindowsError where Windows cannot tell
 */
export async function isAccepted(given: ComputerAccount): Promise<boolean> {
  const token = await tokenOf(given, [logOnKinds.network, logOnKinds.interactive]);
  if (token !== undefined) closeHandle(token);
  return token !== undefined;
}

/**
 * Signs an account in to work as it.
 * @returns its token with all the rights that it has, to be closed; undefined where Windows does not take it
 * @throws WindowsError where Windows cannot tell
 */
export async function signInToken(given: ComputerAccount): Promise<bigint | undefined> {
  const token = await tokenOf(given, [logOnKinds.interactive, logOnKinds.networkCleartext]);
  return token === undefined ? undefined : withAllRights(token);
}

async function tokenOf(given: ComputerAccount, kinds: readonly number[]): Promise<bigint | undefined> {
  if (isEmpty(given)) return undefined;
  for (const kind of kinds) {
    const result = await logOn(given, kind);
    if ('token' in result) return result.token;
    if (refusals.has(result.code)) return undefined;
    if (result.code !== kindNotGranted) throw new WindowsError('LogonUserW', result.code);
  }
  return undefined;
}
