import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DataFolder } from '#core/endpoint/data-folder/data-folder.ts';
import type { PasswordVault } from '#core/endpoint/passwords/password-vault.ts';

/*
 * Takes the place of `platform-vault.ts` in a bundle for tests: a system that has accounts with passwords, and a means to
 * seal them, where the tests themselves run on one that has not. All else is the program that is shipped.
 */

/** By account, what its passwords hash to: the program itself holds none of them. */
const accounts: Readonly<Record<string, readonly string[]>> = {
  'DOMAIN\\ann': [
    '8118a1165ca39054ae0e6da78f36560cc1337e592abefedcc42f610253029615',
    'd0f727e61e021fe9475d3b47f4f08ed59b40c1daa89ea9c0169b36ec9ba33e94',
  ],
};
/** What the system itself holds and nobody else has. */
const key = createHash('sha256').update('sealing').digest();

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export const platformVault = ({ passwordFile }: DataFolder): PasswordVault => ({
  support: 'account',
  check: ({ account, password }) => Promise.resolve(accounts[account]?.includes(digest(password)) ?? false),
  async store({ account, password }) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(password, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    await mkdir(dirname(passwordFile), { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, JSON.stringify({ account, sealed: sealed.toString('base64') }), { mode: 0o600 });
  },
  async forget() {
    await rm(passwordFile, { force: true });
    await rmdir(dirname(passwordFile)).catch(() => {});
  },
  stored: () =>
    readFile(passwordFile, 'utf8').then(
      (text) => (JSON.parse(text) as { account: string }).account,
      () => undefined,
    ),
});

/** What a technician would sign in with, as only the system can tell. @param file the endpoint's `password.json` */
export function unsealed(file: string): { readonly account: string; readonly password: string } {
  const { account, sealed } = JSON.parse(readFileSync(file, 'utf8')) as { account: string; sealed: string };
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16));
  return { account, password: decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8') };
}
