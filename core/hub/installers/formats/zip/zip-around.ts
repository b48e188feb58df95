import { packedAt } from '../tar.ts';

/*
 * A ZIP archive with one file in it, which is not compressed: APPNOTE 6.3.10
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), 4.3.7, 4.3.12 and 4.3.16. Its size and checksum stand before it, because
 * not every program reads those behind a file that is stored.
 */

export interface ZippedFile {
  /** ASCII. */
  readonly name: string;
  readonly mode: number;
  /** Bytes; fewer than 4 GiB. */
  readonly size: number;
  readonly crc32: number;
}

const regular = 0o100000;
const madeOnUnix = 3;
/** 2.0, in tenths. */
const version = 20;
const utf8 = 0x0800;

/** What stands before the file, and what behind it. */
export function zipAround({ name, mode, size, crc32 }: ZippedFile): {
  readonly before: Buffer;
  readonly after: Buffer;
} {
  const bytes = Buffer.from(name);
  // Version, flags, method, time, date, checksum, both sizes, and how long name and further fields are.
  const described = Buffer.alloc(26);
  described.writeUInt16LE(version, 0);
  described.writeUInt16LE(utf8, 2);
  described.writeUInt16LE(0, 4);
  described.writeUInt32LE(dosTime(packedAt), 6);
  described.writeUInt32LE(crc32, 10);
  described.writeUInt32LE(size, 14);
  described.writeUInt32LE(size, 18);
  described.writeUInt16LE(bytes.length, 22);
  const before = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), described, bytes]);

  // Comment, disk, the file's attributes inside and outside, and where it begins.
  const placed = Buffer.alloc(14);
  placed.writeUInt32LE(((regular | mode) << 16) >>> 0, 6);
  const madeBy = Buffer.from([version, madeOnUnix]);
  const directory = Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeBy, described, placed, bytes]);

  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(before.length + size, 16);
  return { before, after: Buffer.concat([directory, end]) };
}

/** The date in the upper half, the time in the lower one, to two seconds. */
const dosTime = (date: Date): number =>
  (((date.getUTCFullYear() - 1980) << 25) |
    ((date.getUTCMonth() + 1) << 21) |
    (date.getUTCDate() << 16) |
    (date.getUTCHours() << 11) |
    (date.getUTCMinutes() << 5) |
    (date.getUTCSeconds() >> 1)) >>>
  0;
