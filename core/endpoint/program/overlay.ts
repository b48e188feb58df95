import { open, type FileHandle } from 'node:fs/promises';

/*
 * A downloaded program ends in its configuration, followed by a mark; if it was signed after that, the signature's table of
 * certificates stands behind. "PE Format", learn.microsoft.com/windows/win32/debug/pe-format.
 */

/** Ends the configuration: its length stands before. */
const mark = 'latchkey-config1';
const lengthSize = 8;
const trailerSize = lengthSize + mark.length;
/** The most that is read as one. */
const limit = 1024 * 1024;
/** Certificate tables start at such a border; signing may fill up to it. */
const border = 8;

export interface Overlay {
  readonly config: string;
  /** How much of the file is the program itself. */
  readonly programSize: number;
}

/** @returns undefined where the program carries no configuration */
export async function readOverlay(file: string): Promise<Overlay | undefined> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const end = await endOfContent(handle, size);
    const tail = await read(handle, Math.max(0, end - trailerSize - border), end);
    const at = tail.lastIndexOf(Buffer.from(mark));
    if (at < lengthSize || !tail.subarray(at + mark.length).every((byte) => byte === 0)) return undefined;
    const length = Number(tail.readBigUInt64LE(at - lengthSize));
    const start = end - tail.length + at - lengthSize - length;
    if (length > limit || start <= 0) return undefined;
    return { config: (await read(handle, start, start + length)).toString(), programSize: start };
  } finally {
    await handle.close();
  }
}

/** Where the certificates begin, else the file's end. */
async function endOfContent(handle: FileHandle, size: number): Promise<number> {
  const head = await read(handle, 0, Math.min(size, 4096));
  if (head.length < 64 || head.toString('latin1', 0, 2) !== 'MZ') return size;
  const header = head.readUInt32LE(60);
  // 'PE\0\0', the COFF header (20 bytes), then the optional header; the fifth directory tells where the certificates are.
  const optional = header + 24;
  if (optional + 152 > head.length || head.toString('latin1', header, header + 4) !== 'PE\0\0') return size;
  const directories = optional + (head.readUInt16LE(optional) === 0x20b ? 112 : 96);
  const [offset, length] = [head.readUInt32LE(directories + 32), head.readUInt32LE(directories + 36)];
  return offset > 0 && length > 0 && offset + length <= size ? offset : size;
}

async function read(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, end - start));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
