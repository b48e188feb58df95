import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { base64url } from '#protocol/primitives.ts';
import type { StoredAccount } from '../../accounts/windows/stored-sign-in.ts';
import { isAccepted } from '../../accounts/windows/windows-logon.ts';
import { readJsonFile, writeJsonFile } from '../../data-folder/atomic-file.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';
import type { PasswordVault } from '../password-vault.ts';
import { protect, unprotect } from './data-protection.ts';

/** A password as it is kept. */
export const sealedPassword = z.object({
  version: z.literal(1),
  account: z.string(),
  /** What the system asks for beside its own key. */
  entropy: base64url,
  sealed: base64url,
});

export type SealedPassword = z.output<typeof sealedPassword>;

/** Seals a password so that it opens on this computer alone. */
export function sealPassword({ account, password }: ComputerAccount): SealedPassword {
  const entropy = randomBytes(32);
  const content = Buffer.from(password, 'utf16le');
  const sealed = protect(content, entropy);
  content.fill(0);
  return { version: 1, account, entropy: entropy.toString('base64url'), sealed: sealed.toString('base64url') };
}

/**
 * Keeps the password in a file that administrators alone may read, sealed by the computer's own key.
 * @param file in the data folder
 * @param prepare makes that folder
 */
export function windowsVault(file: string, prepare: () => Promise<void> = async () => {}): PasswordVault {
  return {
    support: 'account',
    check: isAccepted,
    async store(given) {
      await prepare();
      await writeJsonFile(file, sealPassword(given));
    },
    forget: () => rm(file, { force: true }),
    // A damaged file keeps no password.
    stored: async () => (await readJsonFile(file, sealedPassword).catch(() => undefined))?.account,
  };
}

/** The password that such a vault keeps, for signing in on this computer. @param file the vault's */
export const storedAccount = (file: string, open = unprotect): StoredAccount => ({
  async withAccount(use) {
    const kept = await readJsonFile(file, sealedPassword);
    if (!kept) return undefined;
    const [sealed, entropy] = [kept.sealed, kept.entropy].map((text) => Buffer.from(text, 'base64url')) as [
      Buffer,
      Buffer,
    ];
    const content = open(sealed, entropy);
    try {
      return await use({ account: kept.account, password: content.toString('utf16le') }, kept.sealed);
    } finally {
      content.fill(0);
    }
  },
});
