import { ContainerModule } from 'inversify';
import { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { LayoutService } from './layout-service.ts';

export const layoutModule = new ContainerModule(({ bind }) => {
  bind(LayoutService)
    .toResolvedValue((storage: WorkbenchStorage) => new LayoutService(storage), [WorkbenchStorage])
    .inSingletonScope();
});
