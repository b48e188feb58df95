import type { Dirent } from 'node:fs';
import { access, lstat, opendir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import type { FileEntry } from '#protocol/file-transfer.ts';
import { withFile } from './file-errors.ts';
import { pathToText, textToPath } from './path-text.ts';

/** How many names of a folder are looked at, and how many are told, in so many characters at the most. */
const lookedAt = 200_000;
const told = 5000;
const toldCharacters = 1_000_000;

export interface FolderListing {
  path: string;
  parent: string | null;
  entries: FileEntry[];
  more: boolean;
}

/** Above the drives of Windows. */
const drives = '\\';

/**
 * The entries of a folder, folders first, each by name.
 * @param path absolute, or from `~` on; null: the home of the account
 * @throws LatchkeyError `file.notFound`, `file.notAFolder`, `file.notAllowed`, `file.unreadable`
 */
export async function listFolder(path: string | null): Promise<FolderListing> {
  const windows = process.platform === 'win32';
  if (windows && path === drives) return { path: drives, parent: null, entries: await listDrives(), more: false };
  const folder = absolutePath(path ?? '~');
  const above = dirname(folder);
  const parent = above === folder ? (windows ? drives : null) : above;
  return withFile(folder, 'read', async () => {
    const found: { name: string; isFolder: boolean }[] = [];
    let more = false;
    // Names as bytes: Node's types know that of `readdir` alone.
    const options = { encoding: 'buffer' as BufferEncoding, bufferSize: 512 };
    for await (const entry of await opendir(bytesOf(folder), options)) {
      if (found.length === lookedAt) {
        more = true;
        break;
      }
      const { name } = entry as unknown as Dirent<Buffer>;
      found.push({ name: pathToText(name), isFolder: entry.isDirectory() });
    }
    const collator = new Intl.Collator('en', { numeric: true });
    found.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || collator.compare(a.name, b.name));
    const entries: FileEntry[] = [];
    let [looked, characters] = [0, 0];
    for (; looked < Math.min(found.length, told) && characters < toldCharacters; looked += 64) {
      const read = await Promise.all(found.slice(looked, looked + 64).map(({ name }) => entryOf(folder, name)));
      for (const entry of read) {
        if (!entry) continue;
        entries.push(entry);
        characters += entry.name.length * 3 + 80;
      }
    }
    return { path: folder, parent, entries: entries.slice(0, told), more: more || looked < found.length };
  });
}

/**
 * @throws LatchkeyError `file.notFound` where it is no absolute path
 */
export function absolutePath(path: string): string {
  const expanded = path === '~' || /^~[/\\]/.test(path) ? join(homedir(), path.slice(1)) : path;
  if (!isAbsolute(expanded) || textToPath(expanded) === undefined) {
    throw new LatchkeyError('file.notFound', { file: path });
  }
  return resolve(expanded);
}

/** What the system is to be given for a path that `absolutePath` let through. */
export function bytesOf(path: string): Buffer | string {
  return process.platform === 'win32' ? path : (textToPath(path) ?? path);
}

async function entryOf(folder: string, name: string): Promise<FileEntry | undefined> {
  try {
    const stats = await lstat(bytesOf(join(folder, name)));
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
    return { name, kind, size: Math.max(0, stats.size), modifiedAt: Math.max(0, Math.round(stats.mtimeMs)) };
  } catch (error) {
    // Gone since, or nothing that may be known.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { name, kind: 'other', size: 0, modifiedAt: 0 };
  }
}

async function listDrives(): Promise<FileEntry[]> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${letter}:\\`);
  const there = await Promise.all(
    letters.map((drive) =>
      access(drive).then(
        () => drive,
        () => undefined,
      ),
    ),
  );
  const drivesThere = there.filter((drive) => drive !== undefined);
  return drivesThere.map((name) => ({ name, kind: 'folder', size: 0, modifiedAt: 0 }));
}
