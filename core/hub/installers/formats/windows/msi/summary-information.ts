import { packedAt } from '../../tar.ts';
import type { CompoundStream } from './compound-file.ts';
import { guidBytes } from './compound-file.ts';
import { codePage } from './string-pool.ts';

/*
 * The summary of a Windows Installer package: [MS-OLEPS] "Object Linking and Embedding (OLE) Property Set Data Structures",
 * with the meanings of learn.microsoft.com/windows/win32/msi/summary-information-stream-property-set.
 */

const format = '{F29F85E0-4FF9-1068-AB91-08002B27B3D9}';
const [int16, int32, ansiText, fileTime] = [2, 3, 30, 64];
const headerLength = 48;

export interface PackageSummary {
  readonly subject: string;
  readonly author: string;
  readonly comments: string;
  /** Tells packages apart: two that differ in one byte have different ones. */
  readonly packageCode: string;
}

export function summaryInformation({ subject, author, comments, packageCode }: PackageSummary): CompoundStream {
  const properties: [number, Buffer][] = [
    [1, number(int16, codePage)],
    [2, text('Installation Database')],
    [3, text(subject)],
    [4, text(author)],
    [5, text('Installer')],
    [6, text(comments)],
    [7, text('x64;1033')],
    [9, text(packageCode)],
    [12, time(packedAt)],
    [13, time(packedAt)],
    [14, number(int32, 500)], // Windows Installer 5.0: permissions by SDDL
    [15, number(int32, 2)], // compressed, long names
    [18, text('Latchkey')],
    [19, number(int32, 2)], // read-only is recommended
  ];
  const table = Buffer.alloc(8 + properties.length * 8);
  let at = table.length;
  for (const [index, [id, value]] of properties.entries()) {
    table.writeUInt32LE(id, 8 + index * 8);
    table.writeUInt32LE(at, 12 + index * 8);
    at += value.length;
  }
  table.writeUInt32LE(at, 0);
  table.writeUInt32LE(properties.length, 4);
  const header = Buffer.alloc(headerLength);
  header.writeUInt16LE(0xfffe, 0);
  header.writeUInt32LE(0x0002000a, 4); // made by Windows 10
  header.writeUInt32LE(1, 24);
  guidBytes(format).copy(header, 28);
  header.writeUInt32LE(headerLength, 44);
  const content = Buffer.concat([header, table, ...properties.map(([, value]) => value)]);
  return { name: '\u0005SummaryInformation', content };
}

function number(type: number, value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeUInt32LE(type, 0);
  buffer.writeInt32LE(value, 4);
  return buffer;
}

function text(value: string): Buffer {
  const length = value.length + 1;
  const buffer = Buffer.alloc(8 + Math.ceil(length / 4) * 4);
  buffer.writeUInt32LE(ansiText, 0);
  buffer.writeUInt32LE(length, 4);
  buffer.write(value, 8, 'latin1');
  return buffer;
}

/** In units of 100 ns since 1601. */
function time(date: Date): Buffer {
  const buffer = Buffer.alloc(12);
  buffer.writeUInt32LE(fileTime, 0);
  buffer.writeBigUInt64LE((BigInt(date.getTime()) + 11_644_473_600_000n) * 10_000n, 4);
  return buffer;
}
