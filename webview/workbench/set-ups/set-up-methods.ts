import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { registerEditor } from '../editors/editor-registry.ts';
import { registerCoreCommands } from '../pages/core-command.ts';

const command = 'setUp.chooseMethod';

/** The page on which people choose how to set up unattended access, and the ways to it. */
export function registerSetUpMethods(): Disposable {
  registerEditor({
    kind: 'setUpMethods',
    title: () => t('setUpMethods.title'),
    tag: 'lk-set-up-methods-page',
    load: () => import('./set-up-methods-page.ts'),
  });
  const store = new DisposableStore();
  store.add(
    registerCoreCommands([
      {
        command,
        title: '%setUpMethods.command%',
        category: '%setUpMethods.category%',
        icon: 'add',
        body: () => {
          const title = t('setUpMethods.title');
          inject(EditorService).open({ kind: 'setUpMethods', id: 'main', title, icon: 'add', data: {} });
          return null;
        },
      },
    ]),
  );
  const menus = inject(MenuService);
  store.add(menus.register('view/title', { command, when: 'view == devices', group: 'navigation@0' }));
  return store;
}
