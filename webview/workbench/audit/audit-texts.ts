import type { AuditEntry } from '#protocol/audit.ts';
import { formatDateTime, formatNumber, t } from '#webview/base/l10n.ts';

/** What was done, in words where the action is one that the workbench knows, else its identifier. */
export function actionText(action: string): string {
  const key = `activity.action.${action}`;
  const text = t(key);
  return text === key ? action : text;
}

/** What it was done to: the devices, else the subject. */
export function targetText(entry: AuditEntry, nameOf: (device: string) => string | undefined): string {
  if (entry.devices.length === 0) return entry.subject?.name ?? '';
  if (entry.devices.length > 3) return t('activity.devices', { count: entry.devices.length });
  return entry.devices.map((device) => nameOf(device) ?? nameBefore(entry) ?? device).join(', ');
}

/** The name of a device that is gone, as the entry itself remembers it. */
function nameBefore({ before, after }: AuditEntry): string | undefined {
  for (const state of [after, before])
    for (const field of ['name', 'nickname', 'hostName']) {
      const value = state?.[field];
      if (typeof value === 'string' && value !== '') return value;
    }
  return undefined;
}

export interface FieldChange {
  /** In words where the field is one that the workbench knows. */
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/**
 * The fields of an entry side by side, those that differ first.
 * @param groupNameOf what a device group that an entry names by its identifier is called
 */
export function fieldChanges(
  { before, after }: AuditEntry,
  groupNameOf: (group: string) => string | undefined = () => undefined,
): FieldChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes = [...fields].map((field) => ({
    field: fieldText(field),
    before: valueText(field, before?.[field], groupNameOf),
    after: valueText(field, after?.[field], groupNameOf),
  }));
  return changes.sort((a, b) => Number(a.before === a.after) - Number(b.before === b.after));
}

function fieldText(field: string): string {
  const keys = [`activity.field.${field}`, `administration.permission.${field}`];
  const known = keys.find((key) => t(key) !== key);
  return known === undefined ? field : t(known);
}

function valueText(field: string, value: unknown, groupNameOf: (group: string) => string | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((each) => valueText(field, each, groupNameOf)).join(', ');
  if (typeof value === 'boolean') return t(value ? 'administration.isAllowed' : 'administration.isRefused');
  if (field === 'expiresAt' && typeof value === 'number') return formatDateTime(value);
  if ((field === 'group' || field === 'groups') && typeof value === 'string') return groupNameOf(value) ?? value;
  const key = `activity.value.${field === 'roles' ? 'role' : field}.${String(value)}`;
  if (['state', 'role', 'roles'].includes(field) && t(key) !== key) return t(key);
  return typeof value === 'string' ? value : typeof value === 'number' ? formatNumber(value) : JSON.stringify(value);
}

/** Whether all words stand somewhere in the entry, in any order. */
export function matches(
  entry: AuditEntry,
  words: readonly string[],
  nameOf: (device: string) => string | undefined,
): boolean {
  if (words.length === 0) return true;
  const text = [
    entry.actor.name,
    entry.action,
    actionText(entry.action),
    t(`activity.outcome.${entry.outcome}`),
    targetText(entry, nameOf),
    entry.from ?? '',
    ...fieldChanges(entry).flatMap(({ before, after }) => [before, after]),
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
