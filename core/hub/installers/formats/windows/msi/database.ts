import type { CompoundStream } from './compound-file.ts';
import { StringPool } from './string-pool.ts';

/*
 * A Windows Installer database as streams. The format is not published; this is as msitools and Wine read it
 * (https://gitlab.gnome.org/GNOME/msitools/-/blob/master/libmsi/table.c), with the rules that Windows adds: rows ascend by
 * their keys, texts among them by their number in the pool.
 */

export type Cell = string | number | Buffer | null;

export interface Table {
  readonly name: string;
  /**
   * `NAME:TYPE`, with a `*` before it where it belongs to the key. Types are those of msidb (`s72` a text of at most 72
   * characters, `l` a text that may be translated, `i2` `i4` integers, `v0` a stream); with a capital letter it may be empty.
   */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

interface Column {
  readonly name: string;
  readonly type: number;
}

const typeBits = { valid: 0x100, persistent: 0x400, text: 0x800, translatable: 0x200, nullable: 0x1000, key: 0x2000 };
export const isText = (type: number): boolean => (type & typeBits.text) !== 0 && !isStream(type);
export const isStream = (type: number): boolean => (type & ~typeBits.nullable) === (typeBits.text | typeBits.valid);
export const isKey = (type: number): boolean => (type & typeBits.key) !== 0;
/** Bytes of a column's values. */
export const widthOf = (type: number): number => ((type & typeBits.text) === 0 && (type & 0xff) === 4 ? 4 : 2);

function columnOf(declaration: string): Column {
  const match = /^(\*?)(\w+):([sliv])(\d+)$/i.exec(declaration);
  if (!match) throw new RangeError(`MSI: "${declaration}" declares no column.`);
  const [, key, name = '', letter = '', size] = match;
  const kind = letter.toLowerCase();
  let type = typeBits.valid | Number(size);
  if (kind !== 'i') type |= typeBits.text;
  if (kind === 's' || kind === 'l' || (kind === 'i' && size === '2')) type |= typeBits.persistent;
  if (kind === 'l') type |= typeBits.translatable;
  if (letter !== kind) type |= typeBits.nullable;
  if (key) type |= typeBits.key;
  return { name, type };
}

/** @throws RangeError where a value does not fit its column, or two rows have one key */
export function databaseStreams(tables: readonly Table[]): CompoundStream[] {
  const pool = new StringPool();
  const sorted = [...tables].filter(({ rows }) => rows.length > 0);
  const names = sorted.map(({ name }) => pool.use(name));
  const streams: CompoundStream[] = [];
  const description: Cell[][] = [];
  for (const { name, columns: declarations, rows } of sorted) {
    const columns = declarations.map(columnOf);
    for (const [index, column] of columns.entries()) description.push([name, index + 1, column.name, column.type]);
    streams.push({ name: streamName(name, true), content: tableStream(name, columns, rows, pool) });
    const streamColumn = columns.findIndex(({ type }) => isStream(type));
    for (const row of streamColumn < 0 ? [] : rows) {
      const keys = row.filter((_, index) => isKey(columns[index]!.type));
      streams.push({ name: streamName([name, ...keys].join('.')), content: row[streamColumn] as Buffer });
    }
  }
  const described = ['*Table:s64', '*Number:i2', 'Name:s64', 'Type:i2'].map(columnOf);
  const columnsStream = tableStream('_Columns', described, description, pool);
  const tablesStream = Buffer.alloc(names.length * 2);
  for (const [index, number] of names.entries()) tablesStream.writeUInt16LE(number, index * 2);
  const { pool: poolStream, data } = pool.streams();
  return [
    ...streams,
    { name: streamName('_Columns', true), content: columnsStream },
    { name: streamName('_Tables', true), content: tablesStream },
    { name: streamName('_StringPool', true), content: poolStream },
    { name: streamName('_StringData', true), content: data },
  ];
}

function tableStream(
  table: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  pool: StringPool,
): Buffer {
  const numbers = rows.map((row) => {
    if (row.length !== columns.length) throw new RangeError(`MSI: a row of ${table} has ${row.length} values.`);
    return row.map((cell, index) => numberOf(cell, columns[index]!, table, pool));
  });
  const keys = columns.flatMap(({ type }, index) => (isKey(type) ? [index] : []));
  const compare = (a: readonly number[], b: readonly number[]): number => {
    for (const key of keys) if (a[key] !== b[key]) return a[key]! - b[key]!;
    throw new RangeError(`MSI: two rows of ${table} have one key.`);
  };
  numbers.sort(compare);
  const width = columns.reduce((sum, { type }) => sum + widthOf(type), 0);
  const stream = Buffer.alloc(width * rows.length);
  let at = 0;
  for (const [index, { type }] of columns.entries()) {
    for (const row of numbers) {
      at = widthOf(type) === 4 ? stream.writeUInt32LE(row[index]!, at) : stream.writeUInt16LE(row[index]!, at);
    }
  }
  return stream;
}

/** A value as it stands in the table: a text by its number, an integer with its sign turned, nothing as 0. */
function numberOf(cell: Cell, { name, type }: Column, table: string, pool: StringPool): number {
  const wrong = (): never => {
    throw new RangeError(`MSI: ${JSON.stringify(cell)} does not fit ${table}.${name}.`);
  };
  if (cell === null || cell === '') return (type & typeBits.nullable) !== 0 ? 0 : wrong();
  if (isStream(type)) return Buffer.isBuffer(cell) ? 1 : wrong();
  if (isText(type)) {
    const limit = type & 0xff;
    return typeof cell === 'string' && (limit === 0 || cell.length <= limit) ? pool.use(cell) : wrong();
  }
  if (typeof cell !== 'number' || !Number.isInteger(cell)) return wrong();
  if (widthOf(type) === 4) return Math.abs(cell) < 2 ** 31 ? (cell + 2 ** 31) >>> 0 : wrong();
  const number = cell + 0x8000;
  return number > 0 && number <= 0xffff ? number : wrong();
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._';

/** The name of a stream: two characters become one, so that long names fit. Tables are marked. */
export function streamName(name: string, isTable = false): string {
  let encoded = isTable ? '\u4840' : '';
  for (let at = 0; at < name.length; at++) {
    const first = alphabet.indexOf(name[at]!);
    const second = at + 1 < name.length ? alphabet.indexOf(name[at + 1]!) : -1;
    if (first < 0) encoded += name[at];
    else if (second < 0) encoded += String.fromCharCode(0x4800 + first);
    else {
      encoded += String.fromCharCode(0x3800 + first + (second << 6));
      at++;
    }
  }
  return encoded;
}

/** Undoes `streamName`. */
export function plainName(encoded: string): string {
  let name = '';
  for (const character of encoded.replace(/^\u4840/, '')) {
    const code = character.charCodeAt(0);
    if (code >= 0x3800 && code < 0x4800) name += alphabet[(code - 0x3800) & 63]! + alphabet[(code - 0x3800) >> 6]!;
    else name += code >= 0x4800 && code < 0x4840 ? alphabet[code - 0x4800]! : character;
  }
  return name;
}
