import type { Language } from '#core/base/l10n/localizer.ts';
import { table } from './table.ts';

/** 2001-09-09 in milliseconds since 1970: no count is as large, and no time that a command tells of is earlier. */
const earliestTime = 1e12;

/**
 * A command's result for a person: a text as it is, fields line by line, lists of records as tables. The names are those of
 * the JSON, so that a script can be written from what was read; times are shown in this computer's zone.
 */
export function personText(result: unknown, language: Language): string {
  if (isRecord(result)) return recordText(result, language);
  if (isRecords(result)) return recordsText(result, language);
  if (Array.isArray(result)) return result.map((each) => cell('', each, language)).join('\n');
  return result === null || result === undefined ? '' : String(result);
}

/** What is plain first; then each list of records below its name. */
function recordText(record: Readonly<Record<string, unknown>>, language: Language): string {
  const entries = Object.entries(record);
  const plain = entries.filter(([, value]) => !isRecords(value));
  const lists = entries.filter((entry): entry is [string, Records] => isRecords(entry[1]));
  return [
    table(plain.map(([key, value]) => [key, cell(key, value, language)])),
    ...lists.map(([key, list]) => `${key}\n${recordsText(list, language).replace(/^/gm, '  ')}`),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function recordsText(records: Records, language: Language): string {
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return table([keys, ...records.map((record) => keys.map((key) => cell(key, record[key], language)))]);
}

function cell(key: string, value: unknown, language: Language): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number' && value > earliestTime && /(^at|At|expires)$/.test(key)) {
    return new Date(value).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
  }
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ') || '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

type Records = readonly Readonly<Record<string, unknown>>[];
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isRecords = (value: unknown): value is Records =>
  Array.isArray(value) && value.length > 0 && value.every(isRecord);
