import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the program, whether this runs from the sources or from what the build made of them. */
export const programFolder: string = topFrom(dirname(fileURLToPath(import.meta.url)));

function topFrom(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('The program has no package.json above it.');
  return topFrom(parent);
}
