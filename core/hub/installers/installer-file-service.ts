import { LatchkeyError } from '#protocol/errors.ts';
import {
  installerConfigProof,
  installerFormat,
  type InstallerConfig,
  type InstallerFile,
  type InstallerFormat,
} from '#protocol/installers.ts';
import type { HubAddress } from '../http/hub-address.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { InstallerArtefact } from './formats/installer-composer.ts';
import type { PayloadWatcher } from './formats/payload-cache.ts';
import type { InstallerService } from './installer-service.ts';
import type { InstallerWriter } from './installer-writer.ts';
import type { ArtefactSigner } from './signing/artefact-signer.ts';

export interface MadeInstaller {
  readonly file: InstallerFile;
  readonly artefact: InstallerArtefact;
  readonly contentType: string;
  /** To be called when it is handed out. */
  readonly handedOut: () => Promise<void>;
}

export interface OfferedFormat {
  format: InstallerFormat;
  available: boolean;
  reason?: string;
  test?: boolean;
}

/** Makes the files of installers. Nothing is kept of one: it is put together anew whenever it is fetched. */
export class InstallerFileService {
  private readonly installers: InstallerService;
  private readonly writers: ReadonlyMap<InstallerFormat, InstallerWriter>;
  private readonly identity: HubIdentity;
  private readonly address: HubAddress;
  private readonly version: string;
  private readonly signer: ArtefactSigner | undefined;

  constructor(
    installers: InstallerService,
    writers: readonly InstallerWriter[],
    identity: HubIdentity,
    address: HubAddress,
    version: string,
    signer?: ArtefactSigner,
  ) {
    this.signer = signer;
    this.installers = installers;
    this.writers = new Map(writers.map((writer) => [writer.format, writer]));
    this.identity = identity;
    this.address = address;
    this.version = version;
  }

  /** All formats, and why those that can't be had can't. */
  formats(): Promise<OfferedFormat[]> {
    return Promise.all(
      installerFormat.options.map(async (format): Promise<OfferedFormat> => {
        const writer = this.writers.get(format);
        const reason = writer ? (await writer.obstacle())?.code : 'installer.formatUnavailable';
        const test = writer?.composeTest !== undefined;
        return {
          format,
          available: reason === undefined,
          ...(reason !== undefined && { reason }),
          ...(test && { test }),
        };
      }),
    );
  }

  /**
   * @throws LatchkeyError `permission.switchedOff`, `installer.notFound`, `installer.revoked`,
   *   `installer.formatUnavailable`, `installer.runtimeMissing`, `installer.endpointMissing`, `file.unwritable`,
   *   `rpc.cancelled`, and as `Runtimes.get` and `ArtefactSigner.sign`
   */
  async make(
    actor: TechnicianActor,
    id: string,
    format: InstallerFormat,
    watcher?: PayloadWatcher,
    test = false,
  ): Promise<MadeInstaller> {
    const { row, token, group } = await this.installers.forDownload(actor, id);
    const writer = this.writers.get(format);
    if (!writer) throw new LatchkeyError('installer.formatUnavailable', { format });
    const fileName = `latchkey-endpoint${test ? '-test' : ''}_${slug(group)}_${this.version}${writer.suffix}`;
    const composed = await this.compose(writer, test, JSON.stringify(this.config(token, group)), watcher);
    const signer = this.signer?.signs(format) ? this.signer : undefined;
    const artefact = signer ? await signer.sign(composed, format, fileName, watcher?.signal) : composed;
    const { size, sha256 } = artefact;
    const path = `/api/installers/${id}/files/${format}${test ? '?test=1' : ''}`;
    const about = { installer: id, version: this.version, signed: signer !== undefined, test };
    return {
      file: { ...about, format, fileName, size, sha256, path },
      artefact,
      contentType: writer.contentType,
      handedOut: () => this.installers.recordDownload(actor, row, fileName),
    };
  }

  private async compose(
    writer: InstallerWriter,
    test: boolean,
    config: string,
    watcher?: PayloadWatcher,
  ): Promise<InstallerArtefact> {
    if (test) {
      if (!writer.composeTest) throw new LatchkeyError('installer.formatUnavailable', { format: writer.format });
      return writer.composeTest();
    }
    const obstacle = await writer.obstacle();
    if (obstacle) throw obstacle;
    return writer.compose(config, watcher);
  }

  private config(token: string, group: string): InstallerConfig {
    const unsigned = { hub: this.address.publicUrl, hubKey: this.identity.publicKey, token, group };
    return { ...unsigned, signature: this.identity.sign(installerConfigProof(unsigned)) };
  }
}

/** A group's name as part of a file's, which has to be safe on every system and in every shell. */
export function slug(name: string): string {
  const plain = name
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .slice(0, 40)
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return plain || 'group';
}
