import { ContainerModule } from 'inversify';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { HubPart } from '../hub-part.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { UserGroupHandlers } from './user-group-handlers.ts';
import { UserGroupService } from './user-group-service.ts';

export const userGroupsModule = new ContainerModule(({ bind }) => {
  bind(UserGroupService)
    .toResolvedValue((store: Store) => new UserGroupService(store), [Store])
    .inSingletonScope();
  bind(HubPart).toService(UserGroupService);
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (userGroups: UserGroupService, directory: TechnicianDirectory, connections: WorkbenchConnections) =>
        new UserGroupHandlers(userGroups, directory, connections),
      [UserGroupService, TechnicianDirectory, WorkbenchConnections],
    )
    .inSingletonScope();
});
