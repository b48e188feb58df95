import type { Hash } from 'node:crypto';
import type { Payload } from './payload-cache.ts';

/**
 * How a format is put together: a head, the payload that all formats share, what this format adds to it, and, last, the
 * part that differs from one installer to the next. So everything before that part is hashed once a version.
 */
export interface FormatLayout {
  readonly head: Buffer;
  readonly afterPayload: Buffer;
  /**
   * @param config the installer's configuration, `configLength` bytes
   * @param prefix the SHA-256 state of all bytes before; to be copied, not changed
   */
  readonly tail: (config: Buffer, prefix: Hash) => Buffer;
}

/**
 * A format whose head may differ too: it says where things are, or what their checksums are. Where the head is the one of the
 * installer before, all before the tail is not hashed again.
 */
export interface VaryingLayout {
  /** @param config the installer's configuration, `configLength` bytes */
  readonly put: (config: Buffer) => { readonly head: Buffer; readonly tail: Buffer };
}

export interface FormatContext {
  readonly payload: Payload;
  /** The endpoint's version. */
  readonly version: string;
  /** The processor, as `process.arch`. */
  readonly architecture: string;
}

/** Every configuration is padded with spaces to this many bytes, so that all installers of a version are the same size. */
export const configLength = 4096;

/** @throws RangeError where the configuration is longer than `configLength` */
export function padConfig(json: string): Buffer {
  const config = Buffer.alloc(configLength, ' ');
  const bytes = Buffer.from(`${json}\n`);
  if (bytes.length > configLength)
    throw new RangeError(`The configuration has ${bytes.length} of ${configLength} bytes.`);
  bytes.copy(config);
  return config;
}
