import { open } from 'node:fs/promises';
import { LatchkeyError } from '#protocol/errors.ts';

/** Bytes: of two times this much memory, however long the file is. In smaller pieces, asking for them takes a third of the time. */
const pieceLength = 1 << 20;

/** A hash, or another sum of bytes. */
interface Sum {
  update(bytes: Buffer): unknown;
}

/**
 * Adds a file's bytes to a hash, and gives the hash back.
 * @throws LatchkeyError `file.unreadable`, `rpc.cancelled`
 */
export async function hashFile<T extends Sum>(file: string, hash: T, signal?: AbortSignal): Promise<T> {
  try {
    const handle = await open(file);
    const pieces = [0, 1].map(() => Buffer.allocUnsafeSlow(pieceLength)) as [Buffer, Buffer];
    const read = async (piece: Buffer): Promise<Buffer> => {
      const { bytesRead } = await handle.read(piece, 0, pieceLength);
      return piece.subarray(0, bytesRead);
    };
    let reading = read(pieces[0]);
    try {
      for (let turn = 1; ; turn ^= 1) {
        const bytes = await reading;
        if (signal?.aborted) throw new LatchkeyError('rpc.cancelled');
        if (bytes.length === 0) return hash;
        // The disk reads on while the processor hashes.
        reading = read(pieces[turn as 0 | 1]);
        hash.update(bytes);
      }
    } finally {
      await reading.catch(() => {});
      await handle.close();
    }
  } catch (error) {
    if (error instanceof LatchkeyError) throw error;
    throw new LatchkeyError('file.unreadable', { file, reason: (error as Error).message }, { cause: error });
  }
}
