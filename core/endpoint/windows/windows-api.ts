import { LatchkeyError } from '#protocol/errors.ts';
import type { LibraryHandle } from 'koffi';
import { koffi } from './koffi.ts';

/** An address or a handle of Windows; 0 is none. */
export type Pointer = bigint | null;

// Each by its full path: nothing that lies beside the program is taken for a part of Windows.
const libraries = new Map<string, LibraryHandle>();
function library(name: string): LibraryHandle {
  let found = libraries.get(name);
  if (!found) libraries.set(name, (found = koffi().load(`${systemFolder()}\\${name}.dll`)));
  return found;
}

let folder: string | undefined;
/** `C:\Windows\System32`, as Windows itself says, whatever the environment does. */
export function systemFolder(): string {
  if (folder === undefined) {
    const text = Buffer.alloc(1024);
    // Always loaded already, from where it belongs.
    const length = koffi().load('kernel32.dll').func('uint GetSystemDirectoryW(void *, uint)')(text, 512) as number;
    folder = text.toString('utf16le', 0, length * 2);
  }
  return folder;
}

type NativeCall = ReturnType<LibraryHandle['func']>;
const calls = new Map<string, NativeCall>();

/**
 * A function of Windows. Handles and addresses are `void *`, texts `str16`; a `Buffer` for a `void *` is read and written.
 * @param dll without `.dll`
 * @param declaration in C
 */
export function windowsCall(dll: string, declaration: string): NativeCall {
  let call = calls.get(declaration);
  if (!call) calls.set(declaration, (call = library(dll).func(declaration) as NativeCall));
  return call;
}

/** Why the last call failed (winerror.h). */
export const lastError = (): number => windowsCall('kernel32', 'uint GetLastError(void)')() as number;

/** A call of Windows that failed. `code` is Windows's own number. */
export class WindowsError extends Error {
  readonly code: number;
  constructor(call: string, code: number) {
    super(`${call}: ${code}`);
    this.code = code;
  }
}

/** @throws WindowsError where the result is 0 */
export function must<T>(result: T, call: string): T {
  if (!result) throw new WindowsError(call, lastError());
  return result;
}

/** A text with its end, as functions want it in memory that is not `str16`. */
export const wide = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');

/** The address of a buffer, to be put into a structure. The buffer has to live as long. */
export const addressOf = (buffer: Buffer): bigint => BigInt(koffi().address(buffer));

/** Memory at an address, copied. */
export function bytesAt(address: Pointer, length: number): Buffer {
  if (!address || length === 0) return Buffer.alloc(0);
  return Buffer.from(koffi().decode(address, koffi().array('uint8_t', length, 'Typed')) as Uint8Array);
}

/** A text in memory that Windows has allocated. */
export const textAt = (address: Pointer): string => (address ? koffi().decode.string16(address) : '');

const accessDenied = 5;

/** What a call that failed means to a person. */
export function windowsFailure(error: unknown): unknown {
  return error instanceof WindowsError && error.code === accessDenied
    ? new LatchkeyError('endpoint.needsRoot', {}, { cause: error })
    : error;
}
