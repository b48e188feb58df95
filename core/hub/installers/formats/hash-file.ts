import type { Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { LatchkeyError } from '#protocol/errors.ts';

/** Bytes: of this much memory, however long the file is. */
const pieceLength = 1 << 19;

/**
 * Adds a file's bytes to a hash, and gives the hash back.
 * @throws LatchkeyError `file.unreadable`, `rpc.cancelled`
 */
export async function hashFile(file: string, hash: Hash, signal?: AbortSignal): Promise<Hash> {
  try {
    const handle = await open(file);
    try {
      const piece = Buffer.allocUnsafeSlow(pieceLength);
      for (;;) {
        const { bytesRead } = await handle.read(piece, 0, pieceLength);
        if (signal?.aborted) throw new LatchkeyError('rpc.cancelled');
        if (bytesRead === 0) return hash;
        hash.update(piece.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof LatchkeyError) throw error;
    throw new LatchkeyError('file.unreadable', { file, reason: (error as Error).message }, { cause: error });
  }
}
