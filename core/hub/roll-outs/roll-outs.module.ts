import { ContainerModule } from 'inversify';
import { Authenticator } from '../accounts/authenticator.ts';
import { DeviceEvents } from '../devices/device-events.ts';
import { GroupService } from '../groups/group-service.ts';
import { HttpRoutes } from '../http/http-routes.ts';
import { HubAddress } from '../http/hub-address.ts';
import { HubPart } from '../hub-part.ts';
import { InstallerFileService } from '../installers/installer-file-service.ts';
import { InstallerService } from '../installers/installer-service.ts';
import { HubLogger } from '../log/logger.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { RollOutFeed } from './roll-out-feed.ts';
import { RollOutFileService } from './roll-out-file-service.ts';
import { RollOutHandlers } from './roll-out-handlers.ts';
import { RollOutProgressReader } from './roll-out-progress.ts';
import { RollOutRoutes } from './roll-out-routes.ts';
import { RollOutService } from './roll-out-service.ts';

export const rollOutsModule = new ContainerModule(({ bind }) => {
  bind(RollOutService)
    .toResolvedValue(
      (store: Store, permissions: PermissionService, groups: GroupService, installers: InstallerService) =>
        new RollOutService(store, permissions, groups, installers),
      [Store, PermissionService, GroupService, InstallerService],
    )
    .inSingletonScope();
  bind(RollOutProgressReader)
    .toResolvedValue((store: Store) => new RollOutProgressReader(store), [Store])
    .inSingletonScope();
  bind(RollOutFileService)
    .toResolvedValue(
      (rollOuts: RollOutService, installers: InstallerFileService, address: HubAddress) =>
        new RollOutFileService(rollOuts, installers, address),
      [RollOutService, InstallerFileService, HubAddress],
    )
    .inSingletonScope();
  bind(HubPart)
    .toResolvedValue(
      (
        store: Store,
        rollOuts: RollOutService,
        devices: DeviceEvents,
        connections: WorkbenchConnections,
        logger: HubLogger,
      ) =>
        new RollOutFeed(store, rollOuts, devices, connections, (error) =>
          logger.error({ err: error }, 'Workbenches could not be told of roll-outs'),
        ),
      [Store, RollOutService, DeviceEvents, WorkbenchConnections, HubLogger],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (rollOuts: RollOutService, progress: RollOutProgressReader, files: RollOutFileService) =>
        new RollOutHandlers(rollOuts, progress, files),
      [RollOutService, RollOutProgressReader, RollOutFileService],
    )
    .inSingletonScope();
  bind(HttpRoutes)
    .toResolvedValue(
      (files: RollOutFileService, authenticator: Authenticator) => new RollOutRoutes(files, authenticator),
      [RollOutFileService, Authenticator],
    )
    .inSingletonScope();
});
