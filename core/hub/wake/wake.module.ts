import { ContainerModule } from 'inversify';
import { MagicPacketSender } from '#core/base/wake/magic-packet-sender.ts';
import { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import { HubOptions } from '../hub-options.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { PresenceTracker } from '../presence/presence-tracker.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { Store } from '../store/store.ts';
import { SecretSeal } from '../two-factor/secret-seal.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { WakeDispatch } from './wake-dispatch.ts';
import { WakeHandlers } from './wake-handlers.ts';
import { WakeService } from './wake-service.ts';
import { WakeSettings } from './wake-settings.ts';

/** Seconds that a device has to check in. */
const usualTimeLimit = 120;

export const wakeModule = new ContainerModule(({ bind }) => {
  bind(WakeSettings)
    .toResolvedValue(
      (store: Store, permissions: PermissionService, identity: HubIdentity) =>
        new WakeSettings(store, permissions, new SecretSeal(identity.deriveKey('wake'))),
      [Store, PermissionService, HubIdentity],
    )
    .inSingletonScope();
  bind(WakeService)
    .toResolvedValue(
      (
        store: Store,
        permissions: PermissionService,
        presence: PresenceTracker,
        endpoints: LiveEndpoints,
        settings: WakeSettings,
        { times }: HubOptions,
      ) => {
        const dispatch = new WakeDispatch(endpoints, new MagicPacketSender());
        const timeLimit = times?.wake ?? usualTimeLimit;
        return new WakeService({ store, permissions, presence, endpoints, settings, dispatch, timeLimit });
      },
      [Store, PermissionService, PresenceTracker, LiveEndpoints, WakeSettings, HubOptions],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (wakes: WakeService, settings: WakeSettings) => new WakeHandlers(wakes, settings),
      [WakeService, WakeSettings],
    )
    .inSingletonScope();
});
