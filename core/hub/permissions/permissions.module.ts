import { ContainerModule } from 'inversify';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { HubPart } from '../hub-part.ts';
import { Store } from '../store/store.ts';
import { UserGroupService } from '../user-groups/user-group-service.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { PermissionHandlers } from './permission-handlers.ts';
import { PermissionService } from './permission-service.ts';

export const permissionsModule = new ContainerModule(({ bind }) => {
  bind(PermissionService)
    .toResolvedValue(
      (store: Store, directory: TechnicianDirectory, userGroups: UserGroupService) =>
        new PermissionService(store, directory, userGroups),
      [Store, TechnicianDirectory, UserGroupService],
    )
    .inSingletonScope();
  bind(HubPart).toService(PermissionService);
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (permissions: PermissionService, connections: WorkbenchConnections) =>
        new PermissionHandlers(permissions, connections),
      [PermissionService, WorkbenchConnections],
    )
    .inSingletonScope();
});
