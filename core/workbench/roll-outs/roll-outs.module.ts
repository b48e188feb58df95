import { ContainerModule } from 'inversify';
import { HubConnection } from '../connection/hub-connection.ts';
import { RollOutService } from './roll-out-service.ts';

export const rollOutsModule = new ContainerModule(({ bind }) => {
  bind(RollOutService)
    .toResolvedValue((connection: HubConnection) => new RollOutService(connection), [HubConnection])
    .inSingletonScope();
});
