import { wakeRequests } from '#protocol/wake.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { requireAdministrator } from '../workbench/technician-actor.ts';
import type { WakeService } from './wake-service.ts';
import type { WakeSettings } from './wake-settings.ts';

export class WakeHandlers implements WorkbenchHandlers {
  private readonly wakes: WakeService;
  private readonly settings: WakeSettings;

  constructor(wakes: WakeService, settings: WakeSettings) {
    this.wakes = wakes;
    this.settings = settings;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { wakes, settings } = this;
    registry.handle(
      wakeRequests.run,
      async ({ devices }, call) => ({ results: await wakes.run(call.actor, devices, call) }),
      { audit: 'device.wake' },
    );
    registry.handle(wakeRequests.relays, async (_, { actor }) => {
      requireAdministrator(actor, 'wake.relays');
      return { relays: await settings.relays() };
    });
    registry.handle(
      wakeRequests.setRelays,
      async ({ relays }, { actor }) => {
        await settings.setRelays(actor, relays);
        return {};
      },
      { audit: 'wake.setRelays' },
    );
    registry.handle(
      wakeRequests.setPassword,
      async ({ device, password }, { actor }) => {
        await settings.setPassword(actor, device, password);
        return {};
      },
      { audit: 'wake.setPassword' },
    );
  }
}
