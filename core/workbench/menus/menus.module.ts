import { ContainerModule } from 'inversify';
import { CommandRegistry } from '../commands/command-registry.ts';
import { CommandService } from '../commands/command-service.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { MenuService } from './menu-service.ts';

export const menusModule = new ContainerModule(({ bind }) => {
  bind(MenuService)
    .toResolvedValue(
      (registry: CommandRegistry, commands: CommandService, contextKeys: ContextKeyService) =>
        new MenuService(registry, commands, contextKeys),
      [CommandRegistry, CommandService, ContextKeyService],
    )
    .inSingletonScope();
});
