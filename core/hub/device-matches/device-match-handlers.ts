import { deviceMatchRequests } from '#protocol/device-matches.ts';
import type { Store } from '../store/store.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { DeviceMatchService } from './device-match-service.ts';
import { readMatchSettings, writeMatchSettings } from './match-settings.ts';

export class DeviceMatchHandlers implements WorkbenchHandlers {
  private readonly matches: DeviceMatchService;
  private readonly store: Store;

  constructor(matches: DeviceMatchService, store: Store) {
    this.matches = matches;
    this.store = store;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { matches, store } = this;
    registry.handle(deviceMatchRequests.list, async (_, { actor }) => ({ matches: await matches.list(actor) }));
    registry.handle(
      deviceMatchRequests.decide,
      ({ match, decision }, { actor }) => matches.decide(actor, match, decision),
      { audit: 'deviceMatch.decide' },
    );
    registry.handle(deviceMatchRequests.settings, () => readMatchSettings(store.read));
    registry.handle(
      deviceMatchRequests.setSettings,
      async (wanted, { actor }) => {
        await writeMatchSettings(store, actor, wanted);
        return {};
      },
      { audit: 'deviceMatch.settings' },
    );
  }
}
