import { ContainerModule } from 'inversify';
import { ContextKeyService } from './context-key-service.ts';

export const contextKeysModule = new ContainerModule(({ bind }) => {
  bind(ContextKeyService).toSelf().inSingletonScope();
});
