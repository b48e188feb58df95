import { ContainerModule } from 'inversify';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { ViewRegistry } from './view-registry.ts';

export const viewsModule = new ContainerModule(({ bind }) => {
  bind(ViewRegistry)
    .toResolvedValue((contextKeys: ContextKeyService) => new ViewRegistry(contextKeys), [ContextKeyService])
    .inSingletonScope();
});
