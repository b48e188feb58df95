import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { link, lstat, open, rename, stat, statfs, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '#core/base/ids.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { withFile } from './file-errors.ts';
import { absolutePath, bytesOf } from './list-folder.ts';
import { partialName } from './partial-name.ts';
import { textToPath } from './path-text.ts';
import { Queue, type Transfer, type TransferResult } from './transfer.ts';

export interface WritingOptions {
  readonly folder: string;
  readonly name: string;
  readonly size: number;
  readonly replace: boolean;
}

/** Told where the unfinished file stands, before it is there and once it is no longer. */
export type PartialListener = (partial: string, there: boolean) => void;

/**
 * A file that is being written under another name beside its own, and gets its own once it is whole and on the disk. A link
 * that is replaced is replaced itself, not what it points to.
 */
export class Writing implements Transfer {
  readonly file: string;
  private readonly partial: string;
  private readonly handle: FileHandle;
  private readonly options: WritingOptions;
  private readonly onPartial: PartialListener;
  private readonly queue = new Queue();
  private readonly hash = createHash('sha256');
  private written = 0;
  private open = true;

  private constructor(file: string, partial: string, handle: FileHandle, options: WritingOptions, on: PartialListener) {
    this.file = file;
    this.partial = partial;
    this.handle = handle;
    this.options = options;
    this.onPartial = on;
  }

  /**
   * @throws LatchkeyError `file.nameInvalid`, `file.exists`, `file.notAFile`, `file.noSpace`, `file.notFound`, `file.notAFolder`,
   *   `file.notAllowed`, `file.unwritable`
   */
  static begin(options: WritingOptions, onPartial: PartialListener): Promise<Writing> {
    const { name, size, replace } = options;
    if (!isPlainName(name)) throw new LatchkeyError('file.nameInvalid', { file: name });
    const folder = absolutePath(options.folder);
    const file = join(folder, name);
    return withFile(file, 'write', async () => {
      const folderStats = await withFile(folder, 'write', () => stat(bytesOf(folder)));
      if (!folderStats.isDirectory()) throw new LatchkeyError('file.notAFolder', { file: folder });
      await refuseExisting(file, replace);
      const { bavail, bfree, bsize } = await statfs(bytesOf(folder), { bigint: true });
      // Some room is kept for root.
      const free = (process.getuid?.() === 0 ? bfree : bavail) * bsize;
      if (free < BigInt(size)) throw new LatchkeyError('file.noSpace', { file });
      const partial = join(folder, partialName(newId()));
      onPartial(partial, true);
      try {
        const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
        return new Writing(file, partial, await open(bytesOf(partial), flags, 0o600), options, onPartial);
      } catch (error) {
        onPartial(partial, false);
        throw error;
      }
    });
  }

  /**
   * @throws LatchkeyError `transfer.offset` where another piece comes next, `transfer.changed` where it is more than was said,
   *   `file.noSpace`, `file.unwritable`: the last two end the transfer
   */
  put(offset: number, data: Buffer): Promise<void> {
    return this.queue.run(async () => {
      if (!this.open) throw new LatchkeyError('transfer.notFound');
      if (offset !== this.written) throw new LatchkeyError('transfer.offset', { offset: this.written });
      if (offset + data.length > this.options.size) throw new LatchkeyError('transfer.changed', { file: this.file });
      try {
        await withFile(this.file, 'write', () => writeWhole(this.handle, data, offset));
      } catch (error) {
        await this.discard();
        throw error;
      }
      this.hash.update(data);
      this.written += data.length;
    });
  }

  /** @throws LatchkeyError `transfer.offset` where something is missing: the transfer goes on */
  finish(): Promise<TransferResult> {
    return this.queue.run(async () => {
      if (!this.open) throw new LatchkeyError('transfer.notFound');
      const { size, replace } = this.options;
      if (this.written !== size) throw new LatchkeyError('transfer.offset', { offset: this.written });
      try {
        await withFile(this.file, 'write', async () => {
          const replaced = await refuseExisting(this.file, replace);
          await this.takeRights(replaced);
          await this.handle.sync();
          await this.handle.close();
          this.open = false;
          if (replace) await rename(bytesOf(this.partial), bytesOf(this.file));
          else await nameAnew(this.partial, this.file);
          await syncFolder(absolutePath(this.options.folder));
        });
        this.onPartial(this.partial, false);
        return { size, sha256: this.hash.digest('hex') };
      } catch (error) {
        await this.discard();
        throw error;
      }
    });
  }

  abandon(): Promise<void> {
    return this.queue.run(() => this.discard());
  }

  /** Those of the file that it takes the place of, else those of any new file. */
  private async takeRights(replaced: Stats | undefined): Promise<void> {
    if (process.platform === 'win32') return;
    if (replaced?.isFile() && process.getuid?.() === 0) await this.handle.chown(replaced.uid, replaced.gid);
    await this.handle.chmod(replaced?.isFile() ? replaced.mode & 0o777 : 0o666 & ~process.umask());
  }

  private async discard(): Promise<void> {
    if (this.open) await this.handle.close().catch(() => {});
    this.open = false;
    await unlink(bytesOf(this.partial)).catch(() => {});
    this.onPartial(this.partial, false);
  }
}

/** A name of one file in one folder, wherever the folder is: no way leads out of it. */
function isPlainName(name: string): boolean {
  if (name === '.' || name === '..' || /[/\0]/.test(name)) return false;
  if ((textToPath(name)?.length ?? 256) > 255) return false;
  if (process.platform !== 'win32') return true;
  // What Windows forbids, takes off, or understands as a device.
  return !/[\\:*?"<>|\p{Cc}]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu.test(name);
}

/** @returns what a new file of this name would take the place of */
async function refuseExisting(file: string, replace: boolean): Promise<Stats | undefined> {
  const existing = await lstat(bytesOf(file)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!existing) return undefined;
  if (!replace) throw new LatchkeyError('file.exists', { file });
  if (!existing.isFile() && !existing.isSymbolicLink()) throw new LatchkeyError('file.notAFile', { file });
  return existing;
}

/** A file that came to this name meanwhile stays: a link, unlike a rename, fails there. */
async function nameAnew(partial: string, file: string): Promise<void> {
  try {
    await link(bytesOf(partial), bytesOf(file));
  } catch (error) {
    // File systems without links; they say so in several ways.
    if (
      !['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'].includes(
        String((error as NodeJS.ErrnoException).code),
      )
    )
      throw error;
    await refuseExisting(file, false);
    return rename(bytesOf(partial), bytesOf(file));
  }
  await unlink(bytesOf(partial));
}

async function writeWhole(handle: FileHandle, data: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < data.length;) {
    done += (await handle.write(data, done, data.length - done, offset + done)).bytesWritten;
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  // A folder that may be written but not read cannot be opened for it.
  const handle = await open(bytesOf(folder), 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
    // Some network file systems know no such call.
  } finally {
    await handle?.close();
  }
}
