import { joinPath } from '#protocol/join.ts';
import { portalPageRequests as requests, portalPath } from '#protocol/portal.ts';
import type { HubAddress } from '../http/hub-address.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { PortalAppearanceService } from './portal-appearance-service.ts';

export class PortalHandlers implements WorkbenchHandlers {
  private readonly appearance: PortalAppearanceService;
  private readonly address: HubAddress;

  constructor(appearance: PortalAppearanceService, address: HubAddress) {
    this.appearance = appearance;
    this.address = address;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(requests.get, () => {
      const { publicUrl } = this.address;
      return { appearance: this.appearance.current, link: publicUrl + portalPath, joinLink: publicUrl + joinPath };
    });
    registry.handle(requests.setAppearance, (appearance, { actor }) => this.appearance.set(actor, appearance), {
      audit: 'portal.setAppearance',
    });
  }
}
