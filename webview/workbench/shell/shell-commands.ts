import { languages } from '#core/base/l10n/localizer.ts';
import type { Disposable } from '#core/base/lifecycle.ts';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { LayoutService } from '#core/workbench/layout/layout-service.ts';
import { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import { QuickAccess } from '#core/workbench/quick-input/quick-access.ts';
import { QuickInputService } from '#core/workbench/quick-input/quick-input-service.ts';
import { ThemeService, type ThemeId } from '#core/workbench/themes/theme-service.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { focusPart } from '../layout/focus-parts.ts';
import { registerCoreCommands, type CoreCommand } from '../pages/core-command.ts';
import { devicesContainer } from './device-view.ts';

const view = '%category.view%';
const preferences = '%category.preferences%';
const themes: readonly ThemeId[] = ['auto', 'dark', 'light', 'highContrast', 'highContrastLight'];

const command = (id: string, category: string, run: () => unknown): CoreCommand => ({
  command: `workbench.${id}`,
  title: `%workbench.${id}%`,
  category,
  body: async () => {
    await run();
    return null;
  },
});

/** The commands of the shell itself: palette, layout, editors, theme, language. */
export function registerShellCommands(): Disposable {
  const editors = inject(EditorService);
  const layout = inject(LayoutService);
  return registerCoreCommands([
    // Not waited for: the palette is open until something is chosen.
    command('showCommands', view, () => void inject(QuickAccess).show('>')),
    command('quickOpen', view, () => void inject(QuickAccess).show('')),
    command('closeQuickInput', view, () => inject(QuickInputService).hide()),
    command('toggleSideBar', view, () => layout.toggleSideBar()),
    command('togglePanel', view, () => layout.togglePanel()),
    {
      ...command('showDevices', view, () => {
        layout.update({ sideBarVisible: true, activeContainer: devicesContainer });
        void document.querySelector('lk-workbench')?.focusSideBar();
      }),
      title: '%command.showDevices%',
    },
    { ...command('focusNextPart', view, () => focusPart(1)), title: '%sessions.focusNextPart%' },
    { ...command('focusPreviousPart', view, () => focusPart(-1)), title: '%sessions.focusPreviousPart%' },
    command('closeEditor', view, () => editors.close()),
    command('closeAllEditors', view, () => editors.closeAll()),
    command('reopenClosedEditor', view, () => editors.reopenClosed()),
    command('nextEditor', view, () => editors.activateNeighbour(1)),
    command('previousEditor', view, () => editors.activateNeighbour(-1)),
    command('clearNotifications', view, () => inject(NotificationService).clear()),
    command('reconnect', view, () => inject(HubConnection).retry()),
    command('selectTheme', preferences, selectTheme),
    command('changeLanguage', preferences, changeLanguage),
  ]);
}

async function selectTheme(): Promise<void> {
  const service = inject(ThemeService);
  const items = themes.map((id) => ({ id, label: t(`settings.theme.${id}`), ...ticked(id === service.current) }));
  const picked = await inject(QuickInputService).pick({ title: t('theme.title'), items });
  if (Array.isArray(picked)) await service.set(picked[0] as ThemeId);
}

async function changeLanguage(): Promise<void> {
  const configuration = inject(ConfigurationService);
  const current = configuration.get<string>('workbench.language');
  const items = ['auto', ...languages].map((id) => ({
    id,
    label: t(id === 'auto' ? 'settings.language.auto' : `language.${id}`),
    ...ticked(id === current),
  }));
  const picked = await inject(QuickInputService).pick({ title: t('language.title'), items });
  if (Array.isArray(picked)) await configuration.set('workbench.language', picked[0]);
}

const ticked = (is: boolean): { icon?: string } => (is ? { icon: 'check' } : {});
