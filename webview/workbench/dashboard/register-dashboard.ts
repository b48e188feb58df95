import type { Disposable } from '#core/base/lifecycle.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { registerEditor } from '../editors/editor-registry.ts';
import { registerCoreCommands } from '../pages/core-command.ts';

const view = '%command.category.view%';
export const showDashboard = 'workbench.showDashboard';

/** The dashboard, the command that opens it, and those that show what it speaks of. */
export function registerDashboard(): Disposable {
  registerEditor({
    kind: 'dashboard',
    title: () => t('dashboard.title'),
    tag: 'lk-dashboard-page',
    load: () => import('./dashboard-page.ts'),
  });
  return registerCoreCommands([
    {
      command: showDashboard,
      title: '%dashboard.command%',
      category: view,
      icon: 'dashboard',
      body: () => {
        const title = t('dashboard.title');
        inject(EditorService).open({ kind: 'dashboard', id: 'main', title, icon: 'dashboard', data: {} });
        return null;
      },
    },
    {
      command: 'workbench.filterDevices',
      title: '%dashboard.filterDevices%',
      category: view,
      icon: 'filter',
      arguments: {
        type: 'object',
        properties: {
          query: {
            type: 'string',
            title: '%dashboard.filterDevices.query%',
            description: '%dashboard.filterDevices.queryHelp%',
            maxLength: 1000,
          },
        },
        required: ['query'],
        additionalProperties: false,
      },
      body: async ({ query }) => {
        await document.querySelector('lk-workbench')?.filterDevices(String(query));
        return null;
      },
    },
    {
      command: 'workbench.showWaiting',
      title: '%dashboard.showWaiting%',
      category: view,
      icon: 'watch',
      body: async () => {
        await document.querySelector('lk-workbench')?.showWaiting();
        return null;
      },
    },
  ]);
}
