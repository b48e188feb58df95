import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepToOwnAccount } from '../../windows/file-security.ts';
import type { RedirectFile } from '../redirect-file.ts';

/** In the account's own folder for temporary files; closed to others before anything is in it. */
export async function writeWindowsRedirect(page: string): Promise<RedirectFile> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true }).catch(() => {});
  try {
    keepToOwnAccount(folder);
    const path = join(folder, 'latchkey.html');
    await writeFile(path, page, { flag: 'wx' });
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
