import { deviceMatchRequests } from '#protocol/device-matches.ts';
import type { Store } from '../store/store.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { DeviceMatchService } from './device-match-service.ts';
import type { DeviceMerges } from './device-merges.ts';
import { readMatchSettings, writeMatchSettings } from './match-settings.ts';

export class DeviceMatchHandlers implements WorkbenchHandlers {
  private readonly matches: DeviceMatchService;
  private readonly merges: DeviceMerges;
  private readonly store: Store;

  constructor(matches: DeviceMatchService, merges: DeviceMerges, store: Store) {
    this.matches = matches;
    this.merges = merges;
    this.store = store;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { matches, merges, store } = this;
    registry.handle(deviceMatchRequests.list, async (_, { actor }) => ({ matches: await matches.list(actor) }));
    registry.handle(
      deviceMatchRequests.decide,
      ({ match, decision }, { actor }) => matches.decide(actor, match, decision),
      { audit: 'deviceMatch.decide' },
    );
    registry.handle(deviceMatchRequests.compare, ({ one, other }, { actor }) => merges.compare(actor, one, other));
    registry.handle(deviceMatchRequests.merge, ({ keep, gone }, { actor }) => merges.merge(actor, keep, gone), {
      audit: 'deviceMatch.merge',
    });
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
