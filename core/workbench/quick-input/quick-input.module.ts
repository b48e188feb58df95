import { ContainerModule } from 'inversify';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { QuickAccess } from './quick-access.ts';
import { QuickInputService } from './quick-input-service.ts';

export const quickInputModule = new ContainerModule(({ bind }) => {
  bind(QuickInputService)
    .toResolvedValue((contextKeys: ContextKeyService) => new QuickInputService(contextKeys), [ContextKeyService])
    .inSingletonScope();
  bind(QuickAccess)
    .toResolvedValue((quickInput: QuickInputService) => new QuickAccess(quickInput), [QuickInputService])
    .inSingletonScope();
});
