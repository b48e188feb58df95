import { createHash } from 'node:crypto';
import type { LatchkeyError } from '#protocol/errors.ts';
import { InstallerComposer, type InstallerArtefact } from './formats/installer-composer.ts';
import { PieceStream } from './formats/piece-stream.ts';
import { PayloadCache, type Packing, type PayloadWatcher } from './formats/payload-cache.ts';
import { inParts } from './formats/shared-making.ts';
import { mszipBlocks } from './formats/windows/msi/cabinet.ts';
import { msiLayout, testMsi } from './formats/windows/msi/msi-layout.ts';
import type { InstallerWriter } from './installer-writer.ts';
import type { WindowsEndpoint } from './windows-endpoint.ts';

/** The blocks of a cabinet. */
const cabinetPacking: Packing = { suffix: '.mszip', pack: (entries) => [mszipBlocks(entries)] };

/** How much of the progress goes to making the program; the rest is compressing it. */
const makingPart = 0.6;

/** `.msi`: for single computers, and for whole networks by Group Policy and the like. */
export class MsiWriter implements InstallerWriter {
  readonly format = 'msi';
  readonly suffix = '_x64.msi';
  readonly contentType = 'application/x-msi';
  private readonly endpoint: WindowsEndpoint;
  private readonly folder: string;
  private composer: { readonly program: string; readonly composer: InstallerComposer } | undefined;

  /** @param folder where the compressed program is kept; nothing else may be in it */
  constructor(endpoint: WindowsEndpoint, folder: string) {
    this.endpoint = endpoint;
    this.folder = folder;
  }

  obstacle(): Promise<LatchkeyError | undefined> {
    return this.endpoint.obstacle();
  }

  async compose(config: string, watcher: PayloadWatcher = {}): Promise<InstallerArtefact> {
    const [making, compressing] = inParts(watcher, makingPart);
    const program = await this.endpoint.file(making);
    return this.composerOf(program).compose(config, compressing);
  }

  /** A package that goes through the motions of a roll-out and joins nothing. It needs no endpoint. */
  composeTest(): InstallerArtefact {
    const content = testMsi(this.endpoint.version);
    return {
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      open: () => PieceStream.open([content]),
    };
  }

  private composerOf(program: string): InstallerComposer {
    if (this.composer?.program !== program) {
      const files = [{ source: program, path: 'latchkey-endpoint.exe', mode: 0o755 }];
      const cache = new PayloadCache(this.folder, [], files, cabinetPacking);
      const context = { version: this.endpoint.version, architecture: 'x64' };
      this.composer = { program, composer: new InstallerComposer(cache, msiLayout, context) };
    }
    return this.composer.composer;
  }
}
