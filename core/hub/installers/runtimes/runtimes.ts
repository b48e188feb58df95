import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { LatchkeyError } from '#protocol/errors.ts';
import { hashFile } from '../formats/hash-file.ts';
import { SharedMaking, type Watcher } from '../formats/shared-making.ts';
import { PackageUnreachable, PackageUntrusted, reasonOf, RegistryPackages } from './registry-packages.ts';
import { packageFileName, runtimeCatalogue, type RuntimePackage, type RuntimeTarget } from './runtime-catalogue.ts';
import { DamagedRuntime, unpackRuntime } from './unpack-runtime.ts';

/** A stock Node.js for some system, or native files for one, on this machine. */
export interface Runtime {
  /** The first of `files`: in most packages there is one. */
  readonly file: string;
  /** In the order of the catalogue. */
  readonly files: readonly string[];
  readonly version: string;
  /** SHA-512 of `file`, base64. */
  readonly sha512: string;
}

export interface RuntimesOptions {
  /** Where they are kept. */
  readonly folder: string;
  /** A folder where they may lie as files, for a hub without a network: packages as `npm pack` saves them. */
  readonly given: string;
  readonly registry?: RegistryPackages | undefined;
  readonly catalogue?: Readonly<Record<RuntimeTarget, RuntimePackage>> | undefined;
}

/**
 * The Node.js runtimes that go into installers for other systems: fetched once from the npm registry by name and version,
 * checked against the catalogue, and kept. A file appears there whole and checked, or not at all.
 */
export class Runtimes {
  private readonly folder: string;
  private readonly given: string;
  private readonly registry: RegistryPackages;
  private readonly catalogue: Readonly<Record<RuntimeTarget, RuntimePackage>>;
  private readonly makings = new Map<RuntimeTarget, SharedMaking<Runtime>>();
  /** What was checked, by the file's stamp: it is not read again while it stays as it is. */
  private readonly checked = new Map<RuntimeTarget, string>();

  constructor({ folder, given, registry, catalogue }: RuntimesOptions) {
    this.folder = folder;
    this.given = given;
    this.registry = registry ?? new RegistryPackages();
    this.catalogue = catalogue ?? runtimeCatalogue;
  }

  /**
   * The runtime, fetched where it is not there or no longer what it was. Callers at the same time share the fetching.
   * @throws LatchkeyError `installer.runtimeUnreachable`, `installer.runtimeUntrusted`, `installer.runtimeDamaged`,
   *   `file.unreadable`, `file.unwritable` (a full disk too), `rpc.cancelled`
   */
  async get(target: RuntimeTarget, watcher: Watcher = {}): Promise<Runtime> {
    let making = this.makings.get(target);
    if (!making) this.makings.set(target, (making = new SharedMaking()));
    return making.join(watcher, (signal, onProgress) => this.make(target, signal, onProgress));
  }

  private async make(
    target: RuntimeTarget,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<Runtime> {
    const wanted = this.catalogue[target];
    const { name, version } = wanted;
    const files = keptNames(wanted).map((kept) => join(this.folder, kept)) as [string, ...string[]];
    const runtime = { file: files[0], files, version, sha512: wanted.files[0].sha512 };
    if (await this.isWhole(target, files, signal)) return runtime;
    await mkdir(this.folder, { recursive: true }).catch(unwritable(this.folder));
    await this.sweep();
    const partial = files.map(() => join(this.folder, `partial-${process.pid}-${randomBytes(6).toString('hex')}`));
    let from = `${name}@${version}`;
    try {
      const source = await this.open(wanted, signal);
      from = source.from;
      await unpackRuntime(source.stream, wanted, partial, signal, onProgress);
      for (const [at, file] of files.entries()) await rename(partial[at]!, file);
    } catch (error) {
      for (const file of partial) await unlink(file).catch(() => {});
      throw this.asShown(error, wanted, from, signal);
    }
    this.checked.set(target, (await stampOfAll(files)) ?? '');
    return runtime;
  }

  private async isWhole(target: RuntimeTarget, files: readonly string[], signal: AbortSignal): Promise<boolean> {
    const stamp = await stampOfAll(files);
    if (stamp === undefined) return false;
    if (this.checked.get(target) === stamp) return true;
    for (const [at, { sha512 }] of this.catalogue[target].files.entries()) {
      const digest = (await hashFile(files[at]!, createHash('sha512'), signal)).digest('base64');
      if (digest !== sha512) return false;
    }
    this.checked.set(target, stamp);
    return true;
  }

  /** The package: one that was given before one that has to be fetched. */
  private async open(wanted: RuntimePackage, signal: AbortSignal): Promise<{ stream: Readable; from: string }> {
    const { name, version } = wanted;
    const file = join(this.given, `${packageFileName(name)}-${version}.tgz`);
    if ((await stampOf(file)) !== undefined) return { stream: createReadStream(file), from: file };
    return { stream: await this.registry.open(wanted, signal), from: `${name}@${version}` };
  }

  private asShown(error: unknown, { name, version }: RuntimePackage, from: string, signal: AbortSignal): unknown {
    const cause = { cause: error };
    if (error instanceof LatchkeyError) return error;
    if (signal.aborted) return new LatchkeyError('rpc.cancelled', {}, cause);
    if (error instanceof DamagedRuntime) return new LatchkeyError('installer.runtimeDamaged', { file: from }, cause);
    const { path, code, message, syscall } = error as NodeJS.ErrnoException;
    const given = path?.startsWith(this.given);
    if (given) return new LatchkeyError('file.unreadable', { file: path ?? from, reason: message }, cause);
    if (path !== undefined || code === 'ENOSPC' || syscall === 'write') {
      return new LatchkeyError('file.unwritable', { file: this.folder, reason: message }, cause);
    }
    const url = error instanceof PackageUnreachable ? error.url : name;
    const file = `${packageFileName(name)}-${version}.tgz`;
    const shown = error instanceof PackageUntrusted ? 'installer.runtimeUntrusted' : 'installer.runtimeUnreachable';
    return new LatchkeyError(shown, { url, reason: reasonOf(error), file, folder: this.given }, cause);
  }

  /** Removes runtimes of earlier versions and what an interrupted process left behind. */
  private async sweep(): Promise<void> {
    const kept = new Set(Object.values(this.catalogue).flatMap(keptNames));
    for (const name of await readdir(this.folder)) {
      const owner = Number(/^partial-(\d+)-/.exec(name)?.[1]);
      const stale = name.startsWith('partial-') ? owner !== process.pid : !kept.has(name);
      // One that is being read goes on being read.
      if (stale) await unlink(join(this.folder, name)).catch(() => {});
    }
  }
}

/** What the files of a package are called where they are kept. */
function keptNames({ name, version, files }: RuntimePackage): string[] {
  const own = `${packageFileName(name)}-${version}`;
  return files.map(({ path }, at) =>
    at > 0 ? `${own}-${basename(path)}` : path.endsWith('.exe') ? `${own}.exe` : own,
  );
}

/** Undefined where one is missing. */
async function stampOfAll(files: readonly string[]): Promise<string | undefined> {
  const stamps = await Promise.all(files.map(stampOf));
  return stamps.includes(undefined) ? undefined : stamps.join();
}

/** Changes when the file does, without reading it. */
const stampOf = (file: string): Promise<string | undefined> =>
  stat(file).then(
    ({ size, mtimeMs, ino }) => `${size} ${mtimeMs} ${ino}`,
    () => undefined,
  );

const unwritable =
  (file: string) =>
  (error: unknown): never => {
    throw new LatchkeyError('file.unwritable', { file, reason: (error as Error).message }, { cause: error });
  };
