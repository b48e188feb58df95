import { ContainerModule } from 'inversify';
import { HubConnection } from '../connection/hub-connection.ts';
import { SetUpService } from './set-up-service.ts';

export const setUpsModule = new ContainerModule(({ bind }) => {
  bind(SetUpService)
    .toResolvedValue((connection: HubConnection) => new SetUpService(connection), [HubConnection])
    .inSingletonScope();
});
