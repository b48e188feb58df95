import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { registerEditor } from '../editors/editor-registry.ts';
import { registerCoreCommands } from '../pages/core-command.ts';

const command = 'assignmentRules.show';

/** The page of assignment rules, and the ways to it. */
export function registerAssignmentRules(): Disposable {
  registerEditor({
    kind: 'assignmentRules',
    title: () => t('assignmentRules.title'),
    tag: 'lk-assignment-rules-page',
    load: () => import('./assignment-rules-page.ts'),
  });
  const store = new DisposableStore();
  store.add(
    registerCoreCommands([
      {
        command,
        title: '%assignmentRules.title%',
        category: '%assignmentRules.category%',
        icon: 'list-ordered',
        enablement: 'administrator',
        disabledReasons: [{ when: '!administrator', reason: '%command.administratorsOnly%' }],
        body: () => {
          const title = t('assignmentRules.title');
          inject(EditorService).open({ kind: 'assignmentRules', id: 'main', title, icon: 'list-ordered', data: {} });
          return null;
        },
      },
    ]),
  );
  const when = 'view == devices && administrator';
  store.add(inject(MenuService).register('view/title', { command, when, group: '5_tasks@2' }));
  return store;
}
