import type { Readable } from 'node:stream';
import { customerAppConfigProof, macFileNames, type CustomerAppConfig } from '#protocol/customer-app.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { platform as platforms, type Platform } from '#protocol/facts.ts';
import type { HubAddress } from '../http/hub-address.ts';
import { InstallerComposer } from '../installers/formats/installer-composer.ts';
import { machineOf } from '../installers/formats/linux/machine.ts';
import { customerAppLayout } from '../installers/formats/linux/run-format.ts';
import type { PayloadCache } from '../installers/formats/payload-cache.ts';
import { linuxPayloadObstacle, type LinuxPayload } from '../installers/linux-payload.ts';
import { ExeWriter } from '../installers/exe-writer.ts';
import type { ArtefactSigner } from '../installers/signing/artefact-signer.ts';
import type { WindowsEndpoint } from '../installers/windows-endpoint.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import type { MacCustomerApp } from './mac-customer-app.ts';

export type Architecture = 'x64' | 'arm64';
export type CustomerAppPurpose = CustomerAppConfig['purpose'];

/** For which computers there is a customer app, and why not where there is none. */
export interface OfferedCustomerApp {
  readonly platform: Platform;
  readonly architecture: Architecture;
  readonly available: boolean;
  /** A key of the error texts, where it is not available. */
  readonly reason?: string;
}

export interface CustomerAppRequest {
  readonly purpose: CustomerAppPurpose;
  /** What lets it into its session; empty in the portal. */
  readonly ticket: string;
  readonly platform: Platform;
  readonly architecture: Architecture;
  readonly signal?: AbortSignal | undefined;
}

export interface CustomerAppFile {
  readonly fileName: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  readonly stream: Readable;
}

/** What Windows's file takes. */
export interface WindowsCustomerApp {
  readonly endpoint: WindowsEndpoint;
  /** Signs programs, where the administrator has them signed. */
  readonly signer?: Pick<ArtefactSigner, 'sign'> | undefined;
}

/** The systems that a customer app may be made for beside Linux. */
export interface OtherCustomerApps {
  readonly windows?: WindowsCustomerApp | undefined;
  readonly macos?: MacCustomerApp | undefined;
}

/** Makes the customer app's files: put together anew for each download, none is kept. */
export class CustomerAppFiles {
  private readonly composer: InstallerComposer;
  private readonly payload: LinuxPayload;
  private readonly identity: HubIdentity;
  private readonly address: HubAddress;
  private readonly windows: (WindowsCustomerApp & { readonly writer: ExeWriter }) | undefined;
  private readonly macos: MacCustomerApp | undefined;

  constructor(
    cache: PayloadCache,
    payload: LinuxPayload,
    identity: HubIdentity,
    address: HubAddress,
    { windows, macos }: OtherCustomerApps = {},
  ) {
    const { version, runtime } = payload;
    this.composer = new InstallerComposer(cache, customerAppLayout, { version, architecture: runtime.architecture });
    this.payload = payload;
    this.identity = identity;
    this.address = address;
    this.windows = windows && { ...windows, writer: new ExeWriter(windows.endpoint) };
    this.macos = macos;
  }

  async offered(): Promise<OfferedCustomerApp[]> {
    const offers = platforms.options.flatMap((platform) =>
      (['x64', 'arm64'] as const).map(async (architecture): Promise<OfferedCustomerApp> => {
        const reason = (await this.obstacle(platform, architecture))?.code;
        return { platform, architecture, available: reason === undefined, ...(reason !== undefined && { reason }) };
      }),
    );
    return Promise.all(offers);
  }

  /** The name that the file is saved under. */
  fileName(purpose: CustomerAppPurpose, platform: Platform, architecture: Architecture): string {
    const name = `latchkey-${purpose === 'attend' ? 'support' : 'unattended'}`;
    if (platform === 'windows') return `${name}_${architecture}.exe`;
    if (platform === 'macos') return `${name}_macos-${architecture}.zip`;
    const machine = machineOf(architecture)?.uname ?? architecture;
    return `${name}_${machine}.run`;
  }

  /**
   * @throws LatchkeyError `customerApp.unavailable`, `installer.runtimeMissing`, `installer.endpointMissing`,
   *   `installer.signingFailed`, `installer.signingTimedOut`, `file.unreadable`, `file.unwritable`, `rpc.cancelled`
   */
  async open({ purpose, ticket, platform, architecture, signal }: CustomerAppRequest): Promise<CustomerAppFile> {
    const obstacle = await this.obstacle(platform, architecture);
    if (obstacle) throw obstacle;
    const config = JSON.stringify(this.config(purpose, ticket));
    const fileName = this.fileName(purpose, platform, architecture);
    const { windows } = this;
    if (windows && platform === 'windows') {
      const { writer, signer } = windows;
      const composed = await writer.compose(config, { signal });
      const signed = (await signer?.sign(composed, 'exe', fileName, signal)) ?? composed;
      return { fileName, size: signed.size, contentType: writer.contentType, stream: await signed.open() };
    }
    if (this.macos && platform === 'macos') {
      const { size, open } = await this.macos.compose(config, macFileNames[purpose], architecture, { signal });
      return { fileName, size, contentType: this.macos.contentType, stream: await open() };
    }
    const artefact = await this.composer.compose(config, { signal });
    return { fileName, size: artefact.size, contentType: 'application/x-sh', stream: await artefact.open() };
  }

  private config(purpose: CustomerAppPurpose, ticket: string): CustomerAppConfig {
    const unsigned = { purpose, hub: this.address.publicUrl, hubKey: this.identity.publicKey, ticket };
    return { ...unsigned, signature: this.identity.sign(customerAppConfigProof(unsigned)) };
  }

  private async obstacle(platform: Platform, architecture: Architecture): Promise<LatchkeyError | undefined> {
    if (this.windows && platform === 'windows' && architecture === 'x64') return this.windows.writer.obstacle();
    if (this.macos && platform === 'macos') return this.macos.obstacle();
    const { runtime } = this.payload;
    if (platform !== 'linux' || architecture !== runtime.architecture) {
      return new LatchkeyError('customerApp.unavailable', { system: `${platform} ${architecture}` });
    }
    return linuxPayloadObstacle(this.payload);
  }
}
