import { ContainerModule } from 'inversify';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { GroupHandlers } from './group-handlers.ts';
import { GroupService } from './group-service.ts';

export const groupsModule = new ContainerModule(({ bind }) => {
  bind(GroupService)
    .toResolvedValue((store: Store) => new GroupService(store), [Store])
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue((groups: GroupService) => new GroupHandlers(groups), [GroupService])
    .inSingletonScope();
});
