import { createRequire } from 'node:module';

/*
 * On Windows the endpoint is one executable that Node.js is part of ("single executable application"); elsewhere it is a file
 * that Node.js runs.
 */

interface Sea {
  isSea(): boolean;
  getRawAsset(name: string): ArrayBuffer;
}

let sea: Sea | null | undefined;

/** What Node.js offers to a program that it is one with; undefined where it is not. */
function single(): Sea | undefined {
  if (sea === undefined) {
    const found = createRequire(process.execPath)('node:sea') as Sea;
    sea = found.isSea() ? found : null;
  }
  return sea ?? undefined;
}

export const isSingleProgram = (): boolean => single() !== undefined;

/** The file of this program: what stands beside it belongs to it. */
export const programFile = (): string => (isSingleProgram() ? process.execPath : (process.argv[1] ?? ''));

/** What starts this program anew, in front of its arguments. */
export const programCommand = (): [string, ...string[]] =>
  isSingleProgram() ? [process.execPath] : [process.execPath, ...process.execArgv, process.argv[1] ?? ''];

/**
 * Files that the program carries inside itself, by name.
 * @returns undefined where it carries none by that name
 */
export function carriedFile(name: string): Buffer | undefined {
  try {
    const content = single()?.getRawAsset(name);
    return content && Buffer.from(content);
  } catch {
    return undefined;
  }
}

/** Names of the files that it carries: the first of them lists the others. */
export function carriedFiles(): string[] {
  const list = carriedFile('files.json');
  return list ? (JSON.parse(list.toString()) as string[]) : [];
}
