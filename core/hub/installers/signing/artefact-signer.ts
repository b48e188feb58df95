import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import type { InstallerFormat } from '#protocol/installers.ts';
import { hashFile } from '../formats/hash-file.ts';
import type { InstallerArtefact } from '../formats/installer-composer.ts';
import { PieceStream } from '../formats/piece-stream.ts';
import { SharedMaking } from '../formats/shared-making.ts';
import { wordsOf } from './command-line.ts';

export interface ArtefactSignerOptions {
  /**
   * The command line, run without a shell. `{file}` is the file, signed in place; or `{in}` is the file and `{out}` where the
   * signed one goes. `{format}` is `exe`, `msi`, `pkg`, `deb` or `run`, `{name}` what the file will be called.
   */
  readonly command: string;
  readonly formats: readonly InstallerFormat[];
  /** Where files are while they are signed, and until they have been fetched. Nothing else may be in it. */
  readonly folder: string;
  /** Seconds that the command may take. */
  readonly limit?: number | undefined;
  /** Seconds that a signed file is kept: it holds a token. */
  readonly keep?: number | undefined;
}

interface Signed {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

const mostOutput = 2000;

/** Has the administrator's command sign what is handed out. A file that it did not sign goes nowhere. */
export class ArtefactSigner {
  private readonly options: ArtefactSignerOptions;
  /** By the SHA-256 of what was signed: signed anew, it would be another file than the one that was announced. */
  private readonly makings = new Map<string, SharedMaking<Signed>>();
  private readonly kept = new Map<string, Signed>();
  private cleared: Promise<void> | undefined;

  constructor(options: ArtefactSignerOptions) {
    this.options = options;
  }

  signs(format: InstallerFormat): boolean {
    return this.options.formats.includes(format);
  }

  /**
   * @param name what the file will be called
   * @throws LatchkeyError `installer.signingFailed`, `installer.signingTimedOut`, `file.unwritable` (a full disk too),
   *   `file.unreadable`, `rpc.cancelled`
   */
  async sign(
    artefact: InstallerArtefact,
    format: InstallerFormat,
    name: string,
    signal?: AbortSignal,
  ): Promise<InstallerArtefact> {
    let making = this.makings.get(artefact.sha256);
    if (!making) this.makings.set(artefact.sha256, (making = new SharedMaking()));
    const { file, size, sha256 } = await making
      .join({ signal }, (stopping) => this.signedOf(artefact, format, name, stopping))
      .finally(() => this.makings.delete(artefact.sha256));
    return { size, sha256, open: () => PieceStream.open([{ file }]) };
  }

  private async signedOf(
    artefact: InstallerArtefact,
    format: InstallerFormat,
    name: string,
    signal: AbortSignal,
  ): Promise<Signed> {
    const before = this.kept.get(artefact.sha256);
    if (before && (await stat(before.file).catch(() => undefined))?.size === before.size) return before;
    const { folder, keep = 900 } = this.options;
    await (this.cleared ??= this.clear());
    const work = join(folder, randomBytes(8).toString('hex'));
    try {
      await mkdir(work, { mode: 0o700 });
      // With its ending: signing tools go by it.
      const [unsigned, output] = [join(work, `unsigned.${format}`), join(work, `signed.${format}`)];
      await pipeline(await artefact.open(), createWriteStream(unsigned, { mode: 0o600 }), { signal });
      const inPlace = await this.run({ in: unsigned, out: output, file: unsigned, format, name }, signal);
      const result = inPlace ? unsigned : output;
      const file = join(folder, `${artefact.sha256}.${format}`);
      const { size } = await stat(result).catch((error: Error) => {
        throw new LatchkeyError('installer.signingFailed', { reason: `${output}: ENOENT` }, { cause: error });
      });
      const sha256 = (await hashFile(result, createHash('sha256'), signal)).digest('hex');
      await rename(result, file);
      const signed = { file, size, sha256 };
      this.kept.set(artefact.sha256, signed);
      setTimeout(() => {
        if (this.kept.get(artefact.sha256) === signed) this.kept.delete(artefact.sha256);
        // A download that has it open goes on reading it.
        void rm(file, { force: true }).catch(() => {});
      }, keep * 1000).unref();
      return signed;
    } catch (error) {
      if (error instanceof LatchkeyError) throw error;
      if (signal.aborted) throw new LatchkeyError('rpc.cancelled', {}, { cause: error });
      throw new LatchkeyError('file.unwritable', { file: folder, reason: (error as Error).message }, { cause: error });
    } finally {
      await rm(work, { recursive: true, force: true }).catch(() => {});
    }
  }

  /** @returns whether the file was signed in place */
  private async run(places: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean> {
    const { command, limit = 120 } = this.options;
    let words: string[];
    try {
      words = wordsOf(command);
    } catch (error) {
      throw new LatchkeyError('installer.signingFailed', { reason: (error as Error).message }, { cause: error });
    }
    const inPlace = !words.some((word) => word.includes('{out}'));
    const filled = words.map((word) =>
      word.replaceAll(/\{(in|out|file|format|name)\}/g, (_, key: string) => places[key]!),
    );
    const [program = '', ...args] = filled;
    const timedOut = AbortSignal.timeout(limit * 1000);
    // A group of its own: what the command started ends with it.
    const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-mostOutput)));
    const stop = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    };
    const ending = AbortSignal.any([signal, timedOut]);
    ending.addEventListener('abort', stop);
    try {
      const code = await new Promise<number | string>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (exit, by) => resolve(exit ?? by ?? 1));
      });
      if (signal.aborted) throw new LatchkeyError('rpc.cancelled');
      if (timedOut.aborted) throw new LatchkeyError('installer.signingTimedOut', { seconds: limit });
      if (code !== 0) {
        const reason = said.trim().split('\n').at(-1)?.trim() || `${program}: ${code}`;
        throw new LatchkeyError('installer.signingFailed', { reason });
      }
      return inPlace;
    } catch (error) {
      if (error instanceof LatchkeyError) throw error;
      throw new LatchkeyError('installer.signingFailed', { reason: (error as Error).message }, { cause: error });
    } finally {
      ending.removeEventListener('abort', stop);
    }
  }

  /** What an earlier process left behind holds tokens. */
  private async clear(): Promise<void> {
    const { folder } = this.options;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
    } catch (error) {
      this.cleared = undefined;
      throw new LatchkeyError('file.unwritable', { file: folder, reason: (error as Error).message }, { cause: error });
    }
  }
}
