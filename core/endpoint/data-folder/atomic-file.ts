import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import { keepToAdministrators } from '../windows/file-security.ts';

/** What the name of a file that is still being written ends in. */
export const temporarySuffix = '.tmp';

/**
 * Writes a JSON file for its owner alone, wholly or not at all: whoever reads it sees the old content or the new one, even
 * after a power cut.
 * @throws LatchkeyError `file.unwritable`
 */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}${temporarySuffix}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new LatchkeyError('file.unwritable', { file, reason: reasonOf(error) }, { cause: error });
  }
}

/**
 * Reads a JSON file of ours.
 * @returns undefined where there is none
 * @throws LatchkeyError `endpoint.dataDamaged` where it is not what it should be; `endpoint.needsRoot`, `file.unreadable`
 */
export async function readJsonFile<T>(file: string, shape: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'EACCES' || code === 'EPERM') throw new LatchkeyError('endpoint.needsRoot', {}, { cause: error });
    throw new LatchkeyError('file.unreadable', { file, reason: reasonOf(error) }, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be a key.
    throw new LatchkeyError('endpoint.dataDamaged', { file, problem: 'JSON' });
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.map(String).join('.');
  throw new LatchkeyError('endpoint.dataDamaged', { file, problem: path || 'JSON' });
}

/** Takes from everyone but the owner what an older or a careless program may have given them. */
export async function keepToOwner(path: string, mode: 0o600 | 0o700): Promise<void> {
  if (process.platform === 'win32') keepToAdministrators(path);
  else await chmod(path, mode);
}

/** The rename itself has to reach the disk too; Windows knows no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
