import { ContainerModule } from 'inversify';
import { HubConnection } from '../connection/hub-connection.ts';
import { SetUpMethods } from './set-up-methods.ts';
import { SetUpService } from './set-up-service.ts';

export const setUpsModule = new ContainerModule(({ bind }) => {
  bind(SetUpMethods).toSelf().inSingletonScope();
  bind(SetUpService)
    .toResolvedValue((connection: HubConnection) => new SetUpService(connection), [HubConnection])
    .inSingletonScope();
});
