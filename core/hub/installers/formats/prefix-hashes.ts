import { createHash, type Hash } from 'node:crypto';
import { hashFile } from './hash-file.ts';

/** How many are kept: an installer is announced, asked for and fetched, and then another one. */
const most = 32;

/**
 * SHA-256 states of all that comes before the tail of installers of one payload. Where heads are alike it is one for all; where
 * they differ the payload is read for each installer, one after the other: ten at once take the memory of one.
 */
export class PrefixHashes {
  private readonly file: string;
  private readonly known = new Map<string, Promise<Hash>>();
  private last: Promise<unknown> = Promise.resolve();

  /** @param file the payload */
  constructor(file: string) {
    this.file = file;
  }

  /**
   * @returns a state to be copied, not changed
   * @throws LatchkeyError `file.unreadable`
   */
  of(head: Buffer, afterPayload: Buffer): Promise<Hash> {
    const key = createHash('sha256').update(head).digest('hex');
    const known = this.known.get(key);
    if (known) return known;
    const hash = this.last.then(async () => {
      const state = await hashFile(this.file, createHash('sha256').update(head));
      return state.update(afterPayload);
    });
    this.last = hash.catch(() => {});
    this.known.set(key, hash);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= most) break;
      this.known.delete(oldest);
    }
    hash.catch(() => {
      if (this.known.get(key) === hash) this.known.delete(key);
    });
    return hash;
  }
}
