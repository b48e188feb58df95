import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of the files (sockets among them) below a folder, none where it isn't there. What goes while it is read is left out. */
export function filesBelow(folder: string): string[] {
  return orNone(() => readdirSync(folder, { withFileTypes: true })).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** A file's content; none where it has gone meanwhile, or is a socket. */
export const contentOf = (file: string): Buffer[] =>
  orNone(() => (statSync(file).isFile() ? [readFileSync(file)] : []));

function orNone<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
