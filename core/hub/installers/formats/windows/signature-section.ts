import type { FileHandle } from 'node:fs/promises';

/*
 * What signing a Windows program changes ("PE Format", learn.microsoft.com/windows/win32/debug/pe-format): the check sum and the
 * place of the certificates in its head, and the table of certificates behind it. An installer that is a program itself, with its
 * configuration behind, carries these for the program that it installs: the section is the check sum (4 bytes), the table, the
 * table's length (4 bytes) and a mark. The program reads it in `core/endpoint/program/carried-signature.ts`.
 */

const mark = 'latchkey-signed1';
/** Of a table of certificates. */
const limit = 1024 * 1024;

/**
 * @param unsignedSize of the program before it was signed
 * @returns undefined where it is not the same program, followed by certificates
 */
export async function signatureSection(signed: FileHandle, unsignedSize: number): Promise<Buffer | undefined> {
  const { size } = await signed.stat();
  const { buffer: head } = await signed.read(Buffer.alloc(4096), 0, 4096, 0);
  const optional = head.readUInt32LE(60) + 24;
  if (optional + 152 > head.length) return undefined;
  const directories = optional + (head.readUInt16LE(optional) === 0x20b ? 112 : 96);
  const [offset, length] = [head.readUInt32LE(directories + 32), head.readUInt32LE(directories + 36)];
  if (offset !== unsignedSize || length === 0 || length > limit || offset + length !== size) return undefined;
  const { buffer: table } = await signed.read(Buffer.alloc(length), 0, length, offset);
  const end = Buffer.alloc(4);
  end.writeUInt32LE(length);
  return Buffer.concat([head.subarray(optional + 64, optional + 68), table, end, Buffer.from(mark, 'latin1')]);
}
