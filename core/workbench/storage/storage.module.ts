import { ContainerModule } from 'inversify';
import { AccountService } from '../accounts/account-service.ts';
import { ExtensionStorage } from './extension-storage.ts';
import { WorkbenchStorage, type KeyValueStorage } from './workbench-storage.ts';

/** @param storage the browser's `localStorage`, or what stands for it */
export const storageModule = (storage: KeyValueStorage): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(WorkbenchStorage).toConstantValue(new WorkbenchStorage(storage));
    bind(ExtensionStorage)
      .toResolvedValue(
        (accounts: AccountService) => new ExtensionStorage(storage, () => accounts.identity?.technician.id ?? 'nobody'),
        [AccountService],
      )
      .inSingletonScope();
  });
