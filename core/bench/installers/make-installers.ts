// Makes installers of one format and says, as JSON, what that took: FORMAT FOLDER ROUNDS. A process of its own, so that its
// memory is that of this alone.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { ExeWriter } from '#core/hub/installers/exe-writer.ts';
import type { InstallerWriter } from '#core/hub/installers/installer-writer.ts';
import { linuxPayloadCache, ownLinuxPayload } from '#core/hub/installers/linux-payload.ts';
import type { PieceStream } from '#core/hub/installers/formats/piece-stream.ts';
import { LinuxWriter } from '#core/hub/installers/linux-writer.ts';
import { MsiWriter } from '#core/hub/installers/msi-writer.ts';
import { PkgWriter } from '#core/hub/installers/pkg-writer.ts';
import { WindowsProgramMaker } from '#core/hub/installers/windows-program-maker.ts';
import { Runtimes } from '#core/hub/installers/runtimes/runtimes.ts';

/** What one run gave. */
export interface InstallerRun {
  readonly milliseconds: readonly number[];
  /** Milliseconds of processor time for one, on average: what other programs do then hardly counts. */
  readonly processor: number;
  /** Milliseconds of processor time for the SHA-256 of as many bytes, and nothing else. */
  readonly hashing: number;
  /** Milliseconds. */
  readonly tenAtOnce: number;
  /** The peak above what the process had before. */
  readonly megabytes: { readonly one: number; readonly ten: number };
  /** Bytes. */
  readonly size: number;
  /** The file that a packager beside it is given. */
  readonly program: string;
}

const [format = '', folder = '', rounds = '10'] = process.argv.slice(2);
// Kept between runs: they are fetched once.
const kept = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'latchkey-bench', 'runtimes');
const runtimes = new Runtimes({ folder: kept, given: process.env['LATCHKEY_RUNTIMES'] || kept });
let program = process.execPath;

async function writerOf(): Promise<InstallerWriter> {
  if (format === 'pkg') return new PkgWriter(runtimes, ownLinuxPayload, folder);
  if (format === 'deb' || format === 'run')
    return new LinuxWriter(format, ownLinuxPayload, linuxPayloadCache(folder, ownLinuxPayload));
  const endpoint = new WindowsProgramMaker(runtimes, join(folder, 'program'));
  program = await endpoint.file();
  return format === 'exe' ? new ExeWriter(endpoint) : new MsiWriter(endpoint, join(folder, 'payload'));
}

const writer = await writerOf();
const configOf = (number: number): string =>
  JSON.stringify({
    hub: 'https://hub.example.com',
    hubKey: 'k'.repeat(43),
    token: `lk1.${String(number).padStart(16, '0')}.${'p'.repeat(43)}.${'k'.repeat(43)}`,
    group: 'Bench',
    signature: 's'.repeat(86),
  });
async function make(number: number): Promise<number> {
  const artefact = await writer.compose(configOf(number));
  const content = (await artefact.open()) as PieceStream;
  // As a response takes it.
  await content.pourInto(new Writable({ write: (_chunk, _encoding, done) => setImmediate(done) }));
  content.destroy();
  return artefact.size;
}

/** Megabytes that the process has taken up at its most since `forget`. */
const peak = (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1000;
async function forget(): Promise<number> {
  globalThis.gc?.();
  const { writeFile } = await import('node:fs/promises');
  await writeFile('/proc/self/clear_refs', '5');
  return peak();
}

/** Measured right beside it: it depends on what else the machine does. */
function hashing(bytes: number): number {
  const piece = Buffer.alloc(1 << 20, 7);
  const begun = process.cpuUsage();
  for (let round = 0; round < 3; round++) {
    const hash = createHash('sha256');
    for (let at = 0; at < bytes; at += piece.length) hash.update(piece);
    hash.digest();
  }
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000 / 3;
}

const size = await make(0);
const idle = await forget();
const milliseconds: number[] = [];
const used = process.cpuUsage();
for (let round = 1; round <= Number(rounds); round++) {
  const begun = performance.now();
  await make(round);
  milliseconds.push(performance.now() - begun);
}
const { user, system } = process.cpuUsage(used);
const processor = (user + system) / 1000 / milliseconds.length;
const one = peak() - idle;
const hashed = hashing(size);
const before = await forget();
const begun = performance.now();
await Promise.all(Array.from({ length: 10 }, (_, index) => make(100 + index)));
const tenAtOnce = performance.now() - begun;
const megabytes = { one, ten: peak() - before };
const result: InstallerRun = { milliseconds, processor, hashing: hashed, tenAtOnce, megabytes, size, program };
process.stdout.write(JSON.stringify(result));
