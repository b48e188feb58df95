import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import { hashFile } from '../formats/hash-file.ts';
import { inParts, SharedMaking, type Watcher } from '../formats/shared-making.ts';
import { signatureSection } from '../formats/windows/signature-section.ts';
import type { WindowsEndpoint } from '../windows-endpoint.ts';
import type { ArtefactSigner } from './artefact-signer.ts';

interface Files {
  readonly signed: string;
  readonly carrying: string;
}

/** How much of the progress goes to making the program; the rest is signing it. */
const makingPart = 0.9;

/**
 * The endpoint's Windows program, signed by the administrator's command once for each program and command, and kept: so that what is
 * installed is signed, not only the installer.
 */
export class SignedProgram {
  private readonly endpoint: WindowsEndpoint;
  private readonly signer: ArtefactSigner;
  private readonly command: string;
  private readonly folder: string;
  private readonly making = new SharedMaking<Files>();
  /** Those that were found whole. */
  private readonly known = new Set<string>();

  /** @param folder where they are kept; nothing else may be in it */
  constructor(endpoint: WindowsEndpoint, signer: ArtefactSigner, command: string, folder: string) {
    this.endpoint = endpoint;
    this.signer = signer;
    this.command = command;
    this.folder = folder;
  }

  /** Signed: for packages that bring it as a file. */
  get signed(): WindowsEndpoint {
    return this.as('signed');
  }

  /** Not signed itself, with the signature behind it: for installers that are the program, and are signed as a whole. */
  get carrying(): WindowsEndpoint {
    return this.as('carrying');
  }

  private as(which: keyof Files): WindowsEndpoint {
    const { endpoint } = this;
    return {
      version: endpoint.version,
      obstacle: () => endpoint.obstacle(),
      file: async (watcher = {}) => (await this.files(watcher))[which],
    };
  }

  private files(watcher: Watcher): Promise<Files> {
    return this.making.join(watcher, async (signal, onProgress) => {
      const [making] = inParts({ signal, onProgress }, makingPart);
      const program = await this.endpoint.file(making);
      try {
        return await this.keep(program, signal);
      } catch (error) {
        if (error instanceof LatchkeyError) throw error;
        if (signal.aborted) throw new LatchkeyError('rpc.cancelled', {}, { cause: error });
        const reason = (error as Error).message;
        throw new LatchkeyError('file.unwritable', { file: this.folder, reason }, { cause: error });
      }
    });
  }

  private async keep(program: string, signal: AbortSignal): Promise<Files> {
    await mkdir(this.folder, { recursive: true });
    // The program's name carries the SHA-256 of its content.
    const key = createHash('sha256')
      .update(JSON.stringify([1, this.command, basename(program)]))
      .digest('hex');
    const [signed, carrying] = [`signed-${key}-`, `carrying-${key}-`];
    const [keptSigned, keptCarrying] = [await this.kept(signed, signal), await this.kept(carrying, signal)];
    if (keptSigned && keptCarrying) return { signed: keptSigned, carrying: keptCarrying };
    const { size } = await stat(program);
    const sha256 = (await hashFile(program, createHash('sha256'), signal)).digest('hex');
    const unsigned = { size, sha256, open: () => Promise.resolve(createReadStream(program)) };
    const artefact = await this.signer.sign(unsigned, 'exe', 'latchkey-endpoint.exe', signal);
    const partial = join(this.folder, `partial-${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      await pipeline(await artefact.open(), createWriteStream(partial, { mode: 0o600 }), { signal });
      const section = await sectionOf(partial, size);
      const files = { signed: join(this.folder, `${signed}${artefact.sha256}.exe`), carrying: '' };
      await rename(partial, files.signed);
      await copyFile(program, partial);
      await appendFile(partial, section);
      const digest = (await hashFile(partial, createHash('sha256'), signal)).digest('hex');
      files.carrying = join(this.folder, `${carrying}${digest}.exe`);
      await rename(partial, files.carrying);
      await this.sweep(Object.values(files));
      return files;
    } finally {
      await rm(partial, { force: true });
    }
  }

  /** One that is whole. */
  private async kept(prefix: string, signal: AbortSignal): Promise<string | undefined> {
    const name = (await readdir(this.folder)).find((each) => each.startsWith(prefix));
    if (name === undefined) return undefined;
    const file = join(this.folder, name);
    if (this.known.has(file)) return file;
    const digest = (await hashFile(file, createHash('sha256'), signal)).digest('hex');
    if (name !== `${prefix}${digest}.exe`) return undefined;
    this.known.add(file);
    return file;
  }

  /** A download that has an old one open goes on reading it. */
  private async sweep(keep: readonly string[]): Promise<void> {
    for (const name of await readdir(this.folder))
      if (!keep.includes(join(this.folder, name))) await rm(join(this.folder, name), { force: true });
  }
}

async function sectionOf(signed: string, unsignedSize: number): Promise<Buffer> {
  const handle = await open(signed);
  try {
    const section = await signatureSection(handle, unsignedSize);
    if (!section) throw new LatchkeyError('installer.signingFailed', { reason: 'no certificate table' });
    return section;
  } finally {
    await handle.close();
  }
}
