import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import { InstallerComposer, type InstallerArtefact } from './formats/installer-composer.ts';
import { cpioPacking, macosFile, pkgLayout } from './formats/macos/pkg/pkg-layout.ts';
import { PayloadCache, type PayloadFile, type PayloadWatcher } from './formats/payload-cache.ts';
import { inParts } from './formats/shared-making.ts';
import type { InstallerWriter } from './installer-writer.ts';
import type { Runtimes } from './runtimes/runtimes.ts';

/** What every macOS file that the hub hands out carries, beside Node.js. */
export interface MacosPayload {
  /** The built endpoint. */
  readonly endpoint: string;
  /** The folder of the built page that customers see. */
  readonly page: string;
  readonly version: string;
}

const program = 'opt/latchkey-endpoint';
const directories = [
  ...['Library/', 'Library/LaunchDaemons/', 'opt/', `${program}/`, `${program}/consent/`],
  ...['usr/', 'usr/local/', 'usr/local/bin/'],
].map((path) => ({ path, mode: 0o755 }));

/** How much of the progress goes to fetching each runtime; the rest is compressing. */
const fetchingPart = 0.3;

/** `.pkg`, for Macs of both processors: it carries a stock Node.js for each, since one that is changed does not start. */
export class PkgWriter implements InstallerWriter {
  readonly format = 'pkg';
  readonly suffix = '_macos.pkg';
  readonly contentType = 'application/vnd.apple.installer+xml';
  private readonly runtimes: Pick<Runtimes, 'get'>;
  private readonly payload: MacosPayload;
  private readonly folder: string;
  private composer: { readonly key: string; readonly composer: InstallerComposer } | undefined;

  /** @param folder where the compressed payload is kept; nothing else may be in it */
  constructor(runtimes: Pick<Runtimes, 'get'>, payload: MacosPayload, folder: string) {
    this.runtimes = runtimes;
    this.payload = payload;
    this.folder = folder;
  }

  /** The runtimes are no obstacle: they are fetched when they are needed. */
  async obstacle(): Promise<LatchkeyError | undefined> {
    for (const file of [this.payload.endpoint, join(this.payload.page, 'index.html')]) {
      const readable = await access(file, constants.R_OK).then(
        () => true,
        () => false,
      );
      if (!readable) return new LatchkeyError('installer.endpointMissing', { file });
    }
    return undefined;
  }

  async compose(config: string, watcher: PayloadWatcher = {}): Promise<InstallerArtefact> {
    const [arm, rest] = inParts(watcher, fetchingPart);
    const [intel, compressing] = inParts(rest, fetchingPart);
    const runtimes = {
      arm64: (await this.runtimes.get('darwin-arm64', arm)).file,
      x64: (await this.runtimes.get('darwin-x64', intel)).file,
    };
    return this.composerOf(runtimes).compose(config, compressing);
  }

  private composerOf(runtimes: { readonly arm64: string; readonly x64: string }): InstallerComposer {
    const key = JSON.stringify(runtimes);
    if (this.composer?.key !== key) {
      const cache = new PayloadCache(this.folder, directories, () => this.files(runtimes), cpioPacking);
      const context = { version: this.payload.version, architecture: 'universal' };
      this.composer = { key, composer: new InstallerComposer(cache, pkgLayout(directories), context) };
    }
    return this.composer.composer;
  }

  private async files(runtimes: { readonly arm64: string; readonly x64: string }): Promise<PayloadFile[]> {
    const { endpoint, page } = this.payload;
    const names = await readdir(page).catch((error: Error) => {
      throw new LatchkeyError('file.unreadable', { file: page, reason: error.message }, { cause: error });
    });
    return [
      {
        source: macosFile('latchkey-endpoint.plist'),
        path: 'Library/LaunchDaemons/latchkey-endpoint.plist',
        mode: 0o644,
      },
      { source: endpoint, path: `${program}/latchkey-endpoint.cjs`, mode: 0o644 },
      ...names.sort().map((name) => ({
        source: join(page, name),
        path: `${program}/consent/${name}`,
        mode: 0o644,
      })),
      { source: runtimes.arm64, path: `${program}/node-arm64`, mode: 0o755 },
      { source: runtimes.x64, path: `${program}/node-x64`, mode: 0o755 },
      { source: macosFile('command.sh'), path: 'usr/local/bin/latchkey-endpoint', mode: 0o755 },
    ];
  }
}
