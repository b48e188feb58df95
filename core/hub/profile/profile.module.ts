import { ContainerModule } from 'inversify';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { ProfileHandlers } from './profile-handlers.ts';
import { ProfileService } from './profile-service.ts';

export const profileModule = new ContainerModule(({ bind }) => {
  bind(ProfileService)
    .toResolvedValue((store: Store) => new ProfileService(store), [Store])
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (profile: ProfileService, connections: WorkbenchConnections) => new ProfileHandlers(profile, connections),
      [ProfileService, WorkbenchConnections],
    )
    .inSingletonScope();
});
