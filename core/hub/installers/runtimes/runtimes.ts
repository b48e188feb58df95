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

/** A stock Node.js for some system, as a file of this machine. */
export interface Runtime {
  readonly file: string;
  readonly version: string;
  /** SHA-512, base64. */
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
    const { name, version, program } = wanted;
    const file = join(this.folder, `${packageFileName(name)}-${version}${program.path.endsWith('.exe') ? '.exe' : ''}`);
    const runtime = { file, version, sha512: program.sha512 };
    if (await this.isWhole(target, file, signal)) return runtime;
    await mkdir(this.folder, { recursive: true }).catch(unwritable(this.folder));
    await this.sweep();
    const partial = join(this.folder, `partial-${process.pid}-${randomBytes(6).toString('hex')}`);
    let from = name;
    try {
      const source = await this.open(wanted, signal);
      from = source.from;
      await unpackRuntime(source.stream, wanted, partial, signal, onProgress);
      await rename(partial, file);
    } catch (error) {
      await unlink(partial).catch(() => {});
      throw this.asShown(error, wanted, from, signal);
    }
    this.checked.set(target, (await stampOf(file)) ?? '');
    return runtime;
  }

  private async isWhole(target: RuntimeTarget, file: string, signal: AbortSignal): Promise<boolean> {
    const stamp = await stampOf(file);
    if (stamp === undefined) return false;
    if (this.checked.get(target) === stamp) return true;
    const digest = (await hashFile(file, createHash('sha512'), signal)).digest('base64');
    if (digest !== this.catalogue[target].program.sha512) return false;
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
    const kept = new Set(
      Object.values(this.catalogue).map(({ name, version }) => `${packageFileName(name)}-${version}`),
    );
    for (const name of await readdir(this.folder)) {
      const owner = Number(/^partial-(\d+)-/.exec(name)?.[1]);
      const stale = name.startsWith('partial-') ? owner !== process.pid : !kept.has(basename(name, '.exe'));
      // One that is being read goes on being read.
      if (stale) await unlink(join(this.folder, name)).catch(() => {});
    }
  }
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
