import { ContainerModule } from 'inversify';
import { HubConnection } from '../connection/hub-connection.ts';
import { AccountService } from './account-service.ts';

export const accountsModule = new ContainerModule(({ bind }) => {
  bind(AccountService)
    .toResolvedValue((connection: HubConnection) => new AccountService(connection), [HubConnection])
    .inSingletonScope();
});
