import type { Localizer } from '#core/base/l10n/localizer.ts';
import type { TrayState } from './tray-state.ts';

/** What the icon's colour says, the most important first. */
export type TrayMark = 'session' | 'blocked' | 'connected' | 'away';
export type TrayCommand = 'open' | 'block' | 'unblock';

export interface TrayEntry {
  readonly text: string;
  /** What choosing it does; undefined where it only says something. */
  readonly command?: TrayCommand;
  /** A line above it. */
  readonly separated?: boolean;
}

/** What the tray shows. */
export interface TrayView {
  readonly mark: TrayMark;
  readonly tooltip: string;
  readonly menu: readonly TrayEntry[];
}

/** @param state undefined where the service does not run */
export function trayView(state: TrayState | undefined, localizer: Localizer): TrayView {
  const title = localizer.t('install.title');
  const open: TrayEntry = { text: localizer.t('tray.open'), command: 'open', separated: true };
  if (!state) {
    const text = localizer.t('tray.stopped');
    return { mark: 'away', tooltip: `${title}\n${text}`, menu: [{ text }] };
  }
  const people = technicians(state, localizer);
  const says = [
    ...(people ? [localizer.t('tray.session', { technicians: people })] : []),
    ...(state.blocked ? [localizer.t('tray.blocked')] : []),
    localizer.t(`tray.${state.connection}`, { hub: state.organisation || state.hub }),
  ];
  const command = state.blocked ? 'unblock' : 'block';
  return {
    mark: people ? 'session' : state.blocked ? 'blocked' : state.connection === 'connected' ? 'connected' : 'away',
    tooltip: [title, ...says].join('\n'),
    menu: [...says.map((text) => ({ text })), open, { text: localizer.t(`tray.${command}`), command }],
  };
}

/** What is told in a notice of its own: sessions that have begun, and such as are over. */
export function trayNotices(
  before: TrayState | undefined,
  now: TrayState | undefined,
  localizer: Localizer,
): readonly string[] {
  // Where the service ends, its sessions do.
  const [old, current] = [before?.sessions ?? [], now?.sessions ?? []];
  const text = (key: string, names: readonly string[]): string =>
    localizer.t(key, { technicians: new Intl.ListFormat(localizer.language).format(names) });
  const missing = (from: TrayState['sessions'], others: TrayState['sessions']): TrayState['sessions'] =>
    from.filter(({ session }) => !others.some((other) => other.session === session));
  return [
    ...missing(old, current).map(({ technicians }) => text('notice.ended', technicians)),
    ...missing(current, old).map(({ technicians }) => text('notice.began', technicians)),
  ];
}

function technicians({ sessions }: TrayState, localizer: Localizer): string {
  const names = new Set(sessions.flatMap((session) => session.technicians));
  return names.size === 0 ? '' : new Intl.ListFormat(localizer.language).format(names);
}
