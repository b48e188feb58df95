import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as Koffi from 'koffi';
import { carriedFile, programFile } from '../program/single-program.ts';

/** The name that the native file of koffi has beside the installed program, and inside the program. */
export const nativeFile = 'koffi.node';

let loaded: typeof Koffi | undefined;
let scratch: string | undefined;
let apart = false;
let given: string | undefined;

/** From now on it is loaded from a folder of its own: what lies beside the program can then be deleted. */
export const loadApart = (): void => void (apart = true);

const folderFlag = '--native=';

/** For a process that this program starts of itself: where it finds the native file that this one has written already. */
export const nativeFolderArgument = (): string[] => (scratch === undefined ? [] : [`${folderFlag}${scratch}`]);

/** The other side of it. */
export const useNativeFolder = (argv: readonly string[]): void =>
  void (given = argv.find((arg) => arg.startsWith(folderFlag))?.slice(folderFlag.length));

/** A folder that goes when this program has ended; Windows keeps what is loaded from it until then. */
export const scratchFolder = (): string | undefined => scratch;

/**
 * What calls functions of Windows. It is a native file, which no executable can load from within itself: it stands beside the
 * installed program, where only administrators write. A program that is not installed writes it into a folder of its own.
 * @throws Error where it is missing or does not load
 */
export function koffi(): typeof Koffi {
  return (loaded ??= load());
}

function load(): typeof Koffi {
  const carried = carriedFile(nativeFile);
  const beside = join(dirname(programFile()), nativeFile);
  if (!apart && isOurs(beside, carried)) return open(beside);
  const written = given === undefined ? undefined : join(given, nativeFile);
  if (written !== undefined && isOurs(written, carried)) return open(written);
  if (!carried) return createRequire(import.meta.url ?? __filename)('koffi') as typeof Koffi;
  const folder = ownFolder();
  const file = join(folder, nativeFile);
  writeFileSync(file, carried, { flag: 'wx' });
  scratch = folder;
  return open(file);
}

/** With an administrator's rights, a folder that only administrators may write: nobody changes the file before it is loaded. */
function ownFolder(): string {
  try {
    return mkdtempSync(join(process.env['ProgramFiles'] ?? 'C:\\Program Files', 'Latchkey Endpoint.'));
  } catch {
    return mkdtempSync(join(tmpdir(), 'latchkey-'));
  }
}

/** In a folder of downloads anybody may have put something that is only called so. */
function isOurs(file: string, carried: Buffer | undefined): boolean {
  if (!carried || !existsSync(file)) return false;
  const digest = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
  return digest(readFileSync(file)) === digest(carried);
}

const open = (file: string): typeof Koffi => createRequire(file)(file) as typeof Koffi;
