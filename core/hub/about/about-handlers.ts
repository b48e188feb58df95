import { version } from '#core/base/version.ts';
import { hubRequests, protocolVersion } from '#protocol/hub.ts';
import type { HubAddress } from '../http/hub-address.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';

export class AboutHandlers implements WorkbenchHandlers {
  private readonly address: HubAddress;
  private readonly identity: HubIdentity;

  constructor(address: HubAddress, identity: HubIdentity) {
    this.address = address;
    this.identity = identity;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(hubRequests.ping, () => ({}), { beforeTwoFactor: true });
    registry.handle(hubRequests.about, () => ({
      version,
      protocol: protocolVersion,
      publicUrl: this.address.publicUrl,
      keyFingerprint: this.identity.keyFingerprint,
    }));
  }
}
