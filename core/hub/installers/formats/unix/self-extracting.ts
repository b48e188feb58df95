import { gzipSync } from 'node:zlib';
import type { FormatContext, FormatLayout } from '../format-layout.ts';
import { configLength } from '../format-layout.ts';
import { openTarBuffer, tarEnd, type TarEntry } from '../tar.ts';

/*
 * Self-extracting files in the manner of makeself (https://makeself.io): a POSIX shell script, and behind it, in the same
 * file, what it unpacks. The last line is the SHA-256 of all before it, which the script checks first.
 */

/**
 * @param head the script, in which `places` are filled
 * @param files what it unpacks beside the payload
 */
export async function selfExtracting(
  head: (places: Readonly<Record<string, string>>) => string,
  files: readonly TarEntry[],
  { payload }: Pick<FormatContext, 'payload'>,
): Promise<FormatLayout> {
  const own = await openTarBuffer(files);
  const afterPayload = gzipSync(Buffer.concat([own, tarEnd]));
  return {
    head: fitted(head, { PAYLOAD: String(payload.size + afterPayload.length), CONFIG: String(configLength) }),
    afterPayload,
    tail: (config, prefix) => Buffer.concat([config, Buffer.from(`${prefix.copy().update(config).digest('hex')}\n`)]),
  };
}

/** The script names its own length: found by filling it in until it fits. */
function fitted(
  head: (places: Readonly<Record<string, string>>) => string,
  places: Readonly<Record<string, string>>,
): Buffer {
  let length = 0;
  for (let attempt = 0; attempt < 5; attempt++) {
    const bytes = Buffer.from(head({ ...places, HEADER: String(length) }));
    if (bytes.length === length) return bytes;
    length = bytes.length;
  }
  throw new Error('The script never fits its own length.');
}
