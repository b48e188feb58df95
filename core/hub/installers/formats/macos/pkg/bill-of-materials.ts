import { packedAt } from '../../tar.ts';

/*
 * The list of files that macOS keeps of a package. Apple does not publish the format; this is as
 * https://github.com/hogliux/bomutils (mkbom, and its description of the format) writes it: blocks, a table of them, and trees
 * whose leaves pair what is known of a file with its name.
 */

export interface BomEntry {
  /** Without a slash before it; directories end in one. */
  readonly path: string;
  readonly mode: number;
  /** Bytes, and the checksum of `cksum`; absent for directories. */
  readonly content?: { readonly size: number; readonly checksum: number };
}

const headerLength = 512;
const leafLength = 4096;
const mostEntries = 256;

/** @param entries parents before their children */
export function billOfMaterials(entries: readonly BomEntry[]): Buffer {
  if (entries.length >= mostEntries) throw new RangeError('BOM: too many files for one leaf.');
  const blocks: Buffer[] = [Buffer.alloc(0)];
  const add = (block: Buffer): number => blocks.push(block) - 1;

  const info = add(numbers(1, entries.length + 1, 0));
  const ids = new Map<string, number>();
  const pairs: number[] = [];
  for (const [index, { path, mode, content }] of [{ path: './', mode: 0o755 } as BomEntry, ...entries].entries()) {
    const id = index + 1;
    const parts = path === './' ? ['.'] : path.replace(/\/$/, '').split('/');
    const parent = path === './' ? 0 : parts.length === 1 ? 1 : ids.get(parts.slice(0, -1).join('/'));
    if (parent === undefined) throw new RangeError(`BOM: the folder of ${path} is missing.`);
    if (path !== './') ids.set(parts.join('/'), id);
    const details = add(detailsOf(mode, content));
    pairs.push(add(numbers(id, details)), add(Buffer.concat([numbers(parent), Buffer.from(`${parts.at(-1)}\0`)])));
  }
  const paths = addTree(add, leafLength, pairs);
  const hardLinks = addTree(add, leafLength, []);
  const versions = add(Buffer.concat([numbers(1, addTree(add, 128, []), 0), Buffer.alloc(1)]));
  const sizes = addTree(add, leafLength, []);
  const variables = Object.entries({
    BomInfo: info,
    Paths: paths,
    HLIndex: hardLinks,
    VIndex: versions,
    Size64: sizes,
  });
  return assemble(blocks, variables);
}

function detailsOf(mode: number, content: BomEntry['content']): Buffer {
  const details = Buffer.alloc(31);
  details.writeUInt8(content ? 1 : 2, 0);
  details.writeUInt8(1, 1);
  details.writeUInt16BE(3, 2); // any processor
  details.writeUInt16BE((content ? 0o100000 : 0o040000) | mode, 4);
  // 6: user 0, 10: group 0 (wheel)
  details.writeUInt32BE(packedAt.getTime() / 1000, 14);
  details.writeUInt32BE(content?.size ?? 0, 18);
  details.writeUInt8(1, 22);
  details.writeUInt32BE(content?.checksum ?? 0, 23);
  return details;
}

/** A tree of one leaf. */
function addTree(add: (block: Buffer) => number, length: number, pairs: readonly number[]): number {
  const leaf = Buffer.alloc(Math.max(length, 12 + pairs.length * 4));
  leaf.writeUInt16BE(1, 0);
  leaf.writeUInt16BE(pairs.length / 2, 2);
  numbers(...pairs).copy(leaf, 12);
  const child = add(leaf);
  return add(Buffer.concat([Buffer.from('tree'), numbers(1, child, length, pairs.length / 2), Buffer.alloc(1)]));
}

/** The header, the blocks, the table that says where each is, and the blocks that have names. */
function assemble(blocks: readonly Buffer[], variables: readonly (readonly [string, number])[]): Buffer {
  const places: number[] = [];
  let at = headerLength;
  for (const { length } of blocks) {
    places.push(length === 0 ? 0 : at, length);
    at += length;
  }
  const names = Buffer.concat([
    numbers(variables.length),
    ...variables.flatMap(([name, block]) => [numbers(block), Buffer.from([name.length]), Buffer.from(name)]),
  ]);
  // No block is free.
  const index = Buffer.concat([numbers(blocks.length, ...places), numbers(0)]);
  const header = Buffer.alloc(headerLength);
  header.write('BOMStore');
  numbers(1, blocks.length - 1, at + names.length, index.length, at, names.length).copy(header, 8);
  return Buffer.concat([header, ...blocks, names, index]);
}

function numbers(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeUInt32BE(value, index * 4);
  return buffer;
}

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

/** The checksum of POSIX's `cksum`, a piece at a time. */
export class PosixChecksum {
  private value = 0;
  private length = 0;

  update(data: Buffer): void {
    let { value } = this;
    for (let i = 0; i < data.length; i++) value = (value << 8) ^ table[((value >>> 24) ^ data[i]!) & 0xff]!;
    this.value = value;
    this.length += data.length;
  }

  digest(): number {
    let { value } = this;
    for (let rest = this.length; rest > 0; rest = Math.floor(rest / 256))
      value = (value << 8) ^ table[((value >>> 24) ^ (rest & 0xff)) & 0xff]!;
    return ~value >>> 0;
  }
}
