import { email, minimumPasswordLength } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { describeProblem } from '#core/base/rpc/rpc-connection.ts';
import type { HubOptions } from '../hub-options.ts';
import type { AccountService } from './account-service.ts';
import { newTypeablePassword } from './secrets.ts';

/** The e-mail of an administrator that nobody named. */
const standardEmail = 'admin@latchkey.local';

/**
 * Makes the first administrator, where there is no account yet: the one of the options, or one with a one-time password.
 * @returns what to sign in with, where it was made up
 * @throws LatchkeyError `rpc.invalidParams` where the e-mail of the options is none, `account.passwordTooWeak`
 */
export async function ensureFirstAdministrator(
  accounts: AccountService,
  wanted: HubOptions['admin'],
): Promise<{ email: string; password: string } | undefined> {
  if (!wanted) {
    const password = newTypeablePassword();
    const made =
      (await accounts.createFirst({ email: standardEmail, name: 'Administrator', password }, true)) ??
      (await accounts.renewUnusedPassword(password));
    return made && { email: made.technician.email, password };
  }
  const address = email.safeParse(wanted.email);
  if (!address.success) {
    throw new LatchkeyError('rpc.invalidParams', {
      method: 'LATCHKEY_ADMIN_EMAIL',
      problem: describeProblem(address.error),
    });
  }
  if (wanted.password.length < minimumPasswordLength)
    throw new LatchkeyError('account.passwordTooWeak', { minimum: minimumPasswordLength });
  await accounts.createFirst({ email: address.data, name: 'Administrator', password: wanted.password }, false);
  return undefined;
}
