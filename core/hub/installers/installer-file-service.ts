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
}

/** Makes the files of installers. Nothing is kept of one: it is put together anew whenever it is fetched. */
export class InstallerFileService {
  private readonly installers: InstallerService;
  private readonly writers: ReadonlyMap<InstallerFormat, InstallerWriter>;
  private readonly identity: HubIdentity;
  private readonly address: HubAddress;
  private readonly version: string;

  constructor(
    installers: InstallerService,
    writers: readonly InstallerWriter[],
    identity: HubIdentity,
    address: HubAddress,
    version: string,
  ) {
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
        return { format, available: reason === undefined, ...(reason !== undefined && { reason }) };
      }),
    );
  }

  /**
   * @throws LatchkeyError `permission.switchedOff`, `installer.notFound`, `installer.revoked`,
   *   `installer.formatUnavailable`, `installer.runtimeMissing`, `installer.endpointMissing`, `file.unwritable`,
   *   `rpc.cancelled`
   */
  async make(
    actor: TechnicianActor,
    id: string,
    format: InstallerFormat,
    watcher?: PayloadWatcher,
  ): Promise<MadeInstaller> {
    const { row, token, group } = await this.installers.forDownload(actor, id);
    const writer = this.writers.get(format);
    if (!writer) throw new LatchkeyError('installer.formatUnavailable', { format });
    const obstacle = await writer.obstacle();
    if (obstacle) throw obstacle;
    const artefact = await writer.compose(JSON.stringify(this.config(token, group)), watcher);
    const fileName = `latchkey-endpoint_${slug(group)}_${this.version}${writer.suffix}`;
    const { size, sha256 } = artefact;
    return {
      file: { format, fileName, size, sha256, path: `/api/installers/${id}/files/${format}` },
      artefact,
      contentType: writer.contentType,
      handedOut: () => this.installers.recordDownload(actor, row, fileName),
    };
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
