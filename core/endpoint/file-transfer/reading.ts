import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import { pieceBytes } from '#protocol/file-transfer.ts';
import { withFile } from './file-errors.ts';
import { absolutePath, bytesOf } from './list-folder.ts';
import { Queue, type Transfer, type TransferResult } from './transfer.ts';

/** A file of this computer that is being read, piece after piece, as large as it was when that began. */
export class Reading implements Transfer {
  readonly file: string;
  readonly size: number;
  private readonly handle: FileHandle;
  private readonly before: BigIntStats;
  private readonly queue = new Queue();
  private readonly hash = createHash('sha256');
  /** How much of the file is in the hash. */
  private hashed = 0;

  private constructor(file: string, handle: FileHandle, before: BigIntStats) {
    this.file = file;
    this.handle = handle;
    this.before = before;
    this.size = Number(before.size);
  }

  /**
   * @throws LatchkeyError `file.notFound`, `file.notAFile`, `file.notAllowed`, `file.unreadable`
   */
  static open(path: string): Promise<Reading> {
    const file = absolutePath(path);
    return withFile(file, 'read', async () => {
      // Looked at first: opening a device or a pipe may already do something.
      if (!(await stat(bytesOf(file))).isFile()) throw new LatchkeyError('file.notAFile', { file });
      const handle = await open(bytesOf(file), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const stats = await handle.stat({ bigint: true });
      if (stats.isFile()) return new Reading(file, handle, stats);
      await handle.close();
      throw new LatchkeyError('file.notAFile', { file });
    });
  }

  get name(): string {
    return basename(this.file);
  }

  /**
   * @throws LatchkeyError `transfer.changed` where the file has become shorter, `transfer.offset`, `file.unreadable`
   */
  piece(offset: number): Promise<Buffer> {
    return this.queue.run(() => withFile(this.file, 'read', () => this.read(offset)));
  }

  finish(): Promise<TransferResult> {
    return this.queue.run(() =>
      withFile(this.file, 'read', async () => {
        try {
          while (this.hashed < this.size) await this.read(this.hashed);
          const sha256 = this.hash.digest('hex');
          // Written to, but not in what was read: a log that grows can be fetched.
          if ((await this.wasTouched()) && (await this.hashAgain()) !== sha256)
            throw new LatchkeyError('transfer.changed', { file: this.file });
          return { size: this.size, sha256 };
        } finally {
          await this.handle.close();
        }
      }),
    );
  }

  abandon(): Promise<void> {
    return this.queue.run(() => this.handle.close());
  }

  private async read(offset: number): Promise<Buffer> {
    if (offset > this.size) throw new LatchkeyError('transfer.offset', { offset: this.size });
    const wanted = Math.min(pieceBytes, this.size - offset);
    const buffer = Buffer.allocUnsafe(wanted);
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await this.handle.read(buffer, filled, wanted - filled, offset + filled);
      if (bytesRead === 0) throw new LatchkeyError('transfer.changed', { file: this.file });
      filled += bytesRead;
    }
    if (offset === this.hashed) {
      this.hash.update(buffer);
      this.hashed += wanted;
    }
    return buffer;
  }

  private async wasTouched(): Promise<boolean> {
    const { size, mtimeNs, ctimeNs } = await this.handle.stat({ bigint: true });
    return size !== this.before.size || mtimeNs !== this.before.mtimeNs || ctimeNs !== this.before.ctimeNs;
  }

  private async hashAgain(): Promise<string> {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    for (let at = 0; at < this.size;) {
      const { bytesRead } = await this.handle.read(buffer, 0, Math.min(buffer.length, this.size - at), at);
      if (bytesRead === 0) return 'shorter';
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    return hash.digest('hex');
  }
}
