import { ContainerModule } from 'inversify';
import { CommandRegistry } from '../commands/command-registry.ts';
import { CommandService } from '../commands/command-service.ts';
import { ConfigurationService } from '../configuration/configuration-service.ts';
import { HubConnection } from '../connection/hub-connection.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { normalizeKey } from '../keybindings/key-syntax.ts';
import { KeybindingService } from '../keybindings/keybinding-service.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { MenuService } from '../menus/menu-service.ts';
import { SetUpMethods } from '../set-ups/set-up-methods.ts';
import { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { ViewRegistry } from '../views/view-registry.ts';
import { ExtensionActivator } from './extension-activator.ts';
import { ExtensionContributions } from './extension-contributions.ts';
import { ExtensionLog } from './extension-log.ts';
import { ExtensionRegistry } from './extension-registry.ts';
import { ViewRefreshes } from './view-refreshes.ts';
import { WalkthroughRegistry } from './walkthrough-registry.ts';

/** Who runs the extensions (`ExtensionActivator`) is bound by the extension host. */
export const extensionsModule = new ContainerModule(({ bind }) => {
  bind(ExtensionLog).toSelf().inSingletonScope();
  bind(ViewRefreshes).toSelf().inSingletonScope();
  bind(WalkthroughRegistry)
    .toResolvedValue(
      (storage: WorkbenchStorage, contextKeys: ContextKeyService, commands: CommandService) => {
        const walkthroughs = new WalkthroughRegistry(storage, contextKeys);
        commands.ran$.subscribe((command) => walkthroughs.completeBy(`onCommand:${command}`));
        return walkthroughs;
      },
      [WorkbenchStorage, ContextKeyService, CommandService],
    )
    .inSingletonScope();
  bind(ExtensionRegistry)
    .toResolvedValue(
      (connection: HubConnection, storage: WorkbenchStorage, l10n: LocalizationService, views: ViewRegistry) =>
        new ExtensionRegistry(connection, storage, l10n, {
          hasContainer: (id) => views.views(id).length > 0,
          hasView: (id) => views.view(id) !== undefined,
          keyProblem: (key) =>
            normalizeKey(key) === undefined ? `"${key}" is no key, such as "ctrl+k f2"` : undefined,
        }),
      [HubConnection, WorkbenchStorage, LocalizationService, ViewRegistry],
    )
    .inSingletonScope();
  bind(ExtensionContributions)
    .toResolvedValue(
      (
        registry: ExtensionRegistry,
        activator: ExtensionActivator,
        refreshes: ViewRefreshes,
        commands: CommandRegistry,
        menus: MenuService,
        views: ViewRegistry,
        keybindings: KeybindingService,
        configuration: ConfigurationService,
        walkthroughs: WalkthroughRegistry,
        setUpMethods: SetUpMethods,
      ) =>
        new ExtensionContributions(registry, activator, refreshes, {
          commands,
          menus,
          views,
          keybindings,
          configuration,
          walkthroughs,
          setUpMethods,
        }),
      [
        ExtensionRegistry,
        ExtensionActivator,
        ViewRefreshes,
        CommandRegistry,
        MenuService,
        ViewRegistry,
        KeybindingService,
        ConfigurationService,
        WalkthroughRegistry,
        SetUpMethods,
      ],
    )
    .inSingletonScope();
});
