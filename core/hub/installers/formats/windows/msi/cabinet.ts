import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { packedAt, type TarEntry } from '../../tar.ts';

/*
 * Cabinets: [MS-CAB] "Cabinet File Format" and [MS-MCI] "MSZIP" (learn.microsoft.com/openspecs/exchange_server_protocols).
 * A header, one folder of files, and blocks of data. A block holds up to 32 KiB; MSZIP compresses each with the one before
 * it as its dictionary.
 */

export interface CabinetFile {
  /** ASCII, no path. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

const blockLength = 32_768;
const headerLength = 36;
const folderLength = 8;
const compression = { none: 0, mszip: 1 } as const;
const archiveAttribute = 0x20;
const deflate = promisify(deflateRaw) as (data: Buffer, options: object) => Promise<Buffer>;

/**
 * The blocks of a compressed cabinet. Several are compressed at a time, none of it on the main thread.
 * @param entries its files, in their order
 */
export async function* mszipBlocks(entries: readonly TarEntry[]): AsyncGenerator<Buffer> {
  const pending: Promise<Buffer>[] = [];
  const width = Math.max(2, Math.min(4, availableParallelism()));
  let before: Buffer | undefined;
  for await (const block of blocksOf(entries)) {
    pending.push(mszip(block, before));
    before = block;
    if (pending.length >= width) yield (await pending.shift()) as Buffer;
  }
  for (const block of pending) yield await block;
}

async function mszip(block: Buffer, dictionary: Buffer | undefined): Promise<Buffer> {
  const data = await deflate(block, { level: 6, ...(dictionary && { dictionary }) });
  return dataBlock(Buffer.concat([Buffer.from('CK'), data]), block.length);
}

async function* blocksOf(entries: readonly TarEntry[]): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let length = 0;
  for (const { content } of entries) {
    if (content === undefined) continue;
    const source =
      typeof content === 'string' || Buffer.isBuffer(content)
        ? [Buffer.from(content)]
        : (content.open() as AsyncIterable<Buffer>);
    for await (const chunk of source) {
      held.push(chunk);
      length += chunk.length;
      if (length < blockLength) continue;
      const all = Buffer.concat(held);
      let at = 0;
      for (; at + blockLength <= length; at += blockLength) yield all.subarray(at, at + blockLength);
      held = [all.subarray(at)];
      length -= at;
    }
  }
  if (length > 0) yield Buffer.concat(held);
}

/**
 * All that stands before the blocks of a compressed cabinet.
 * @param blocksSize bytes of the blocks
 */
export const cabinetHead = (files: readonly CabinetFile[], blocksSize: number): Buffer =>
  head(files, blocksSize, compression.mszip);

/** A whole cabinet of small files that are not compressed: its size does not depend on what is in them. */
export function storedCabinet(files: readonly { readonly name: string; readonly content: Buffer }[]): Buffer {
  const content = Buffer.concat(files.map((file) => file.content));
  const blocks: Buffer[] = [];
  for (let at = 0; at < content.length; at += blockLength) {
    const block = content.subarray(at, at + blockLength);
    blocks.push(dataBlock(block, block.length));
  }
  const data = Buffer.concat(blocks);
  const sizes = files.map(({ name, content: { length } }) => ({ name, size: length }));
  return Buffer.concat([head(sizes, data.length, compression.none), data]);
}

/** CFHEADER, CFFOLDER and a CFFILE for each file. */
function head(files: readonly CabinetFile[], blocksSize: number, method: number): Buffer {
  const entries = Buffer.concat(files.map(fileEntries(files)));
  const filesAt = headerLength + folderLength;
  const length = filesAt + entries.length;
  const unpacked = files.reduce((sum, { size }) => sum + size, 0);
  const header = Buffer.alloc(filesAt);
  header.write('MSCF', 0, 'latin1');
  header.writeUInt32LE(length + blocksSize, 8);
  header.writeUInt32LE(filesAt, 16);
  header.set([3, 1], 24); // version 1.3
  header.writeUInt16LE(1, 26); // folders
  header.writeUInt16LE(files.length, 28);
  header.writeUInt32LE(length, headerLength);
  header.writeUInt16LE(Math.ceil(unpacked / blockLength), headerLength + 4);
  header.writeUInt16LE(method, headerLength + 6);
  return Buffer.concat([header, entries]);
}

const fileEntries =
  (files: readonly CabinetFile[]) =>
  ({ name, size }: CabinetFile, index: number): Buffer => {
    const entry = Buffer.alloc(16 + name.length + 1);
    entry.writeUInt32LE(size, 0);
    entry.writeUInt32LE(
      files.slice(0, index).reduce((sum, each) => sum + each.size, 0),
      4,
    );
    const [year, month, day] = [packedAt.getUTCFullYear(), packedAt.getUTCMonth() + 1, packedAt.getUTCDate()];
    entry.writeUInt16LE(((year - 1980) << 9) | (month << 5) | day, 10);
    entry.writeUInt16LE(archiveAttribute, 14);
    entry.write(name, 16, 'latin1');
    return entry;
  };

/** CFDATA. */
function dataBlock(data: Buffer, unpacked: number): Buffer {
  const block = Buffer.alloc(8 + data.length);
  block.writeUInt16LE(data.length, 4);
  block.writeUInt16LE(unpacked, 6);
  data.copy(block, 8);
  block.writeUInt32LE(checksum(block.subarray(4, 8), checksum(data, 0)), 0);
  return block;
}

/** Of [MS-CAB] 3.1: 32-bit words XORed; the odd bytes at the end stand the other way round. */
export function checksum(data: Buffer, seed: number): number {
  let sum = seed;
  const whole = data.length & ~3;
  for (let at = 0; at < whole; at += 4) sum ^= data.readInt32LE(at);
  let rest = 0;
  for (let at = whole; at < data.length; at++) rest = (rest << 8) | data[at]!;
  return (sum ^ rest) >>> 0;
}
