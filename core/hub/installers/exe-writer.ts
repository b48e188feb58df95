import { stat } from 'node:fs/promises';
import type { LatchkeyError } from '#protocol/errors.ts';
import { exeLayout } from './formats/windows/exe/exe-format.ts';
import { InstallerComposer, type InstallerArtefact } from './formats/installer-composer.ts';
import type { Payload, PayloadWatcher } from './formats/payload-cache.ts';
import type { InstallerWriter } from './installer-writer.ts';
import type { WindowsEndpoint } from './windows-endpoint.ts';

/** `.exe`: for one computer, by a double click. */
export class ExeWriter implements InstallerWriter {
  readonly format = 'exe';
  readonly suffix = '_x64.exe';
  readonly contentType = 'application/vnd.microsoft.portable-executable';
  private readonly endpoint: WindowsEndpoint;
  private readonly composer: InstallerComposer;

  constructor(endpoint: WindowsEndpoint) {
    this.endpoint = endpoint;
    const program = { get: (watcher: PayloadWatcher) => asPayload(endpoint, watcher) };
    this.composer = new InstallerComposer(program, exeLayout, { version: endpoint.version, architecture: 'x64' });
  }

  obstacle(): Promise<LatchkeyError | undefined> {
    return this.endpoint.obstacle();
  }

  compose(config: string, watcher?: PayloadWatcher): Promise<InstallerArtefact> {
    return this.composer.compose(config, watcher);
  }
}

/** The program as it is: it runs from the file that is downloaded. */
async function asPayload(endpoint: WindowsEndpoint, watcher: PayloadWatcher): Promise<Payload> {
  const file = await endpoint.file(watcher);
  return { file, size: (await stat(file)).size, key: file, files: [] };
}
