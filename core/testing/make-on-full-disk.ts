// Makes what it is told to on its standard input, and says how that failed. For tests, of which each limits how much fits.
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ArtefactSigner } from '#core/hub/installers/signing/artefact-signer.ts';
import { linuxPayloadCache } from '#core/hub/installers/linux-payload.ts';
import { LinuxWriter } from '#core/hub/installers/linux-writer.ts';
import { MsiWriter } from '#core/hub/installers/msi-writer.ts';
import { PkgWriter } from '#core/hub/installers/pkg-writer.ts';
import { runtimeCatalogue, type RuntimePackage } from '#core/hub/installers/runtimes/runtime-catalogue.ts';
import { Runtimes } from '#core/hub/installers/runtimes/runtimes.ts';
import { WindowsProgramMaker, type WindowsProgramSources } from '#core/hub/installers/windows-program-maker.ts';
import type { LatchkeyError } from '#protocol/errors.ts';
import type { InstallerFormat } from '#protocol/installers.ts';

export type FullDiskOrder =
  /** The payload of a format, from files of this machine. */
  | { readonly make: 'msi' | 'pkg' | 'run'; readonly folder: string; readonly input: string; readonly page: string }
  /** The Windows program, from runtimes that are there. */
  | {
      readonly make: 'program';
      readonly folder: string;
      readonly runtimes: string;
      readonly sources: WindowsProgramSources;
    }
  /** A runtime, from a folder of packages. */
  | { readonly make: 'runtime'; readonly folder: string; readonly given: string; readonly entry: RuntimePackage }
  /** What a command is to sign. */
  | { readonly make: 'signed'; readonly folder: string; readonly input: string };

export interface FullDiskOutcome {
  /** Of the error; null where all of it was made. */
  readonly code: string | null;
  readonly args: Readonly<Record<string, unknown>>;
}

const config = JSON.stringify({
  hub: 'https://hub.example.com',
  hubKey: 'k'.repeat(43),
  token: `lk1.${'t'.repeat(16)}.${'t'.repeat(43)}.${'k'.repeat(43)}`,
  group: 'Berlin',
  signature: 's'.repeat(86),
});

async function make(order: FullDiskOrder): Promise<unknown> {
  const version = '1.2.3';
  switch (order.make) {
    case 'runtime': {
      const { folder, given, entry } = order;
      return new Runtimes({ folder, given, catalogue: { ...runtimeCatalogue, 'win-x64': entry } }).get('win-x64');
    }
    case 'program':
      return new WindowsProgramMaker(
        new Runtimes({ folder: order.runtimes, given: order.runtimes }),
        order.folder,
        order.sources,
      ).file();
    case 'msi': {
      const file = (): Promise<string> => Promise.resolve(order.input);
      const endpoint = { version, obstacle: () => Promise.resolve(undefined), file };
      return new MsiWriter(endpoint, order.folder).compose(config);
    }
    case 'pkg': {
      const runtime = { file: order.input, files: [order.input], version: '26.0.0', sha512: '' };
      const runtimes = { get: () => Promise.resolve(runtime) };
      const payload = { endpoint: order.input, page: order.page, version };
      return new PkgWriter(runtimes, payload, order.folder).compose(config);
    }
    case 'run': {
      const runtime = { file: order.input, platform: 'linux', architecture: 'x64' };
      const payload = { runtime, endpoint: order.input, page: order.page, version };
      return new LinuxWriter('run', payload, linuxPayloadCache(order.folder, payload)).compose(config);
    }
    case 'signed': {
      const formats: InstallerFormat[] = ['exe'];
      const { size } = await stat(order.input);
      const artefact = { size, sha256: '0'.repeat(64), open: () => Promise.resolve(createReadStream(order.input)) };
      return new ArtefactSigner({ command: 'true {file}', formats, folder: order.folder }).sign(artefact, 'exe', 'x');
    }
  }
}

const outcome = await make(JSON.parse(readFileSync(0, 'utf8')) as FullDiskOrder).then(
  (): FullDiskOutcome => ({ code: null, args: {} }),
  ({ code, args }: LatchkeyError): FullDiskOutcome => ({ code, args }),
);
process.stdout.write(JSON.stringify(outcome), () => process.exit(0));
