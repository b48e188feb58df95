import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { fuzzyMatch } from '#core/workbench/context-keys/fuzzy-match.ts';
import { DeviceQueries } from '#core/workbench/devices/device-queries.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { QuickAccess } from '#core/workbench/quick-input/quick-access.ts';
import { rankItems, type QuickPickItem, type ShownItem } from '#core/workbench/quick-input/quick-pick.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { keysOf } from '../keybindings/keys-of.ts';
import { openDevice } from '../pages/hub.ts';

const hidden = new Set(['workbench.closeQuickInput', 'workbench.showCommands']);
/** Devices offered at once: more would not be read. */
const mostDevices = 200;

/** What the quick input offers by itself: commands behind `>`, devices without a prefix. */
export function registerQuickAccess(): void {
  const access = inject(QuickAccess);
  const l10n = inject(LocalizationService);
  access.register({
    prefix: '>',
    help: () => l10n.t('palette.help'),
    placeholder: () => l10n.t('palette.placeholder'),
    items: (text) => rankItems(commandItems(text.trim() === ''), text),
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

function deviceItems(text: string): ShownItem[] {
  const l10n = inject(LocalizationService);
  const queries = inject(DeviceQueries);
  const replica = inject(DeviceReplica);
  const found = queries.filter(queries.compile(text));
  const devices = found.slice(0, mostDevices).map(({ id, name, device, presence }) => ({
    id,
    label: name,
    description: [replica.group(device.group)?.name, l10n.t(`presence.${presence}`)].filter(Boolean).join(' · '),
    icon: 'device-desktop',
    labelHighlights: fuzzyMatch(text, name)?.highlights ?? [],
    descriptionHighlights: [],
  }));
  const table = text.trim() === '' ? [] : [tableItem(text, found.length)];
  return [...devices, ...completionItems(text), ...table];
}

const plain = { labelHighlights: [], descriptionHighlights: [] } as const;
const completing = 'complete ';
const inTable = 'table ';

/** How the query could go on; nothing for a word, which is mostly a name. */
function completionItems(text: string): ShownItem[] {
  const completions = inject(DeviceQueries)
    .complete(text, text.length)
    .filter(({ insert, start, end }) => start < text.length && text.slice(start, end) !== insert);
  return completions.map(({ insert, start, field }, index) => ({
    id: completing + text.slice(0, start) + insert,
    label: insert,
    description: t(`deviceQuery.${field}`),
    icon: 'filter',
    separator: index === 0 ? t('deviceQuery.completions') : undefined,
    ...plain,
  }));
}

const tableItem = (text: string, count: number): ShownItem => ({
  id: inTable + text,
  label: t('deviceTable.showFound', { count }),
  icon: 'table',
  separator: t('deviceTable.title'),
  ...plain,
});

function acceptDevice(id: string): string | undefined {
  if (id.startsWith(completing)) return id.slice(completing.length);
  if (!id.startsWith(inTable)) openDevice(id);
  else {
    const query = id.slice(inTable.length);
    void inject(CommandService).runAndReport('devices.showTable', { query }, { source: 'palette' });
  }
  return undefined;
}
