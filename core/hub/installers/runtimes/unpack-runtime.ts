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
 * Writes the program of a runtime's package to a file, and checks both against the catalogue. Nothing is held in memory.
 * @param source the package as the registry keeps it, a gzipped tar
 * @param onProgress 0…1
 * @throws DamagedRuntime, and what reading and writing throw; the file may then be there in part
 */
export async function unpackRuntime(
  source: Readable,
  wanted: RuntimePackage,
  file: string,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const { program } = wanted;
  const whole = createHash('sha512');
  const inside = createHash('sha512');
  let written = 0;
  const counting = hashing(inside, (length) => onProgress(Math.min(1, (written += length) / program.size)));
  let writing: Promise<void> | undefined;
  let problem: unknown;
  const archive = extract();
  archive.on('entry', (header, content, next) => {
    // The first of that name counts: a second would be no archive of the registry's, and fails its hash.
    if (header.name !== program.path || writing) {
      content.once('end', next).resume();
      return;
    }
    const output = createWriteStream(file, { mode: 0o700, flush: true });
    writing = pipeline(content, counting, output).then(
      () => next(),
      (error: unknown) => {
        problem = error;
        archive.destroy(error as Error);
      },
    );
  });
  try {
    await pipeline(source, hashing(whole), createGunzip(), archive as unknown as Writable, { signal });
    await writing;
  } catch (error) {
    // What failed first says most: a full disk shows as an archive that was broken off.
    throw asDamage(problem ?? error);
  }
  if (whole.digest('base64') !== wanted.sha512 || !writing || inside.digest('base64') !== program.sha512) {
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
