import type { Session } from '#protocol/sessions.ts';
import { currentLanguage, t } from '#webview/base/l10n.ts';
import { duration } from '../pages/times.ts';

const list = (names: readonly string[]): string => new Intl.ListFormat(currentLanguage()).format(names);

/** `Tess and Otto`: everybody who looks on. */
export const onlookers = ({ participants, inControl }: Session): string =>
  list(participants.filter(({ technician }) => technician !== inControl).map(({ name }) => name));

export const controller = ({ participants, inControl }: Session): string | undefined =>
  participants.find(({ technician }) => technician === inControl)?.name;

/** Everybody who ever took part. */
export const everybody = ({ technicians, technician }: Session): string =>
  technicians.length > 0 ? list(technicians.map(({ name }) => name)) : technician.name;

/** Why it ended, in a sentence. */
export const endText = ({ end, endedBy, technician }: Session): string =>
  t(`sessions.end.${end ?? 'technician'}`, { name: endedBy ?? technician.name });

/** How long work went on; that it never began where it did not. */
export function lengthText({ startedAt, endedAt }: Session, now = Date.now()): string {
  if (startedAt === null) return t('sessions.neverBegan');
  const milliseconds = Math.max(0, (endedAt ?? now) - startedAt);
  return milliseconds < 60_000
    ? t('sessions.seconds', { count: Math.round(milliseconds / 1000) })
    : duration(milliseconds);
}

/** What was asked of the computer. */
export const usedText = ({ used }: Session): string =>
  used.length === 0 ? t('sessions.usedNothing') : list(used.map((feature) => t(`sessions.used.${feature}`)));
