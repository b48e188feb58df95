import { ContainerModule } from 'inversify';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { GroupService } from '../groups/group-service.ts';
import { HubPart } from '../hub-part.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { PresenceTracker } from '../presence/presence-tracker.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { ChangeLog } from './change-log.ts';
import { DeviceEvents } from './device-events.ts';
import { DeviceFeed } from './device-feed.ts';
import { DeviceHandlers } from './device-handlers.ts';
import { DeviceParticulars } from './device-particulars.ts';
import { DeviceService } from './device-service.ts';

export const devicesModule = new ContainerModule(({ bind }) => {
  bind(DeviceEvents)
    .toResolvedValue(() => new DeviceEvents(), [])
    .inSingletonScope();
  bind(DeviceFeed)
    .toResolvedValue(
      (
        store: Store,
        events: DeviceEvents,
        groups: GroupService,
        directory: TechnicianDirectory,
        connections: WorkbenchConnections,
      ) => new DeviceFeed(store, new ChangeLog(store), events, groups, directory, connections),
      [Store, DeviceEvents, GroupService, TechnicianDirectory, WorkbenchConnections],
    )
    .inSingletonScope();
  bind(HubPart).toService(DeviceFeed);
  bind(DeviceService)
    .toResolvedValue(
      (store: Store, events: DeviceEvents, permissions: PermissionService, presence: PresenceTracker) =>
        new DeviceService(store, events, permissions, presence),
      [Store, DeviceEvents, PermissionService, PresenceTracker],
    )
    .inSingletonScope();
  bind(DeviceParticulars)
    .toResolvedValue(
      (store: Store, presence: PresenceTracker) => new DeviceParticulars(store, presence),
      [Store, PresenceTracker],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (devices: DeviceService, feed: DeviceFeed, particulars: DeviceParticulars) =>
        new DeviceHandlers(devices, feed, particulars),
      [DeviceService, DeviceFeed, DeviceParticulars],
    )
    .inSingletonScope();
});
