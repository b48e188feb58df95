import type { Installer, L10n } from '../../protocol/api/index.ts';

const formatDate = (l10n: L10n, at: number, style: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(l10n.language, style).format(at);
export const dayOf = (l10n: L10n, at: number): string => formatDate(l10n, at, { dateStyle: 'medium' });
export const timeOf = (l10n: L10n, at: number): string =>
  formatDate(l10n, at, { dateStyle: 'medium', timeStyle: 'short' });

/**
 * What an installer is called: its name, else its device group and the day that it was made on.
 * @param group the device group's name
 */
export const installerTitle = (l10n: L10n, { name, createdAt }: Installer, group: string): string =>
  name ?? l10n.t('installer.unnamed', { group, day: dayOf(l10n, createdAt) });

/** Slots left, and when it ends, in one line. */
export function installerSummary(l10n: L10n, { state, limit, used, expiresAt }: Installer): string {
  if (state !== 'open') return l10n.t(`state.${state}`);
  const left = { left: Math.max(0, limit - used), limit };
  return expiresAt === null
    ? l10n.t('summary.left', left)
    : l10n.t('summary.leftUntil', { ...left, day: dayOf(l10n, expiresAt) });
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];

/** `45.2 MB`, in the reader's own way. */
export function sizeOf(l10n: L10n, bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log2(bytes) / 10));
  const style = { style: 'unit', unit: sizes[power]!, unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(l10n.language, style).format(bytes / 1024 ** power);
}
