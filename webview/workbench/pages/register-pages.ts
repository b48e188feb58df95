import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { registerEditor, registerPanelTab } from '../editors/editor-registry.ts';
import { logConnection } from '../extensions/output-source.ts';
import { registerAccountCommands } from '../accounts/account-commands.ts';
import { registerDashboard } from '../dashboard/register-dashboard.ts';
import { registerAssignmentRules } from '../assignment-rules/register-assignment-rules.ts';
import { registerDeviceMatches } from '../device-matches/register-device-matches.ts';
import { registerGroupMenus } from '../groups/group-menus.ts';
import { registerSetUpMethods } from '../set-ups/set-up-methods.ts';
import { deviceNameOf } from './hub.ts';
import { registerPageCommands } from './page-commands.ts';
import { preloadPages } from './preload-pages.ts';
import { setClock } from './times.ts';

/**
 * Adds the workbench's own pages, the tabs of its panel and the commands that open them. Once the services are provided;
 * each page's code is loaded when it is first opened.
 */
export function registerPages(): Disposable {
  setClock(() => inject(HubConnection).now());
  registerEditor({
    kind: 'device',
    title: ({ id }) => deviceNameOf(id),
    tag: 'lk-device-page',
    load: () => import('../devices/device-page.ts'),
  });
  registerEditor({
    kind: 'settings',
    title: () => t('settings.title'),
    tag: 'lk-settings-page',
    load: () => import('../settings/settings-page.ts'),
  });
  registerEditor({
    kind: 'profileJson',
    tag: 'lk-profile-json-page',
    load: () => import('../settings/profile-json-page.ts'),
  });
  registerEditor({
    kind: 'keybindings',
    title: () => t('keybindings.title'),
    tag: 'lk-keybindings-page',
    load: () => import('../keybindings/keybindings-page.ts'),
  });
  registerEditor({
    kind: 'administration',
    title: () => t('administration.title'),
    tag: 'lk-administration-page',
    load: () => import('../accounts/administration-page.ts'),
  });
  registerEditor({
    kind: 'tokens',
    title: ({ data }) => {
      const name = (data as { readonly name?: string } | undefined)?.name;
      return name === undefined ? t('administration.tokens') : t('administration.tokensNamed', { name });
    },
    tag: 'lk-tokens-page',
    load: () => import('../accounts/tokens-page.ts'),
  });
  registerEditor({
    kind: 'activity',
    title: () => t('activity.title'),
    tag: 'lk-audit-view',
    load: () => import('../audit/audit-view.ts'),
  });
  registerEditor({
    kind: 'extensions',
    title: () => t('extensions.title'),
    tag: 'lk-extensions-page',
    load: () => import('../extensions/extensions-page.ts'),
  });
  registerEditor({ kind: 'extensionPage', tag: 'lk-declared-page', load: () => import('./declared-page.ts') });
  registerEditor({
    kind: 'welcome',
    title: () => t('welcome.title'),
    tag: 'lk-welcome-page',
    load: () => import('../welcome/welcome-page.ts'),
  });
  registerPanelTab({
    kind: 'output',
    tag: 'lk-output-view',
    titleKey: 'output.title',
    order: 1,
    load: () => import('../extensions/output-view.ts'),
  });
  registerPanelTab({
    kind: 'activity',
    tag: 'lk-audit-view',
    titleKey: 'activity.title',
    order: 2,
    load: () => import('../audit/audit-view.ts'),
  });

  const store = new DisposableStore();
  store.add(logConnection());
  store.add(preloadPages());
  for (const register of [
    registerDashboard,
    registerPageCommands,
    registerAccountCommands,
    registerGroupMenus,
    registerSetUpMethods,
    registerDeviceMatches,
    registerAssignmentRules,
  ])
    store.add(register());
  return store;
}
