import { ContainerModule } from 'inversify';
import { HubConnection } from '../connection/hub-connection.ts';
import { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { ProfileService } from './profile-service.ts';

export const profileModule = new ContainerModule(({ bind }) => {
  bind(ProfileService)
    .toResolvedValue(
      (connection: HubConnection, storage: WorkbenchStorage) => new ProfileService(connection, storage),
      [HubConnection, WorkbenchStorage],
    )
    .inSingletonScope();
});
