import { toCsvText } from '#core/base/csv.ts';
import type { AuditEntry } from '#protocol/audit.ts';

const columns: readonly [string, (entry: AuditEntry) => string][] = [
  ['number', ({ number }) => String(number)],
  ['at', ({ at }) => new Date(at).toISOString()],
  ['actor', ({ actor }) => actor.name],
  ['actorKind', ({ actor }) => actor.kind],
  ['from', ({ from }) => from ?? ''],
  ['action', ({ action }) => action],
  ['outcome', ({ outcome }) => outcome],
  ['devices', ({ devices }) => devices.join(' ')],
  ['subjectKind', ({ subject }) => subject?.kind ?? ''],
  ['subjectId', ({ subject }) => subject?.id ?? ''],
  ['subject', ({ subject }) => subject?.name ?? ''],
  ['before', ({ before }) => (before ? JSON.stringify(before) : '')],
  ['after', ({ after }) => (after ? JSON.stringify(after) : '')],
];

export function toCsv(entries: readonly AuditEntry[]): string {
  const lines = entries.map((entry) => columns.map(([, read]) => read(entry)));
  return toCsvText([columns.map(([title]) => title), ...lines]);
}

export const toJson = (entries: readonly AuditEntry[]): string => JSON.stringify(entries, null, 2) + '\n';

/** Hands a text to the browser as a download. */
export function download(fileName: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
