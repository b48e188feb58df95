import { page, type Page } from '#protocol/declared-page.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import { valueOf, wantedBy, type KeepableAction, type KeptAction, type KeptDevice } from './kept-action.ts';

export const keptActionsPage = 'keptActions';

/** What is kept, action by action: what waits for the hub, and what waits for a decision with all values side by side. */
export function keptActionPage(kept: readonly KeptAction[], replica: DeviceReplica, l10n: LocalizationService): Page {
  const text = (value: string | null, { kind }: KeepableAction, device: KeptDevice): string => {
    if (kind === 'move') return replica.group(value ?? '')?.name ?? l10n.t('keptActions.groupGone');
    return value ?? replica.get(device.id)?.device.hostName ?? l10n.t('keptActions.ownName');
  };
  const cells = ({ action }: KeptAction, device: KeptDevice): string[] => {
    const entry = replica.get(device.id);
    const now = entry ? text(valueOf(action, entry), action, device) : l10n.t('keptActions.deviceGone');
    return [device.name, text(device.before, action, device), now, text(wantedBy(action), action, device)];
  };
  const blocks = kept.flatMap((each) => {
    const { id, action, devices, undecided } = each;
    const count = devices.length;
    const key = `${action.kind}${undecided ? '.undecided' : ''}`;
    const buttons = [
      ...(undecided
        ? [{ title: l10n.t('keptActions.insist'), command: 'device.applyKept', arguments: { id }, primary: true }]
        : []),
      { title: l10n.t('keptActions.drop'), command: 'device.dropKept', arguments: { id } },
    ];
    return [
      { kind: 'heading' as const, text: l10n.t(`keptActions.title.${action.kind}`, { count }) },
      { kind: 'text' as const, text: l10n.t(`keptActions.about.${key}`, { count }) },
      { kind: 'actions' as const, actions: buttons },
      {
        kind: 'table' as const,
        columns: ['device', 'before', 'now', 'wanted'].map((column) => ({
          title: l10n.t(`keptActions.column.${column}`),
        })),
        rows: devices.map((device) => ({ cells: cells(each, device), device: device.id })),
      },
    ];
  });
  return page.parse({
    id: keptActionsPage,
    title: l10n.t('keptActions.pageTitle'),
    icon: 'save',
    blocks: blocks.length > 0 ? blocks : [{ kind: 'text', text: l10n.t('keptActions.none') }],
  });
}
