import { LatchkeyError } from '#protocol/errors.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';

/**
 * Keeps the password of one account of this computer, so that technicians can sign in to it while nobody is there. It is
 * checked and sealed by the system's own means, and never leaves this computer: nothing here gives it back. What signs in
 * with it is `StoredAccount`.
 */
export interface PasswordVault {
  /** `none`: on this system no password is stored. */
  readonly support: 'none' | 'account';
  /** Whether the system takes the password. */
  check(given: ComputerAccount): Promise<boolean>;
  /** Seals and keeps it, in the place of one that was there. */
  store(given: ComputerAccount): Promise<void>;
  /** Where there is none, that is no error. */
  forget(): Promise<void>;
  /** The account whose password is kept; undefined where none is. */
  stored(): Promise<string | undefined>;
}

const unsupported = (): Promise<never> => Promise.reject(new LatchkeyError('consent.passwordUnsupported'));

/** Linux and macOS: a technician gives an account at each connection. */
export const noPasswordVault: PasswordVault = {
  support: 'none',
  check: unsupported,
  store: unsupported,
  forget: () => Promise.resolve(),
  stored: () => Promise.resolve(undefined),
};

/**
 * Checks a password and keeps it.
 * @throws LatchkeyError `consent.passwordWrong`, `consent.passwordUnsupported`
 */
export async function storePassword(vault: PasswordVault, given: ComputerAccount): Promise<void> {
  if (!(await vault.check(given))) throw new LatchkeyError('consent.passwordWrong', { account: given.account });
  await vault.store(given);
}
