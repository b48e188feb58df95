import type { Subscription } from 'rxjs';
import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import type { CommandRegistry } from '../commands/command-registry.ts';
import type { ConfigurationService } from '../configuration/configuration-service.ts';
import type { KeybindingService } from '../keybindings/keybinding-service.ts';
import type { MenuService } from '../menus/menu-service.ts';
import type { SetUpMethods } from '../set-ups/set-up-methods.ts';
import type { ViewRegistry } from '../views/view-registry.ts';
import type { ExtensionActivator } from './extension-activator.ts';
import type { ExtensionRegistry, RegisteredExtension } from './extension-registry.ts';
import type { ViewRefreshes } from './view-refreshes.ts';
import type { WalkthroughRegistry } from './walkthrough-registry.ts';

/** Where contributions go. */
export interface ContributionTargets {
  readonly commands: Pick<CommandRegistry, 'register'>;
  readonly menus: Pick<MenuService, 'register' | 'registerSubmenu'>;
  readonly views: Pick<ViewRegistry, 'registerContainer' | 'registerView' | 'registerWelcome' | 'registerSource'>;
  readonly keybindings: Pick<KeybindingService, 'register'>;
  readonly configuration: Pick<ConfigurationService, 'register'>;
  readonly walkthroughs: Pick<WalkthroughRegistry, 'register'>;
  readonly setUpMethods: Pick<SetUpMethods, 'register'>;
}

/** The workbench's own containers come first. */
const firstOrder = 100;

/** Puts what the extensions' manifests declare where it belongs, and takes it back when an extension goes. */
export class ExtensionContributions implements Disposable {
  private readonly registry: Pick<ExtensionRegistry, 'set$' | 'report'>;
  private readonly activator: ExtensionActivator;
  private readonly targets: ContributionTargets;
  private readonly registered = new Map<
    string,
    { readonly extension: RegisteredExtension; readonly store: DisposableStore }
  >();
  private readonly refreshes: ViewRefreshes;
  private subscription: Subscription | undefined;

  constructor(
    registry: Pick<ExtensionRegistry, 'set$' | 'report'>,
    activator: ExtensionActivator,
    refreshes: ViewRefreshes,
    targets: ContributionTargets,
  ) {
    this.registry = registry;
    this.activator = activator;
    this.refreshes = refreshes;
    this.targets = targets;
  }

  start(): void {
    this.subscription = this.registry.set$.subscribe(({ extensions }) => this.follow(extensions));
  }

  dispose(): void {
    this.subscription?.unsubscribe();
    for (const { store } of this.registered.values()) store.dispose();
    this.registered.clear();
  }

  private follow(extensions: readonly RegisteredExtension[]): void {
    const wanted = new Map(extensions.map((extension) => [extension.name, extension]));
    for (const [name, { extension, store }] of [...this.registered]) {
      if (sameManifest(wanted.get(name), extension)) continue;
      this.registered.delete(name);
      store.dispose();
    }
    extensions.forEach((extension, index) => {
      if (this.registered.has(extension.name)) return;
      const store = new DisposableStore();
      this.registered.set(extension.name, { extension, store });
      try {
        this.add(extension, store, firstOrder + index);
      } catch (error) {
        // It clashes with something of the workbench's own: all of it or nothing.
        store.dispose();
        this.registry.report(extension.name, error);
      }
    });
  }

  private add(extension: RegisteredExtension, store: DisposableStore, order: number): void {
    const { name, contributor } = extension;
    const { contributes } = extension.offered.manifest;
    const { commands, menus, views, keybindings, configuration, walkthroughs, setUpMethods } = this.targets;

    for (const command of contributes.commands) {
      const body = (args: Record<string, unknown>, call: Parameters<ExtensionActivator['executeCommand']>[3]) =>
        this.activator.executeCommand(name, command.command, args, call);
      store.add(commands.register(command, contributor, body));
    }
    for (const submenu of contributes.submenus) store.add(menus.registerSubmenu(submenu, contributor));
    for (const [location, items] of Object.entries(contributes.menus)) {
      for (const item of items) store.add(menus.register(location, item));
    }
    for (const binding of contributes.keybindings) store.add(keybindings.register(binding, 'extension'));
    if (contributes.configuration) store.add(configuration.register(contributes.configuration, contributor));
    for (const location of ['activitybar', 'panel'] as const) {
      contributes.viewsContainers[location].forEach((container, index) =>
        store.add(views.registerContainer({ ...container, location, order: order + index / 100 }, contributor)),
      );
    }
    for (const [container, list] of Object.entries(contributes.views)) {
      list.forEach((view, index) => {
        const registered = { ...view, container, kind: 'tree', order: order + index / 100 };
        store.add(views.registerView(registered, contributor));
        store.add(
          views.registerSource(view.id, {
            children: (node) => this.activator.treeChildren(name, view.id, node),
            changes$: this.refreshes.of(view.id),
          }),
        );
      });
    }
    for (const welcome of contributes.viewsWelcome) store.add(views.registerWelcome(welcome, contributor));
    for (const walkthrough of contributes.walkthroughs) store.add(walkthroughs.register(walkthrough, contributor));
    for (const method of contributes.setUpMethods) store.add(setUpMethods.register(method, contributor));
  }
}

/** Its bundle may be another one: that is the host's affair. */
function sameManifest(now: RegisteredExtension | undefined, before: RegisteredExtension): boolean {
  return now !== undefined && JSON.stringify(now.offered.manifest) === JSON.stringify(before.offered.manifest);
}
