import { closeHandle, openOwnToken, primaryCopy } from '#core/endpoint/windows/token.ts';
import type { LogOn } from '#core/endpoint/accounts/windows/log-on.ts';

/*
 * Stands where the endpoint calls LogonUserW, which Wine answers with a token that is none, whatever is given: takes two passwords,
 * and gives a real token of the one account that Wine has.
 */

export const logOnKinds = { interactive: 2, network: 3, networkCleartext: 8 } as const;
export const rightPassword = 'Grün & "schön" 7%';
export const otherPassword = 'Customer’s other 2';
const wrong = 1326;
/** TOKEN_QUERY, TOKEN_DUPLICATE. */
const access = 0xa;

export function logOn({ password }: { readonly password: string }): Promise<LogOn> {
  if (![rightPassword, otherPassword].includes(password)) return Promise.resolve({ code: wrong });
  const own = openOwnToken(access);
  const token = primaryCopy(own);
  closeHandle(own);
  return Promise.resolve(token === undefined ? { code: wrong } : { token });
}
