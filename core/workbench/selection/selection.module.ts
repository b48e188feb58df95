import { ContainerModule } from 'inversify';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { SelectionService } from './selection-service.ts';

export const selectionModule = new ContainerModule(({ bind }) => {
  bind(SelectionService)
    .toResolvedValue((contextKeys: ContextKeyService) => new SelectionService(contextKeys), [ContextKeyService])
    .inSingletonScope();
});
