/*
 * Compound files, version 3: [MS-CFB] "Compound File Binary File Format"
 * (learn.microsoft.com/openspecs/windows_protocols/ms-cfb). Numbers in brackets are its sections.
 */

const sectorLength = 512;
const miniLength = 64;
/** Streams below this go into the mini stream. */
export const miniCutoff = 4096;
const entryLength = 128;
const inHeader = 109;
const perSector = sectorLength / 4;
const [freeSector, endOfChain, fatSector, difatSector] = [0xffffffff, 0xfffffffe, 0xfffffffd, 0xfffffffc];
const none = 0xffffffff;

export interface CompoundStream {
  readonly name: string;
  readonly content: Buffer;
}

export interface CompoundFile {
  readonly header: Buffer;
  /** What follows the big stream's bytes, or the header where there is no such stream. */
  readonly rest: Buffer;
}

interface Entry {
  readonly name: string;
  readonly start: number;
  readonly size: number;
}

/**
 * Lays out a compound file of one storage. The big stream stands first and is not needed for it, only its length.
 * @param classId the root's, as `{…}`
 * @param big `size` in bytes, at least `miniCutoff`
 */
export function compoundFile(
  classId: string,
  streams: readonly CompoundStream[],
  big?: { readonly name: string; readonly size: number },
): CompoundFile {
  if (big && big.size < miniCutoff) throw new RangeError(`The stream "${big.name}" is too small to stand first.`);
  const chains: number[] = []; // lengths in sectors, in their order
  const body: Buffer[] = [];
  let used = 0;
  const place = (length: number): number => {
    const start = length === 0 ? endOfChain : used;
    const sectors = Math.ceil(length / sectorLength);
    if (sectors > 0) chains.push(sectors);
    used += sectors;
    return start;
  };
  const append = (content: Buffer): number => {
    body.push(content, Buffer.alloc(padding(content.length, sectorLength)));
    return place(content.length);
  };
  const entries: Entry[] = [];
  if (big) {
    entries.push({ ...big, start: place(big.size) });
    body.push(Buffer.alloc(padding(big.size, sectorLength)));
  }
  const mini: Buffer[] = [];
  const miniFat: number[] = [];
  for (const { name, content } of streams) {
    const size = content.length;
    if (size >= miniCutoff) {
      entries.push({ name, size, start: append(content) });
      continue;
    }
    entries.push({ name, size, start: size === 0 ? endOfChain : miniFat.length });
    pushChain(miniFat, Math.ceil(size / miniLength));
    mini.push(content, Buffer.alloc(padding(size, miniLength)));
  }
  const miniStream = Buffer.concat(mini);
  const root = { start: append(miniStream), size: miniStream.length };
  const directoryStart = append(directory(classId, root, entries));
  const miniFatStart = append(words(miniFat));
  const { fats, difats } = tableSizes(used);
  const fat: number[] = [];
  for (const length of chains) pushChain(fat, length);
  for (let i = 0; i < fats; i++) fat.push(fatSector);
  for (let i = 0; i < difats; i++) fat.push(difatSector);
  body.push(words(fat), difatTable(used, fats, difats));

  const header = Buffer.alloc(sectorLength);
  header.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  header.writeUInt16LE(0x3e, 24); // minor version
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30); // sectors of 2⁹ bytes
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(fats, 44);
  header.writeUInt32LE(directoryStart, 48);
  header.writeUInt32LE(miniCutoff, 56);
  header.writeUInt32LE(miniFatStart, 60);
  header.writeUInt32LE(Math.ceil(miniFat.length / perSector), 64);
  header.writeUInt32LE(difats === 0 ? endOfChain : used + fats, 68);
  header.writeUInt32LE(difats, 72);
  for (let i = 0; i < inHeader; i++) header.writeUInt32LE(i < fats ? used + i : freeSector, 76 + i * 4);
  return { header, rest: Buffer.concat(body) };
}

const padding = (length: number, unit: number): number => (unit - (length % unit)) % unit;

function pushChain(table: number[], length: number): void {
  for (let i = 1; i <= length; i++) table.push(i === length ? endOfChain : table.length + 1);
}

/** Numbers of 32 bits, filled up to whole sectors. */
function words(numbers: readonly number[]): Buffer {
  const buffer = Buffer.alloc(numbers.length * 4 + padding(numbers.length * 4, sectorLength), 0xff);
  for (const [index, number] of numbers.entries()) buffer.writeUInt32LE(number, index * 4);
  return buffer;
}

/** How many sectors the tables take, which stand in the tables themselves [2.3, 2.5]. */
function tableSizes(used: number): { fats: number; difats: number } {
  let [fats, difats] = [0, 0];
  for (;;) {
    const needed = Math.ceil((used + fats + difats) / perSector);
    const beyond = Math.ceil(Math.max(0, needed - inHeader) / (perSector - 1));
    if (needed === fats && beyond === difats) return { fats, difats };
    [fats, difats] = [needed, beyond];
  }
}

/** Where those parts of the FAT are that the header has no room for [2.5]. */
function difatTable(firstFat: number, fats: number, difats: number): Buffer {
  const table = Buffer.alloc(difats * sectorLength, 0xff);
  for (let i = inHeader; i < fats; i++) {
    const sector = Math.floor((i - inHeader) / (perSector - 1));
    const slot = (i - inHeader) % (perSector - 1);
    table.writeUInt32LE(firstFat + i, sector * sectorLength + slot * 4);
  }
  for (let i = 0; i < difats; i++) {
    const next = i + 1 === difats ? endOfChain : firstFat + fats + i + 1;
    table.writeUInt32LE(next, (i + 1) * sectorLength - 4);
  }
  return table;
}

/** [2.6]. The tree is balanced and all black: "in which case the tree is simply a binary tree" [2.6.4]. */
function directory(classId: string, root: { start: number; size: number }, entries: readonly Entry[]): Buffer {
  const sorted = [...entries].sort((a, b) => compareNames(a.name, b.name));
  const count = sorted.length + 1;
  const buffer = Buffer.alloc(count * entryLength + padding(count * entryLength, sectorLength));
  for (let at = 0; at < buffer.length; at += entryLength) buffer.fill(0xff, at + 68, at + 80);
  const write = (index: number, name: string, type: number, start: number, size: number): number => {
    const at = index * entryLength;
    if (name.length > 31) throw new RangeError(`The name "${name}" is too long for a compound file.`);
    buffer.write(name, at, 'utf16le');
    buffer.writeUInt16LE((name.length + 1) * 2, at + 64);
    buffer.set([type, 1], at + 66);
    buffer.writeUInt32LE(start, at + 116);
    buffer.writeUInt32LE(size, at + 120);
    return at;
  };
  const build = (from: number, to: number): number => {
    if (from >= to) return none;
    const middle = (from + to) >> 1;
    const { name, start, size } = sorted[middle]!;
    const at = write(middle + 1, name, 2, start, size);
    buffer.writeUInt32LE(build(from, middle), at + 68);
    buffer.writeUInt32LE(build(middle + 1, to), at + 72);
    return middle + 1;
  };
  write(0, 'Root Entry', 5, root.start, root.size);
  buffer.writeUInt32LE(build(0, sorted.length), 76);
  guidBytes(classId).copy(buffer, 80);
  return buffer;
}

/** Shorter names come first [2.6.4]. */
function compareNames(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  const [upperA, upperB] = [a.toUpperCase(), b.toUpperCase()];
  return upperA < upperB ? -1 : upperA > upperB ? 1 : 0;
}

/** `{…}` as it stands in files: the first three groups the other way round. */
export function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll(/[{}-]/g, ''), 'hex');
  if (bytes.length !== 16) throw new RangeError(`"${guid}" is no GUID.`);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
