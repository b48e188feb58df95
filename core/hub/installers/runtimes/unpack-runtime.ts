import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { RuntimePackage } from './runtime-catalogue.ts';

/** The bytes are not those that the catalogue names. */
export class DamagedRuntime extends Error {}

/**
 * Writes what is wanted of a package to files, and checks both against the catalogue. Nothing is held in memory.
 * @param source the package as the registry keeps it, a gzipped tar
 * @param files where each of `wanted.files` goes
 * @param onProgress 0…1
 * @throws DamagedRuntime, and what reading and writing throw; the files may then be there in part
 */
export async function unpackRuntime(
  source: Readable,
  wanted: RuntimePackage,
  files: readonly string[],
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const whole = createHash('sha512');
  const total = wanted.files.reduce((sum, { size }) => sum + size, 0);
  let written = 0;
  const count = (length: number): void => onProgress(Math.min(1, (written += length) / total));
  const writings = new Map<string, { readonly inside: Hash; readonly done: Promise<void> }>();
  let problem: unknown;
  const archive = extract();
  archive.on('entry', ({ name }, content, next) => {
    const file = files[wanted.files.findIndex(({ path }) => path === name)];
    // The first of that name counts: a second would be no archive of the registry's, and fails its hash.
    if (file === undefined || writings.has(name)) {
      content.once('end', next).resume();
      return;
    }
    const inside = createHash('sha512');
    const output = createWriteStream(file, { mode: 0o700, flush: true });
    const done = pipeline(content, hashing(inside, count), output).then(
      () => next(),
      (error: unknown) => {
        problem = error;
        archive.destroy(error as Error);
      },
    );
    writings.set(name, { inside, done });
  });
  try {
    await pipeline(source, hashing(whole), createGunzip(), archive as unknown as Writable, { signal });
    for (const { done } of writings.values()) await done;
  } catch (error) {
    // What failed first says most: a full disk shows as an archive that was broken off.
    throw asDamage(problem ?? error);
  }
  const right = wanted.files.every(({ path, sha512 }) => writings.get(path)?.inside.digest('base64') === sha512);
  if (whole.digest('base64') !== wanted.sha512 || !right) {
    throw new DamagedRuntime(`It is not ${wanted.name} ${wanted.version}.`);
  }
}

function hashing(hash: Hash, onLength?: (length: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      onLength?.(chunk.length);
      done(null, chunk);
    },
  });
}

function asDamage(error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const unreadable = /^Z_/.test(code) || /tar header|invalid tar|unexpected end/i.test(message);
  return unreadable ? new DamagedRuntime(message, { cause: error }) : error;
}
