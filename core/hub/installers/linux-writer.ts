import { access, constants } from 'node:fs/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import { InstallerComposer, type InstallerArtefact } from './formats/installer-composer.ts';
import type { FormatContext, FormatLayout } from './formats/format-layout.ts';
import { debLayout } from './formats/linux/deb-format.ts';
import { machineOf } from './formats/linux/machine.ts';
import { runLayout } from './formats/linux/run-format.ts';
import { PayloadCache, type PayloadWatcher } from './formats/payload-cache.ts';
import type { InstallerWriter } from './installer-writer.ts';

export interface LinuxPayload {
  /** The Node runtime, and for which system and processor it is (as `process.platform` and `process.arch`). */
  readonly runtime: { readonly file: string; readonly platform: string; readonly architecture: string };
  /** The built endpoint. */
  readonly endpoint: string;
  readonly version: string;
}

const formats = {
  run: { layout: runLayout, contentType: 'application/x-sh' },
  deb: { layout: debLayout, contentType: 'application/vnd.debian.binary-package' },
} as const satisfies Record<string, { layout: (context: FormatContext) => Promise<FormatLayout>; contentType: string }>;

/** What both formats carry, compressed once for both. */
export function linuxPayloadCache(folder: string, { runtime, endpoint }: LinuxPayload): PayloadCache {
  const program = 'opt/latchkey-endpoint';
  return new PayloadCache(
    folder,
    ['', 'opt/', `${program}/`].map((path) => ({ path, mode: 0o755 })),
    [
      { source: runtime.file, path: `${program}/node`, mode: 0o755 },
      { source: endpoint, path: `${program}/latchkey-endpoint.cjs`, mode: 0o644 },
    ],
  );
}

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

  async obstacle(): Promise<LatchkeyError | undefined> {
    const { runtime, endpoint } = this.payload;
    const readable = (file: string): Promise<boolean> =>
      access(file, constants.R_OK).then(
        () => true,
        () => false,
      );
    const usable = runtime.platform === 'linux' && machineOf(runtime.architecture) && (await readable(runtime.file));
    if (!usable) return new LatchkeyError('installer.runtimeMissing', { system: 'Linux' });
    return (await readable(endpoint)) ? undefined : new LatchkeyError('installer.endpointMissing', { file: endpoint });
  }

  compose(config: string, watcher?: PayloadWatcher): Promise<InstallerArtefact> {
    return this.composer.compose(config, watcher);
  }
}
