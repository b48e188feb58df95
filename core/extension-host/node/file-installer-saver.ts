import { createHash, randomUUID } from 'node:crypto';
import { link, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import type { InstallerSaver, SavableFile } from '../common/installer-saver.ts';

/**
 * Writes an installer to a file: beside its name at first, and under it once it is whole and its SHA-256 is right. A file
 * that exists is left as it is.
 */
export class FileInstallerSaver implements InstallerSaver {
  private readonly get: (path: string) => Promise<Response>;

  /** @param get fetches a path of the hub with the technician's own credentials */
  constructor(get: (path: string) => Promise<Response>) {
    this.get = get;
  }

  /** @throws LatchkeyError `file.exists`, `file.unwritable`, `hub.unreachable` */
  async save(file: SavableFile, output = '.'): Promise<{ path: string }> {
    const target = await targetOf(output, file.fileName);
    if (await exists(target)) throw new LatchkeyError('file.exists', { file: target });
    const response = await this.get(file.path);
    if (!response.ok || !response.body) {
      throw new LatchkeyError('hub.unreachable', { url: file.path, reason: `HTTP ${response.status}` });
    }
    const partial = `${target}.${randomUUID().slice(0, 8)}.part`;
    try {
      const hash = createHash('sha256');
      const handle = await open(partial, 'wx', 0o600);
      try {
        let size = 0;
        for await (const chunk of response.body) {
          size += chunk.length;
          hash.update(chunk);
          await handle.write(chunk);
        }
        if (size !== file.size) {
          throw new LatchkeyError('hub.unreachable', { url: file.path, reason: `${size} ≠ ${file.size} byte` });
        }
        await handle.sync();
        // It carries a token: whoever may run it is for the one who saved it to say.
        await handle.chmod(file.format === 'run' ? 0o700 : 0o600);
      } finally {
        await handle.close();
      }
      const digest = hash.digest('hex');
      if (file.sha256 !== undefined && digest !== file.sha256) {
        throw new LatchkeyError('hub.unreachable', { url: file.path, reason: `SHA-256 ${digest} ≠ ${file.sha256}` });
      }
      await publish(partial, target);
      return { path: target };
    } catch (error) {
      await rm(partial, { force: true }).catch(() => {});
      if (error instanceof LatchkeyError) throw error;
      throw new LatchkeyError('file.unwritable', { file: target, reason: reasonOf(error) }, { cause: error });
    }
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Gives a file its name, unless somebody took that name meanwhile. */
async function publish(partial: string, target: string): Promise<void> {
  try {
    await link(partial, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new LatchkeyError('file.exists', { file: target }, { cause: error });
    // A file system without hard links.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP') return rename(partial, target);
    throw error;
  }
  await rm(partial, { force: true });
}

/** Without the path, which is that of the unfinished file. */
const reasonOf = (error: unknown): string => (error as Error).message.replace(/, \w+ '.*$/, '');

async function targetOf(output: string, fileName: string): Promise<string> {
  const path = resolve(output);
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => /[\\/]$/.test(output),
  );
  // The hub names the file; it does not choose the folder.
  return folder ? join(path, basename(fileName)) : path;
}
