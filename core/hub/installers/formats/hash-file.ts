import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { LatchkeyError } from '#protocol/errors.ts';

/**
 * Adds a file's bytes to a hash, and gives the hash back.
 * @throws LatchkeyError `file.unreadable`, `rpc.cancelled`
 */
export async function hashFile(file: string, hash: Hash, signal?: AbortSignal): Promise<Hash> {
  const options = { highWaterMark: 1 << 20, ...(signal && { signal }) };
  try {
    for await (const chunk of createReadStream(file, options)) hash.update(chunk as Buffer);
  } catch (error) {
    if (signal?.aborted) throw new LatchkeyError('rpc.cancelled');
    throw new LatchkeyError('file.unreadable', { file, reason: (error as Error).message }, { cause: error });
  }
  return hash;
}
