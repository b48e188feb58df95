import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A file for one program alone, which has no name in any folder any more: the program is given its descriptor. In memory where
 * the system has a place for that. Gone once it is closed on both sides.
 * @param content what is in it
 */
export async function namelessFile(content: string): Promise<FileHandle> {
  // Linux's folder of files in memory.
  const folder = await mkdtemp('/dev/shm/latchkey-').catch(() => mkdtemp(join(tmpdir(), 'latchkey-')));
  try {
    const file = await open(join(folder, 'file'), 'wx+', 0o600);
    await rm(join(folder, 'file'));
    await file.write(content, 0);
    return file;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
