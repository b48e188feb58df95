import { packedAt, type TarEntry } from '../../tar.ts';

/*
 * cpio archives in the portable ASCII format ("odc"): IEEE Std 1003.1-2001, `pax`, "cpio Interchange Format"
 * (https://pubs.opengroup.org/onlinepubs/007904975/utilities/pax.html). Headers of octal digits, names and contents.
 */

const directory = 0o040000;
const regular = 0o100000;

/** The archive, in pieces. What a directory's path ends in is left away. */
export async function* cpio(entries: readonly TarEntry[]): AsyncGenerator<Buffer> {
  for (const [index, entry] of entries.entries()) {
    const { content } = entry;
    if (typeof content === 'object' && 'open' in content) {
      yield header(`./${entry.path}`, regular | entry.mode, content.size, index + 1);
      yield* content.open() as AsyncIterable<Buffer>;
    } else yield whole(entry, content, index + 1);
  }
  yield trailer();
}

/** As `cpio`, for entries that are in memory. */
export function cpioBuffer(entries: readonly (TarEntry & { readonly content?: Buffer | string })[]): Buffer {
  return Buffer.concat([...entries.map((entry, index) => whole(entry, entry.content, index + 1)), trailer()]);
}

function whole({ path, mode }: TarEntry, content: Buffer | string | undefined, inode: number): Buffer {
  const data = Buffer.from(content ?? '');
  const kind = content === undefined ? directory : regular;
  return Buffer.concat([header(`./${path.replace(/\/$/, '')}`, kind | mode, data.length, inode), data]);
}

const trailer = (): Buffer => header('TRAILER!!!', 0, 0, 0);

function header(name: string, mode: number, size: number, inode: number): Buffer {
  const octal = (value: number, digits: number): string => {
    const text = value.toString(8).padStart(digits, '0');
    if (text.length > digits) throw new RangeError(`cpio: ${name} does not fit its header.`);
    return text;
  };
  const bytes = Buffer.from(`${name}\0`);
  const six = [0, inode, mode, 0, 0, inode === 0 ? 1 : mode & directory ? 2 : 1, 0].map((value) => octal(value, 6));
  const modified = octal(inode === 0 ? 0 : packedAt.getTime() / 1000, 11);
  return Buffer.concat([
    Buffer.from(`070707${six.join('')}${modified}${octal(bytes.length, 6)}${octal(size, 11)}`),
    bytes,
  ]);
}
