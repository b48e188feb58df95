import { OutgoingMessage } from 'node:http';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { LatchkeyError } from '#protocol/errors.ts';

/** What a file is put together from: bytes, or a file of this machine. */
export type Piece = Buffer | { readonly file: string };

/** Bytes. Smaller, and each megabyte takes twice the work; larger, and many downloads at once take more memory. */
const bufferLength = 1 << 19;

/**
 * Pieces as one stream; what is large in it stays on the disk. Open, it can be read to its end even when its files are removed.
 *
 * A stream gives each piece of a file a buffer of its own, and these pile up until they are collected. Into an HTTP response it is
 * therefore poured from two buffers, each filled again once the socket has taken it: so a download takes the same megabyte
 * however long it is.
 */
export class PieceStream extends Readable {
  private readonly pieces: readonly (Buffer | FileHandle)[];
  private next = 0;
  private pouring = false;

  private constructor(pieces: readonly (Buffer | FileHandle)[]) {
    super({ highWaterMark: bufferLength });
    this.pieces = pieces;
  }

  /** @throws LatchkeyError `file.unreadable` */
  static async open(pieces: readonly Piece[]): Promise<PieceStream> {
    const opened: (Buffer | FileHandle)[] = [];
    for (const piece of pieces) {
      if (Buffer.isBuffer(piece)) {
        opened.push(piece);
        continue;
      }
      const { file } = piece;
      try {
        opened.push(await open(file));
      } catch (error) {
        await close(opened);
        const reason = (error as Error).message;
        throw new LatchkeyError('file.unreadable', { file, reason }, { cause: error });
      }
    }
    return new PieceStream(opened);
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    if (!(destination instanceof OutgoingMessage)) return super.pipe(destination, options);
    this.pourInto(destination as unknown as Writable).then(
      () => {
        if (options?.end !== false) destination.end();
        // Whoever waits for the end of this stream is told.
        this.push(null);
        this.resume();
      },
      (error: Error) => this.destroy(error),
    );
    return destination;
  }

  /**
   * Writes all of it; nothing else may read it then.
   * @param sink whose callbacks say that it is done with the bytes, as those of sockets and responses do
   * @throws what reading and writing throw
   */
  async pourInto(sink: Writable): Promise<void> {
    this.pouring = true;
    const buffers = [0, 1].map(() => Buffer.allocUnsafeSlow(bufferLength)) as [Buffer, Buffer];
    let writing: Promise<void> = Promise.resolve();
    let turn: 0 | 1 = 0;
    for (;;) {
      // Into the one while the other is being sent.
      const bytes = await this.nextBytes(buffers[turn]);
      await writing;
      if (bytes === null) return;
      writing = this.write(sink, bytes);
      // It is awaited in the next round.
      writing.catch(() => {});
      turn = turn === 0 ? 1 : 0;
    }
  }

  override _read(): void {
    if (this.pouring) return;
    this.nextBytes(Buffer.allocUnsafeSlow(bufferLength)).then(
      (bytes) => void this.push(bytes),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    close(this.pieces).then(
      () => done(error),
      (problem: Error) => done(error ?? problem),
    );
  }

  /** The next bytes: a whole buffer that was given, or as much of a file as `into` takes; null at the end. */
  private async nextBytes(into: Buffer): Promise<Buffer | null> {
    for (;;) {
      const piece = this.pieces[this.next];
      if (piece === undefined) return null;
      if (Buffer.isBuffer(piece)) {
        this.next++;
        if (piece.length > 0) return piece;
        continue;
      }
      const { bytesRead } = await piece.read(into, 0, into.length);
      if (bytesRead > 0) return into.subarray(0, bytesRead);
      this.next++;
    }
  }

  /** A sink that is given up calls back no more: whoever sends it destroys this then. */
  private write(sink: Writable, bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error('It was given up.'));
      if (this.destroyed) return gone();
      this.once('close', gone);
      sink.write(bytes, (error) => {
        this.off('close', gone);
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

async function close(pieces: readonly (Buffer | FileHandle)[]): Promise<void> {
  for (const piece of pieces) if (!Buffer.isBuffer(piece)) await piece.close();
}
