import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import { knownFolder } from '../windows/known-folders.ts';
import { isElevated, isOwnedByAdministrators } from '../windows/file-security.ts';
import { keepToOwner, temporarySuffix } from './atomic-file.ts';

/** All that the endpoint ever writes into its data folder. */
const ownFiles = [
  'identity.json',
  'enrolment.json',
  'access.json',
  'status.json',
  'control.sock',
  'unfinished.json',
  'removal.json',
  'lock',
  'password.json',
  'endpoint.log',
  'endpoint.log.1',
];
const isOwn = (name: string): boolean =>
  ownFiles.includes(name) || (ownFiles.some((own) => name.startsWith(`${own}.`)) && name.endsWith(temporarySuffix));

/** Where the endpoint keeps its data unless told otherwise. */
export function defaultDataFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (process.platform === 'win32') return join(knownFolder('programData'), 'Latchkey Endpoint');
  if (process.platform === 'darwin') {
    const library = process.getuid?.() === 0 ? '/Library' : join(homedir(), 'Library');
    return join(library, 'Application Support', 'Latchkey Endpoint');
  }
  if (process.getuid?.() === 0) return '/var/lib/latchkey-endpoint';
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'latchkey-endpoint');
}

/** Below `/`, for an endpoint that is installed. */
const installedPaths: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Library/Application Support/Latchkey Endpoint',
};

/** Where an endpoint that is installed below a folder that stands for `/` keeps its data. @param root empty: the computer's own */
export const installedFolder = (root: string, platform: NodeJS.Platform = process.platform): DataFolder =>
  new DataFolder(
    platform === 'win32'
      ? defaultDataFolder()
      : join(root || '/', installedPaths[platform] ?? 'var/lib/latchkey-endpoint'),
  );

/** The endpoint's folder and the files in it. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  get identityFile(): string {
    return join(this.path, 'identity.json');
  }
  get enrolmentFile(): string {
    return join(this.path, 'enrolment.json');
  }
  get statusFile(): string {
    return join(this.path, 'status.json');
  }
  get accessFile(): string {
    return join(this.path, 'access.json');
  }
  /** Of files that are being written in sessions. */
  get unfinishedFile(): string {
    return join(this.path, 'unfinished.json');
  }
  /** That the hub has had the endpoint begin to remove itself. */
  get removalFile(): string {
    return join(this.path, 'removal.json');
  }
  get controlSocket(): string {
    if (process.platform !== 'win32') return join(this.path, 'control.sock');
    // Windows has its sockets in one place for all; who may speak there, it decides by itself: administrators.
    const folder = createHash('sha256').update(this.path.toLowerCase()).digest('hex').slice(0, 32);
    return `\\\\.\\pipe\\latchkey-endpoint-${folder}`;
  }
  get lockFile(): string {
    return join(this.path, 'lock');
  }
  /** The account whose password is kept, and the password, sealed. */
  get passwordFile(): string {
    return join(this.path, 'password.json');
  }
  get logFile(): string {
    return join(this.path, 'endpoint.log');
  }

  /**
   * Makes the folder where there is none, and closes it to everyone but its owner. A folder that holds other things is
   * left as it is: it would be a mistake to take `/tmp` or somebody's home for one's own.
   * @throws LatchkeyError `endpoint.folderNotOwn`, `data.notWritable`
   */
  async prepare(): Promise<void> {
    try {
      const made = await mkdir(this.path, { recursive: true, mode: 0o700 });
      if (process.platform === 'win32' && made === undefined && isElevated() && !isOwnedByAdministrators(this.path))
        throw new LatchkeyError('endpoint.folderNotOwn', { folder: this.path, file: '.' });
      const foreign = (await readdir(this.path)).find((name) => !isOwn(name));
      if (foreign !== undefined) throw new LatchkeyError('endpoint.folderNotOwn', { folder: this.path, file: foreign });
      await keepToOwner(this.path, 0o700);
    } catch (error) {
      if (error instanceof LatchkeyError) throw error;
      const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new LatchkeyError('data.notWritable', { folder: this.path, reason }, { cause: error });
    }
  }

  /**
   * Deletes what the endpoint wrote, and the folder where nothing else is in it.
   * @returns whether the folder is gone
   */
  async erase(): Promise<boolean> {
    let names: string[];
    try {
      names = await readdir(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      throw new LatchkeyError(
        'data.notWritable',
        { folder: this.path, reason: (error as Error).message },
        { cause: error },
      );
    }
    // The key first: whatever happens then, it is gone. That it is a removal, and the lock, last: until then whoever starts
    // here has to go on, and nobody else may.
    const own = names.filter(isOwn).sort((a, b) => rank(a) - rank(b));
    try {
      for (const name of own) await rm(join(this.path, name), { force: true });
      await rmdir(this.path);
      return true;
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw new LatchkeyError(
        'data.notWritable',
        { folder: this.path, reason: (error as Error).message },
        { cause: error },
      );
    }
  }
}

function rank(name: string): number {
  const last = ['removal.json', 'lock'].findIndex((own) => name.startsWith(own));
  return name.startsWith('identity.json') ? 0 : last + 2;
}
