import { ContainerModule } from 'inversify';
import { MagicPacketSender } from '#core/base/wake/magic-packet-sender.ts';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import { HubOptions } from '../hub-options.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { PresenceTracker } from '../presence/presence-tracker.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { Store } from '../store/store.ts';
import { SecretSeal } from '../two-factor/secret-seal.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { WakeDispatch } from './wake-dispatch.ts';
import { WakeHandlers } from './wake-handlers.ts';
import { WakeRecords } from './wake-records.ts';
import { WakeScheduleFeed } from './wake-schedule-feed.ts';
import { WakeScheduler } from './wake-scheduler.ts';
import { WakeSchedules } from './wake-schedules.ts';
import { WakeService } from './wake-service.ts';
import { WakeSettings } from './wake-settings.ts';

/** Seconds that a device has to check in. */
const usualTimeLimit = 120;
/** Seconds that endpoints have to come back after the hub has started, before a wake that was due by then is sent. */
const usualSettling = 60;

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
  bind(WakeRecords)
    .toResolvedValue((store: Store) => new WakeRecords(store), [Store])
    .inSingletonScope();
  bind(WakeSchedules)
    .toResolvedValue(
      (store: Store, permissions: PermissionService, records: WakeRecords, { now = Date.now }: HubOptions) =>
        new WakeSchedules(store, permissions, records, now),
      [Store, PermissionService, WakeRecords, HubOptions],
    )
    .inSingletonScope();
  bind(WakeScheduler)
    .toResolvedValue(
      (
        store: Store,
        directory: TechnicianDirectory,
        permissions: PermissionService,
        wakes: WakeService,
        records: WakeRecords,
        logger: HubLogger,
        { now = Date.now, times }: HubOptions,
      ) => {
        const settle = times?.settle ?? usualSettling;
        return new WakeScheduler({ store, directory, permissions, wakes, records, logger, now, settle });
      },
      [Store, TechnicianDirectory, PermissionService, WakeService, WakeRecords, HubLogger, HubOptions],
    )
    .inSingletonScope();
  bind(HubPart).toService(WakeScheduler);
  bind(HubPart)
    .toResolvedValue(
      (records: WakeRecords, connections: WorkbenchConnections) => new WakeScheduleFeed(records, connections),
      [WakeRecords, WorkbenchConnections],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (wakes: WakeService, settings: WakeSettings, schedules: WakeSchedules, records: WakeRecords) =>
        new WakeHandlers(wakes, settings, schedules, records),
      [WakeService, WakeSettings, WakeSchedules, WakeRecords],
    )
    .inSingletonScope();
});
