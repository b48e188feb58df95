import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import { carriedFile, carriedFiles, programFile } from '../program/single-program.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
};

export interface PageFile {
  readonly content: Buffer;
  readonly type: string;
}

const pageName = 'consent';

/** A program that is not installed has the page inside. */
const carriedPage = (): string[] =>
  carriedFiles().flatMap((name) => (name.startsWith(`${pageName}/`) ? [name.slice(pageName.length + 1)] : []));

/** The built page lies beside the program; run from a source tree, where the build puts it. */
export function builtPageFolder(program = programFile()): string {
  const beside = join(dirname(program), pageName);
  if (existsSync(join(beside, 'index.html'))) return beside;
  for (let folder = dirname(resolve(program)); folder !== dirname(folder); folder = dirname(folder)) {
    const built = join(folder, 'dist/endpoint/consent');
    if (existsSync(join(built, 'index.html'))) return built;
  }
  return beside;
}

/**
 * All files of the page, by the path at which they are asked for: read once, so that no path of a request ever becomes one
 * of the disk.
 * @throws LatchkeyError `file.unreadable`
 */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  try {
    const files = new Map<string, PageFile>();
    const built = existsSync(join(folder, 'index.html'));
    for (const name of built ? await readdir(folder) : carriedPage()) {
      const type = types[extname(name)];
      if (!type) continue;
      const content = built ? await readFile(join(folder, name)) : carriedFile(`${pageName}/${name}`);
      if (content) files.set(`/${name}`, { content, type });
    }
    const index = files.get('/index.html');
    if (!index) throw new Error('index.html');
    return files.set('/', index);
  } catch (error) {
    throw new LatchkeyError('file.unreadable', { file: folder, reason: (error as Error).message }, { cause: error });
  }
}
