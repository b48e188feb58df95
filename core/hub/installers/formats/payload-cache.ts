import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Readable, Transform, type Writable } from 'node:stream';
import { LatchkeyError } from '#protocol/errors.ts';
import { hashFile } from './hash-file.ts';
import { SharedMaking, type Watcher } from './shared-making.ts';
import { openTar, type TarEntry } from './tar.ts';

/** A file of this machine that goes into every installer. */
export interface PayloadFile {
  readonly source: string;
  /** Where it goes, below the root. */
  readonly path: string;
  readonly mode: number;
}

/** The compressed payload, as its `Packing` makes it. */
export interface Payload {
  readonly file: string;
  readonly size: number;
  /** SHA-256 of what went into it, hexadecimal: what else is derived from it is kept under this. */
  readonly key: string;
  /** What is in it, unpacked. */
  readonly files: readonly UnpackedFile[];
}

export interface UnpackedFile {
  /** The file of this machine. */
  readonly source: string;
  readonly path: string;
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
}

/** How the files become one compressed file. */
export interface Packing {
  /** Of the file's name. */
  readonly suffix: string;
  /** What reads the entries, and what its bytes go through. */
  pack(entries: readonly TarEntry[]): [Readable | AsyncIterable<Buffer>, ...Transform[]];
}

/** Gzip members of a tar archive without its end. */
export const tarPacking: Packing = {
  suffix: '.tar.gz',
  pack: (entries) => [openTar(entries), createGzip({ level: 6 })],
};

export type PayloadWatcher = Watcher;

/**
 * Compresses the payload once for each content and keeps it in a folder. A file appears there whole or not at all; its
 * name carries the SHA-256 of what went in and of what came out, so that a damaged one is seen and made anew.
 */
export class PayloadCache {
  private readonly folder: string;
  private readonly directories: readonly TarEntry[];
  private readonly listFiles: () => Promise<readonly PayloadFile[]>;
  private readonly packing: Packing;
  private readonly making = new SharedMaking<Payload>();
  private ready: { payload: Payload; stamp: string } | undefined;

  /**
   * @param folder where compressed payloads are kept
   * @param directories directories of the payload, parents first
   * @param files of this machine that go into it, or what lists them as they are now
   */
  constructor(
    folder: string,
    directories: readonly TarEntry[],
    files: readonly PayloadFile[] | (() => Promise<readonly PayloadFile[]>),
    packing: Packing = tarPacking,
  ) {
    this.packing = packing;
    this.folder = folder;
    this.directories = directories;
    this.listFiles = typeof files === 'function' ? files : () => Promise.resolve(files);
  }

  /**
   * The payload, made where it is not there yet; callers at the same time share one making, which stops once all of them
   * have given up.
   * @throws LatchkeyError `file.unreadable` where an input can't be read, `file.unwritable` where the folder can't be
   *   written (a full disk too), `rpc.cancelled`
   */
  async get(watcher: PayloadWatcher = {}): Promise<Payload> {
    if (watcher.signal?.aborted) throw new LatchkeyError('rpc.cancelled');
    const files = await this.listFiles();
    const stamp = await stampOf(files);
    if (this.ready?.stamp === stamp && (await sizeOf(this.ready.payload.file)) === this.ready.payload.size)
      return this.ready.payload;
    return this.making.join(watcher, async (signal, onProgress) => {
      const payload = await this.make(files, signal, onProgress);
      this.ready = { payload, stamp };
      return payload;
    });
  }

  private async make(
    files: readonly PayloadFile[],
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<Payload> {
    await mkdir(this.folder, { recursive: true }).catch(unwritable(this.folder));
    const key = await this.contentHash(files, signal);
    const existing = await this.find(key, files, signal);
    const payload = existing ?? (await this.compress(files, key, signal, onProgress));
    await this.sweep(payload.file);
    return payload;
  }

  private async contentHash(files: readonly PayloadFile[], signal: AbortSignal): Promise<string> {
    const hash = createHash('sha256').update(
      JSON.stringify([2, this.packing.suffix, this.directories, files.map((f) => [f.path, f.mode])]),
    );
    for (const { source } of files)
      hash.update(await hashFile(source, createHash('sha256'), signal).then((h) => h.digest()));
    return hash.digest('hex');
  }

  private async find(key: string, files: readonly PayloadFile[], signal: AbortSignal): Promise<Payload | undefined> {
    const prefix = `payload-${key}-`;
    for (const name of await readdir(this.folder)) {
      if (!name.startsWith(prefix) || !name.endsWith(this.packing.suffix)) continue;
      const file = join(this.folder, name);
      const digest = (await hashFile(file, createHash('sha256'), signal)).digest('hex');
      if (name === `${prefix}${digest}${this.packing.suffix}`)
        return { file, key, size: (await stat(file)).size, files: await unpackedOf(files) };
    }
    return undefined;
  }

  private async compress(
    files: readonly PayloadFile[],
    key: string,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<Payload> {
    const unpacked = await unpackedOf(files);
    const total = unpacked.reduce((sum, { size }) => sum + size, 0) || 1;
    let read = 0;
    const count = (length: number): void => onProgress(Math.min(1, (read += length) / total));
    const entries = files.map(({ source, path, mode }, index) => ({
      path,
      mode,
      content: { size: unpacked[index]!.size, open: () => counted(source, count) },
    }));
    const hash = createHash('sha256');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    const partial = join(this.folder, `partial-${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      const output = createWriteStream(partial, { mode: 0o600, flush: true });
      const packed = this.packing.pack([...this.directories, ...entries]);
      await pipeline([...packed, measure, output] as unknown as [Readable, Writable], { signal });
      const file = join(this.folder, `payload-${key}-${hash.digest('hex')}${this.packing.suffix}`);
      await rename(partial, file);
      return { file, size, key, files: unpacked };
    } catch (error) {
      await unlink(partial).catch(() => {});
      throw asWritingError(error, this.folder);
    }
  }

  /** Removes payloads of earlier versions, damaged ones and what an interrupted process left behind. */
  private async sweep(keep: string): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const file = join(this.folder, name);
      const owner = Number(/^partial-(\d+)-/.exec(name)?.[1]);
      const stale = name.startsWith('payload-') ? file !== keep : owner > 0 && owner !== process.pid;
      // A download that has an old file open goes on reading it.
      if (stale) await unlink(file).catch(() => {});
    }
  }
}

const unpackedOf = (files: readonly PayloadFile[]): Promise<UnpackedFile[]> =>
  Promise.all(files.map(async ({ source, path, mode }) => ({ source, path, mode, size: (await stat(source)).size })));

/** The file's bytes, with `count` called for each piece. */
function counted(source: string, count: (length: number) => void): Readable {
  const counter = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(source, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      count(chunk.length);
      yield chunk;
    }
  };
  return Readable.from(counter(), { objectMode: false });
}

/** Changes when one of the inputs does, without reading them. */
async function stampOf(files: readonly PayloadFile[]): Promise<string> {
  const stamps = await Promise.all(
    files.map(async ({ source, path }) => {
      const { size, mtimeMs, ino } = await stat(source).catch(unreadable(source));
      return `${path} ${size} ${mtimeMs} ${ino}`;
    }),
  );
  return stamps.join('\n');
}

const sizeOf = (file: string): Promise<number | undefined> =>
  stat(file).then(
    ({ size }) => size,
    () => undefined,
  );

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const unreadable =
  (file: string) =>
  (error: unknown): never => {
    throw new LatchkeyError('file.unreadable', { file, reason: reasonOf(error) }, { cause: error });
  };
const unwritable =
  (file: string) =>
  (error: unknown): never => {
    throw new LatchkeyError('file.unwritable', { file, reason: reasonOf(error) }, { cause: error });
  };

function asWritingError(error: unknown, folder: string): unknown {
  if (error instanceof LatchkeyError) return error;
  if (error instanceof Error && error.name === 'AbortError')
    return new LatchkeyError('rpc.cancelled', {}, { cause: error });
  const { path } = error as NodeJS.ErrnoException;
  return new LatchkeyError('file.unwritable', { file: path ?? folder, reason: reasonOf(error) }, { cause: error });
}
