import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '#core/base/version.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { programFolder } from '../program-folder.ts';
import { hashFile } from './formats/hash-file.ts';
import { inParts, SharedMaking, type Watcher } from './formats/shared-making.ts';
import type { WindowsProgramOrder } from './make-windows-program.ts';
import type { Runtimes } from './runtimes/runtimes.ts';
import type { WindowsEndpoint } from './windows-endpoint.ts';

/** What the build made, and goes into the program. */
export interface WindowsProgramSources {
  readonly endpoint: string;
  /** The folder of the page that customers see. */
  readonly page: string;
  readonly icon: string;
}

export const ownWindowsSources: WindowsProgramSources = {
  endpoint: join(programFolder, 'dist/endpoint/latchkey-endpoint.cjs'),
  page: join(programFolder, 'dist/endpoint/consent'),
  icon: join(programFolder, 'dist/endpoint/latchkey.ico'),
};

/** Fetching takes most of it. */
const fetchingPart = 0.8;
/** Milliseconds: making it takes about two seconds. */
const patience = 120_000;

/**
 * Makes the endpoint's Windows program once for each content, and keeps it in a folder. Its name carries the SHA-256 of what went
 * in and of what came out, so that a damaged one is seen and made anew.
 */
export class WindowsProgramMaker implements WindowsEndpoint {
  readonly version = version;
  private readonly runtimes: Runtimes;
  private readonly folder: string;
  private readonly sources: WindowsProgramSources;
  private readonly making = new SharedMaking<string>();
  private ready: { readonly file: string; readonly stamp: string } | undefined;

  /** @param folder where programs are kept; nothing else may be in it */
  constructor(runtimes: Runtimes, folder: string, sources: WindowsProgramSources = ownWindowsSources) {
    this.runtimes = runtimes;
    this.folder = folder;
    this.sources = sources;
  }

  async obstacle(): Promise<LatchkeyError | undefined> {
    const { endpoint, page, icon } = this.sources;
    for (const file of [endpoint, join(page, 'index.html'), icon]) {
      const missing = await access(file).then(
        () => false,
        () => true,
      );
      if (missing) return new LatchkeyError('installer.endpointMissing', { file });
    }
    return undefined;
  }

  async file(watcher: Watcher = {}): Promise<string> {
    return this.making.join(watcher, async (signal, onProgress) => {
      const [fetching, making] = inParts({ signal, onProgress }, fetchingPart);
      const [runtimePart, nativePart] = inParts(fetching, 0.95);
      const runtime = await this.runtimes.get('win-x64', runtimePart);
      const native = await this.runtimes.get('koffi-win-x64', nativePart);
      const pages = (await readdir(this.sources.page)).sort();
      const carried: [string, string][] = [
        ['koffi.node', native.file],
        ...pages.map((name): [string, string] => [`consent/${name}`, join(this.sources.page, name)]),
      ];
      const { endpoint, icon } = this.sources;
      const files = [runtime.file, endpoint, icon, ...carried.map(([, file]) => file)];
      const stamp = await stampOf(files);
      if (this.ready?.stamp === stamp && existsSync(this.ready.file)) return this.ready.file;
      const order = { runtime: runtime.file, endpoint, icon, carried, version };
      const file = await this.makeOnce(order, files, signal);
      making.onProgress?.(1);
      this.ready = { file, stamp };
      return file;
    });
  }

  private async makeOnce(
    order: Omit<WindowsProgramOrder, 'target'>,
    files: readonly string[],
    signal: AbortSignal,
  ): Promise<string> {
    try {
      await mkdir(this.folder, { recursive: true });
      const key = createHash('sha256').update(JSON.stringify([1, version, order.carried.map(([name]) => name)]));
      for (const file of files) key.update((await hashFile(file, createHash('sha256'), signal)).digest());
      const prefix = `endpoint-${key.digest('hex')}-`;
      for (const name of await readdir(this.folder)) {
        const found = join(this.folder, name);
        if (name.startsWith(prefix) && name === `${prefix}${await digestOf(found, signal)}.exe`) return found;
      }
      const target = join(this.folder, `partial-${process.pid}-${randomBytes(6).toString('hex')}`);
      try {
        await makeProgram({ ...order, target }, signal);
        const file = join(this.folder, `${prefix}${await digestOf(target, signal)}.exe`);
        await rename(target, file);
        await this.sweep(file);
        return file;
      } catch (error) {
        await unlink(target).catch(() => {});
        throw error;
      }
    } catch (error) {
      if (error instanceof LatchkeyError) throw error;
      if (signal.aborted) throw new LatchkeyError('rpc.cancelled', {}, { cause: error });
      const reason = (error as Error).message;
      throw new LatchkeyError('file.unwritable', { file: this.folder, reason }, { cause: error });
    }
  }

  /** Removes programs of earlier versions and what an interrupted process left behind. */
  private async sweep(keep: string): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const owner = Number(/^partial-(\d+)-/.exec(name)?.[1]);
      const stale = name.startsWith('partial-') ? owner !== process.pid : join(this.folder, name) !== keep;
      // A download that has an old one open goes on reading it.
      if (stale) await unlink(join(this.folder, name)).catch(() => {});
    }
  }
}

function makeProgram(order: WindowsProgramOrder, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', makerProgram()], {
      stdio: ['pipe', 'ignore', 'pipe'],
      signal,
      timeout: patience,
    });
    let problem = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (problem = (problem + text).slice(-2000)));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(/^\w*Error: .*$/m.exec(problem)?.[0] ?? String(code))),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(order));
  });
}

/** From the sources by its own file, else beside the command line's bundle. */
function makerProgram(): string {
  const source = new URL('./make-windows-program.ts', import.meta.url);
  return existsSync(source) ? fileURLToPath(source) : join(programFolder, 'dist/cli/make-windows-program.js');
}

const digestOf = async (file: string, signal: AbortSignal): Promise<string> =>
  (await hashFile(file, createHash('sha256'), signal)).digest('hex');

async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    files.map(async (file) => {
      const { size, mtimeMs, ino } = await stat(file).catch((error: unknown) => {
        const reason = (error as Error).message;
        throw new LatchkeyError('file.unreadable', { file, reason }, { cause: error });
      });
      return `${file} ${size} ${mtimeMs} ${ino}`;
    }),
  );
  return stamps.join('\n');
}
