import { join } from 'node:path';
import type { LatchkeyError } from '#protocol/errors.ts';
import { InstallerComposer } from '../installers/formats/installer-composer.ts';
import { macAppLayout } from '../installers/formats/macos/app/app-layout.ts';
import { PayloadCache, type PayloadWatcher } from '../installers/formats/payload-cache.ts';
import { inParts } from '../installers/formats/shared-making.ts';
import { ZippedComposer, type ZippedArtefact } from '../installers/formats/zip/zipped-composer.ts';
import {
  macFolders,
  macosObstacle,
  macProgramFiles,
  macRuntime,
  macRuntimeFiles,
  type MacosPayload,
  type MacProcessor,
} from '../installers/macos-payload.ts';
import type { Runtimes } from '../installers/runtimes/runtimes.ts';

/** How much of the progress goes to fetching the runtime; the rest is compressing. */
const fetchingPart = 0.6;

/**
 * The customer app for Macs: a ZIP, because macOS runs what is unpacked from one and nothing that a browser has saved by itself, with
 * a script in it that unpacks itself. One for each processor.
 */
export class MacCustomerApp {
  readonly contentType = 'application/zip';
  private readonly runtimes: Pick<Runtimes, 'get'>;
  private readonly payload: MacosPayload;
  private readonly folder: string;
  private readonly composers = new Map<string, ZippedComposer>();

  /** @param folder where compressed payloads are kept, one folder for each processor */
  constructor(runtimes: Pick<Runtimes, 'get'>, payload: MacosPayload, folder: string) {
    this.runtimes = runtimes;
    this.payload = payload;
    this.folder = folder;
  }

  obstacle(): Promise<LatchkeyError | undefined> {
    return macosObstacle(this.payload);
  }

  /**
   * @param config the app's configuration as JSON
   * @param name of the file in the archive
   * @throws LatchkeyError as `Runtimes.get` and `PayloadCache.get`
   */
  async compose(
    config: string,
    name: string,
    processor: MacProcessor,
    watcher: PayloadWatcher = {},
  ): Promise<ZippedArtefact> {
    const [fetching, compressing] = inParts(watcher, fetchingPart);
    const runtime = await macRuntime(this.runtimes, processor, fetching);
    const key = JSON.stringify([processor, runtime]);
    let composer = this.composers.get(key);
    if (!composer) {
      const directories = [{ path: '', mode: 0o755 }, { path: 'opt/', mode: 0o755 }, ...macFolders([processor])];
      const files = async () => [
        ...macRuntimeFiles(processor, runtime, 'node'),
        ...(await macProgramFiles(this.payload)),
      ];
      const cache = new PayloadCache(join(this.folder, processor), directories, files);
      const context = { version: this.payload.version, architecture: processor };
      composer = new ZippedComposer(new InstallerComposer(cache, macAppLayout, context));
      this.composers.set(key, composer);
    }
    return composer.compose(config, name, compressing);
  }
}
