import { ContainerModule } from 'inversify';
import { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { EditorService } from './editor-service.ts';

export const editorsModule = new ContainerModule(({ bind }) => {
  bind(EditorService)
    .toResolvedValue((storage: WorkbenchStorage) => new EditorService(storage), [WorkbenchStorage])
    .inSingletonScope();
});
