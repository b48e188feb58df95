import { isStream, isText, plainName, widthOf } from './database.ts';

/* Reads packages for checks: [MS-CFB] and the tables, apart from what writes them. */

export interface ReadTable {
  readonly columns: readonly { readonly name: string; readonly type: number }[];
  /** As they stand in the file: texts by their numbers. */
  readonly rows: readonly (readonly number[])[];
}

export interface ReadPackage {
  /** The root's class, 16 bytes. */
  readonly classId: Buffer;
  readonly streams: ReadonlyMap<string, Buffer>;
  readonly codePage: number;
  /** By number; 0 is empty. */
  readonly texts: readonly string[];
  /** How often each is used, as the pool says. */
  readonly uses: readonly number[];
  readonly tables: ReadonlyMap<string, ReadTable>;
}

const endOfChain = 0xfffffffe;

/** @throws Error where it is no compound file or its chains are broken */
export function readPackage(file: Buffer): ReadPackage {
  const { streams, classId } = readCompound(file);
  const pool = need(streams, '!_StringPool');
  const data = need(streams, '!_StringData');
  const [texts, uses]: [string[], number[]] = [[''], [0]];
  let at = 0;
  for (let entry = 4; entry < pool.length; entry += 4) {
    const length = pool.readUInt16LE(entry);
    texts.push(data.toString('latin1', at, at + length));
    uses.push(pool.readUInt16LE(entry + 2));
    at += length;
  }
  if (at !== data.length) throw new Error(`The pool has ${at} of ${data.length} characters.`);
  const described = readRows(need(streams, '!_Columns'), [0x2d40, 0x2502, 0x0d40, 0x0502]);
  const tables = new Map<string, ReadTable>();
  for (const number of readRows(need(streams, '!_Tables'), [0x2d40]).map(([first]) => first!)) {
    const columns = described
      .filter(([table]) => table === number)
      .map(([, , name, type]) => ({ name: texts[name!] ?? '', type: type! - 0x8000 }));
    const name = texts[number] ?? '';
    tables.set(name, {
      columns,
      rows: readRows(
        need(streams, `!${name}`),
        columns.map(({ type }) => type),
      ),
    });
  }
  tables.set('_Columns', {
    columns: [0x2d40, 0x2502, 0x0d40, 0x0502].map((type, index) => ({ name: String(index), type })),
    rows: described,
  });
  return { classId, streams, codePage: pool.readUInt32LE(0) & 0x7fffffff, texts, uses, tables };
}

function need(streams: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const stream = streams.get(name);
  if (!stream) throw new Error(`There is no stream ${name}.`);
  return stream;
}

function readRows(stream: Buffer, types: readonly number[]): number[][] {
  const width = types.reduce((sum, type) => sum + widthOf(type), 0);
  const count = stream.length / width;
  if (!Number.isInteger(count)) throw new Error(`${stream.length} bytes are no rows of ${width}.`);
  const rows: number[][] = Array.from({ length: count }, () => []);
  let at = 0;
  for (const type of types) {
    for (const row of rows) {
      row.push(widthOf(type) === 4 ? stream.readUInt32LE(at) : stream.readUInt16LE(at));
      at += widthOf(type);
    }
  }
  return rows;
}

/** A cell as a person reads it. */
export function cellOf({ texts }: ReadPackage, value: number, type: number): string | number | null {
  if (value === 0) return null;
  if (isText(type)) return texts[value] ?? `no text ${value}`;
  if (isStream(type)) return value;
  return widthOf(type) === 4 ? value - 2 ** 31 : value - 0x8000;
}

function readCompound(file: Buffer): { streams: Map<string, Buffer>; classId: Buffer } {
  if (file.toString('hex', 0, 8) !== 'd0cf11e0a1b11ae1') throw new Error('This is no compound file.');
  // Signing tools write larger sectors.
  const length = 1 << file.readUInt16LE(30);
  const perSector = length / 4;
  const sectorAt = (sector: number): number => (sector + 1) * length;
  const fat: number[] = [];
  const addFat = (sector: number): void => {
    for (let i = 0; i < perSector; i++) fat.push(file.readUInt32LE(sectorAt(sector) + i * 4));
  };
  const fats = file.readUInt32LE(44);
  let added = 0;
  for (; added < Math.min(109, fats); added++) addFat(file.readUInt32LE(76 + added * 4));
  for (
    let difat = file.readUInt32LE(68);
    difat !== endOfChain;
    difat = file.readUInt32LE(sectorAt(difat) + length - 4)
  ) {
    for (let i = 0; i < perSector - 1 && added < fats; i++, added++) addFat(file.readUInt32LE(sectorAt(difat) + i * 4));
  }
  const seen = new Set<number>();
  const chain = (start: number): Buffer => {
    const parts: Buffer[] = [];
    for (let sector = start; sector !== endOfChain; sector = fat[sector]!) {
      if (sector >= fat.length || seen.has(sector)) throw new Error(`The chain from ${start} breaks at ${sector}.`);
      seen.add(sector);
      parts.push(file.subarray(sectorAt(sector), sectorAt(sector) + length));
    }
    return Buffer.concat(parts);
  };
  const directory = chain(file.readUInt32LE(48));
  const miniFat = chain(file.readUInt32LE(60));
  const mini = chain(directory.readUInt32LE(116)).subarray(0, directory.readUInt32LE(120));
  const streams = new Map<string, Buffer>();
  const names: string[] = [];
  const walk = (index: number): void => {
    if (index === 0xffffffff) return;
    const entry = directory.subarray(index * 128, index * 128 + 128);
    walk(entry.readUInt32LE(68));
    const name = entry.toString('utf16le', 0, entry.readUInt16LE(64) - 2);
    const before = names.at(-1);
    if (before !== undefined && !(before.length < name.length || (before.length === name.length && before < name)))
      throw new Error(`The stream ${plainName(name)} stands in the wrong place.`);
    names.push(name);
    const [start, size] = [entry.readUInt32LE(116), entry.readUInt32LE(120)];
    let content = Buffer.alloc(0);
    if (size >= 4096) content = Buffer.from(chain(start).subarray(0, size));
    else {
      const parts: Buffer[] = [];
      for (let at = start; at !== endOfChain; at = miniFat.readUInt32LE(at * 4))
        parts.push(mini.subarray(at * 64, at * 64 + 64));
      content = Buffer.concat(parts).subarray(0, size);
    }
    streams.set(name.startsWith('\u4840') ? `!${plainName(name)}` : plainName(name), content);
    walk(entry.readUInt32LE(72));
  };
  walk(directory.readUInt32LE(76));
  return { streams, classId: directory.subarray(80, 96) };
}
