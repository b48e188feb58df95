import type { L10n, RollOutSummary, RollOutTarget } from '../../protocol/api/index.ts';

type Texts = Pick<L10n, 't' | 'language'>;

export const numberText = ({ language }: Pick<L10n, 'language'>, value: number): string =>
  new Intl.NumberFormat(language).format(value);

export const timeText = ({ language }: Pick<L10n, 'language'>, at: number): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(at);

/** Whose computers it is for, in a line. */
export function targetText(l10n: Texts, target: RollOutTarget): string {
  switch (target.kind) {
    case 'all':
      return l10n.t('target.all');
    case 'group':
      return l10n.t('target.groupNamed', { group: target.group });
    case 'computers':
      return l10n.t('target.computersCounted', { count: target.computers.length });
  }
}

/** How far it is, in a word or two. */
export function stateText(l10n: Texts, { step, installer, joined, expected, limit }: RollOutSummary): string {
  if (installer === null || (step !== 'files' && step !== 'progress')) return l10n.t('state.prepared');
  return l10n.t('state.joined', { joined, total: expected ?? limit });
}

/** Of as many as are expected, where that is known. */
export const joinedText = (l10n: Texts, { joined, expected }: RollOutSummary): string =>
  expected === null ? numberText(l10n, joined) : l10n.t('state.joined', { joined, total: expected });

/** Those that came without being expected, who take nobody's place; empty where there are none. */
export const strangersText = (l10n: Texts, { strangers }: Pick<RollOutSummary, 'strangers'>): string =>
  strangers === 0 ? '' : l10n.t('state.strangers', { count: strangers });

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];

/** `45.2 MB`, in the reader's own way. */
export function byteSize({ language }: Pick<L10n, 'language'>, bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  // Short, it would be “7 byte” in English.
  const unitDisplay = power === 0 ? 'long' : 'short';
  const style = { style: 'unit', unit: units[power]!, unitDisplay, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, style).format(bytes / 1024 ** power);
}
