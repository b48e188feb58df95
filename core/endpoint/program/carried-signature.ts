import { createReadStream, createWriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/*
 * An installer that is the program itself carries the signature of what it installs: it is signed as a whole, with a configuration
 * that does not stay. See `core/hub/installers/formats/windows/signature-section.ts`.
 */

/** Ends it; before it stands how long the table of certificates is, which the check sum stands in front of. */
const mark = 'latchkey-signed1';
const endSize = 4 + mark.length;
/** What follows may begin at such a border. */
const border = 8;
const limit = 1024 * 1024;

interface CarriedSignature {
  /** Where it begins: the program ends there. */
  readonly start: number;
  readonly checkSum: Buffer;
  readonly table: Buffer;
}

/**
 * Writes the program that a downloaded file begins with into a file of its own: signed, where it carries a signature for it.
 * Whatever was signed together with a configuration is no longer.
 * @param size how much of the file is the program, and what it carries for it
 */
export async function copyProgram(file: string, size: number, target: string): Promise<void> {
  const source = await open(file);
  let signature: CarriedSignature | undefined;
  try {
    signature = await findSignature(source, size);
  } finally {
    await source.close();
  }
  const end = (signature?.start ?? size) - 1;
  await pipeline(createReadStream(file, { end }), createWriteStream(target));
  const written = await open(target, 'r+');
  try {
    await setSignature(written, signature);
  } finally {
    await written.close();
  }
}

async function findSignature(file: FileHandle, size: number): Promise<CarriedSignature | undefined> {
  const from = Math.max(0, size - endSize - border);
  const tail = await read(file, from, size);
  const at = tail.lastIndexOf(Buffer.from(mark, 'latin1'));
  if (at < 4 || !tail.subarray(at + mark.length).every((byte) => byte === 0)) return undefined;
  const length = tail.readUInt32LE(at - 4);
  const start = from + at - 4 - length - 4;
  if (length === 0 || length > limit || start <= 0) return undefined;
  const section = await read(file, start, start + 4 + length);
  return { start, checkSum: section.subarray(0, 4), table: section.subarray(4) };
}

/** Puts the certificates behind the program, and says in its head where they are; or says that there are none. */
async function setSignature(file: FileHandle, signature: CarriedSignature | undefined): Promise<void> {
  const { size } = await file.stat();
  const head = await read(file, 0, Math.min(size, 4096));
  if (head.length < 64 || head.toString('latin1', 0, 2) !== 'MZ') return;
  const optional = head.readUInt32LE(60) + 24;
  if (optional + 152 > head.length) return;
  const directories = optional + (head.readUInt16LE(optional) === 0x20b ? 112 : 96);
  const place = Buffer.alloc(8);
  if (signature) {
    place.writeUInt32LE(size, 0);
    place.writeUInt32LE(signature.table.length, 4);
    await file.write(signature.checkSum, 0, 4, optional + 64);
    await file.write(signature.table, 0, signature.table.length, size);
  } else if (head.readUInt32LE(directories + 32) < size) {
    // Its own, or none.
    return;
  }
  await file.write(place, 0, place.length, directories + 32);
}

async function read(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, end - start));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  return bytes.subarray(0, bytesRead);
}
