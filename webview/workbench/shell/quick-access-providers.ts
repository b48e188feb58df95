import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { DevicePicks } from '#core/workbench/devices/device-picks.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { QuickAccess } from '#core/workbench/quick-input/quick-access.ts';
import { rankItems, type QuickPickItem, type ShownItem } from '#core/workbench/quick-input/quick-pick.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { keysOf } from '../keybindings/keys-of.ts';
import { openDevice } from '../pages/hub.ts';

const hidden = new Set(['workbench.closeQuickInput', 'workbench.showCommands']);

/** What the quick input offers by itself: commands behind `>`, devices without a prefix. */
export function registerQuickAccess(): void {
  const access = inject(QuickAccess);
  const l10n = inject(LocalizationService);
  access.register({
    prefix: '>',
    help: () => l10n.t('palette.help'),
    placeholder: () => l10n.t('palette.placeholder'),
    items: (text) => rankItems(commandItems(text.trim() === ''), text),
    changes$: inject(CommandRegistry).changes$,
    accept: (id) => void inject(CommandService).runAndReport(id, undefined, { source: 'palette' }),
  });
  access.register({
    prefix: '',
    help: () => l10n.t('quickOpen.help'),
    placeholder: () => l10n.t('quickOpen.placeholder'),
    items: deviceItems,
    accept: acceptDevice,
  });
}

function commandItems(grouped: boolean): QuickPickItem[] {
  const l10n = inject(LocalizationService);
  const commands = inject(CommandService);
  const menus = inject(MenuService);
  const recent = commands.recent;
  const place = (id: string): number => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  const shown = inject(CommandRegistry)
    .all()
    .filter(({ id }) => !hidden.has(id) && menus.isInPalette(id))
    .sort((a, b) => place(a.id) - place(b.id) || a.label.localeCompare(b.label, l10n.language));
  const firstOther = shown.find(({ id }) => !recent.includes(id))?.id;
  return shown.map(({ id, label }, index) => {
    const enablement = commands.enablement(id);
    const heading =
      index === 0 && recent.includes(id)
        ? 'palette.recent'
        : id === firstOther && index > 0
          ? 'palette.others'
          : undefined;
    return {
      id,
      label,
      keybinding: keysOf(id),
      disabled: enablement.enabled ? undefined : enablement.reason,
      separator: grouped && heading ? l10n.t(heading) : undefined,
    };
  });
}

const inTable = 'table ';

const deviceItems = (text: string): ReturnType<DevicePicks['items']> =>
  inject(DevicePicks).items(text, ({ devices }) =>
    text.trim() === '' ? {} : { last: [tableItem(text, devices.length)] },
  );

const tableItem = (text: string, count: number): ShownItem => ({
  id: inTable + text,
  label: t('deviceTable.showFound', { count }),
  icon: 'table',
  separator: t('deviceTable.title'),
  labelHighlights: [],
  descriptionHighlights: [],
});

function acceptDevice(id: string): void {
  if (!id.startsWith(inTable)) return openDevice(id);
  const query = id.slice(inTable.length);
  void inject(CommandService).runAndReport('devices.showTable', { query }, { source: 'palette' });
}
