import { toCsvText } from '#core/base/csv.ts';
import { deviceColumn, type CellValue, type ColumnContext, type DeviceColumnId } from './device-columns.ts';
import type { DeviceEntry } from './device-entry.ts';

/** For a spreadsheet: a line for each device below the columns' identifiers; times as ISO 8601, several values on lines. */
export function devicesToCsv(
  devices: Iterable<DeviceEntry>,
  ids: readonly DeviceColumnId[],
  context: ColumnContext,
  options: { readonly bom?: boolean } = {},
): string {
  const columns = ids.map(deviceColumn);
  const lines: (readonly string[])[] = [ids];
  for (const device of devices) lines.push(columns.map((column) => csvText(column.value(device, context))));
  return toCsvText(lines, options);
}

/** For a program: an object for each device; times as ISO 8601, null where something is not known. */
export function devicesToObjects(
  devices: Iterable<DeviceEntry>,
  ids: readonly DeviceColumnId[],
  context: ColumnContext,
): Readonly<Record<string, unknown>>[] {
  const columns = ids.map(deviceColumn);
  return Array.from(devices, (device) =>
    Object.fromEntries(columns.map((column) => [column.id, jsonValue(column.value(device, context))])),
  );
}

const isTime = (value: CellValue): value is { readonly at: number } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function jsonValue(value: CellValue): unknown {
  return isTime(value) ? new Date(value.at).toISOString() : value;
}

function csvText(value: CellValue): string {
  if (value === null) return '';
  if (isTime(value)) return new Date(value.at).toISOString();
  return typeof value === 'string' ? value : value.join('\n');
}
