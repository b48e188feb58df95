import type { Disposable } from '#core/base/lifecycle.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { ExtensionHost } from '#core/extension-host/common/extension-host.ts';
import { LayoutService } from '#core/workbench/layout/layout-service.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { openKeybindingsJson } from '../keybindings/keybindings-source.ts';
import { openSettingsJson } from '../settings/settings-source.ts';
import { registerCoreCommands, showDialog } from './core-command.ts';

const preferences = '%command.category.preferences%';
const view = '%command.category.view%';
const help = '%command.category.help%';

const open = (kind: string, titleKey: string, icon: string, data: unknown = {}): null => {
  inject(EditorService).open({ kind, id: 'main', title: t(titleKey), icon, data });
  return null;
};

/** The commands that open the workbench's own pages. */
export const registerPageCommands = (): Disposable =>
  registerCoreCommands([
    {
      command: 'workbench.openSettings',
      title: '%command.openSettings%',
      category: preferences,
      icon: 'settings-gear',
      body: () => open('settings', 'settings.title', 'settings-gear'),
    },
    {
      command: 'workbench.openSettingsJson',
      title: '%command.openSettingsJson%',
      category: preferences,
      icon: 'json',
      body: () => (openSettingsJson(), null),
    },
    {
      command: 'workbench.openKeybindings',
      title: '%command.openKeybindings%',
      category: preferences,
      icon: 'keyboard',
      body: () => open('keybindings', 'keybindings.title', 'keyboard'),
    },
    {
      command: 'workbench.openKeybindingsJson',
      title: '%command.openKeybindingsJson%',
      category: preferences,
      icon: 'json',
      body: () => (openKeybindingsJson(), null),
    },
    {
      command: 'workbench.showExtensions',
      title: '%command.showExtensions%',
      category: view,
      icon: 'extensions',
      body: () => open('extensions', 'extensions.title', 'extensions'),
    },
    {
      command: 'extension.restart',
      title: '%command.restartExtension%',
      category: view,
      effect: 'change',
      arguments: {
        type: 'object',
        properties: { extension: { type: 'string', title: '%command.extensionName%' } },
        required: ['extension'],
      },
      body: async ({ extension }) => {
        await inject(ExtensionHost).restart(String(extension));
        return null;
      },
    },
    {
      command: 'workbench.showActivity',
      title: '%command.showActivity%',
      category: view,
      icon: 'history',
      body: () => open('activity', 'activity.title', 'history'),
    },
    {
      command: 'workbench.showOutput',
      title: '%command.showOutput%',
      category: view,
      icon: 'output',
      body: () => {
        inject(LayoutService).update({ panelVisible: true, activePanel: 'output' });
        return null;
      },
    },
    {
      command: 'workbench.showWelcome',
      title: '%command.showWelcome%',
      category: help,
      icon: 'info',
      body: () => open('welcome', 'welcome.title', 'info'),
    },
    {
      command: 'workbench.about',
      title: '%command.about%',
      category: help,
      body: async () => {
        await import('../welcome/about-dialog.ts');
        showDialog('lk-about-dialog');
        return null;
      },
    },
  ]);
