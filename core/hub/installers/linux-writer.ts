import type { LatchkeyError } from '#protocol/errors.ts';
import type { FormatContext, FormatLayout } from './formats/format-layout.ts';
import { InstallerComposer, type InstallerArtefact } from './formats/installer-composer.ts';
import { debLayout } from './formats/linux/deb-format.ts';
import { machineOf } from './formats/linux/machine.ts';
import { runLayout } from './formats/linux/run-format.ts';
import type { PayloadCache, PayloadWatcher } from './formats/payload-cache.ts';
import type { InstallerWriter } from './installer-writer.ts';
import { linuxPayloadObstacle, type LinuxPayload } from './linux-payload.ts';

const formats = {
  run: { layout: runLayout, contentType: 'application/x-sh' },
  deb: { layout: debLayout, contentType: 'application/vnd.debian.binary-package' },
} as const satisfies Record<string, { layout: (context: FormatContext) => Promise<FormatLayout>; contentType: string }>;

/** `.run` and `.deb`, with the hub's own runtime inside. */
export class LinuxWriter implements InstallerWriter {
  readonly format: keyof typeof formats;
  readonly suffix: string;
  readonly contentType: string;
  private readonly payload: LinuxPayload;
  private readonly composer: InstallerComposer;

  constructor(format: keyof typeof formats, payload: LinuxPayload, cache: PayloadCache) {
    const { architecture } = payload.runtime;
    this.format = format;
    this.suffix = `_${machineOf(architecture)?.debian ?? architecture}.${format}`;
    this.contentType = formats[format].contentType;
    this.payload = payload;
    this.composer = new InstallerComposer(cache, formats[format].layout, { version: payload.version, architecture });
  }

  obstacle(): Promise<LatchkeyError | undefined> {
    return linuxPayloadObstacle(this.payload);
  }

  compose(config: string, watcher?: PayloadWatcher): Promise<InstallerArtefact> {
    return this.composer.compose(config, watcher);
  }
}
