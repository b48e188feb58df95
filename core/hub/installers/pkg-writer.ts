import type { LatchkeyError } from '#protocol/errors.ts';
import { InstallerComposer, type InstallerArtefact } from './formats/installer-composer.ts';
import { cpioPacking, macosFile, pkgLayout } from './formats/macos/pkg/pkg-layout.ts';
import { PayloadCache, type PayloadFile, type PayloadWatcher } from './formats/payload-cache.ts';
import { inParts } from './formats/shared-making.ts';
import type { InstallerWriter } from './installer-writer.ts';
import {
  macFolders,
  macosObstacle,
  macProgramFiles,
  macRuntime,
  macRuntimeFiles,
  type MacosPayload,
  type MacRuntime,
} from './macos-payload.ts';
import type { Runtimes } from './runtimes/runtimes.ts';

const folders = (paths: readonly string[]) => paths.map((path) => ({ path, mode: 0o755 }));
const directories = [
  ...folders(['Library/', 'Library/LaunchDaemons/', 'opt/']),
  ...macFolders(['arm64', 'x64']),
  ...folders(['usr/', 'usr/local/', 'usr/local/bin/']),
];

/** How much of the progress goes to fetching each runtime; the rest is compressing. */
const fetchingPart = 0.3;

interface BothRuntimes {
  readonly arm64: MacRuntime;
  readonly x64: MacRuntime;
}

/** `.pkg`, for Macs of both processors: it carries what is for either, and only what fits stays. */
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

  obstacle(): Promise<LatchkeyError | undefined> {
    return macosObstacle(this.payload);
  }

  async compose(config: string, watcher: PayloadWatcher = {}): Promise<InstallerArtefact> {
    const [arm, rest] = inParts(watcher, fetchingPart);
    const [intel, compressing] = inParts(rest, fetchingPart);
    const both = {
      arm64: await macRuntime(this.runtimes, 'arm64', arm),
      x64: await macRuntime(this.runtimes, 'x64', intel),
    };
    return this.composerOf(both).compose(config, compressing);
  }

  private composerOf(both: BothRuntimes): InstallerComposer {
    const key = JSON.stringify(both);
    if (this.composer?.key !== key) {
      const cache = new PayloadCache(this.folder, directories, () => this.files(both), cpioPacking);
      const context = { version: this.payload.version, architecture: 'universal' };
      this.composer = { key, composer: new InstallerComposer(cache, pkgLayout(directories), context) };
    }
    return this.composer.composer;
  }

  private async files({ arm64, x64 }: BothRuntimes): Promise<PayloadFile[]> {
    return [
      {
        source: macosFile('latchkey-endpoint.plist'),
        path: 'Library/LaunchDaemons/latchkey-endpoint.plist',
        mode: 0o644,
      },
      ...(await macProgramFiles(this.payload)),
      ...macRuntimeFiles('arm64', arm64, 'node-arm64'),
      ...macRuntimeFiles('x64', x64, 'node-x64'),
      { source: macosFile('command.sh'), path: 'usr/local/bin/latchkey-endpoint', mode: 0o755 },
    ];
  }
}
