/** What makers leave in place of a value. Compared in lower case. */
const placeholders = new Set([
  '',
  '0',
  'none',
  'n/a',
  'na',
  'null',
  'default string',
  'not specified',
  'not applicable',
  'not available',
  'invalid',
  'o.e.m.',
  'oem',
  'system serial number',
  'system manufacturer',
  'system product name',
  'system version',
  'serial number',
  'chassis serial number',
  'unknown',
  '123456789',
  '1234567890',
]);

/** UUIDs that thousands of boards share. */
const placeholderUuids = new Set(['03000200-0400-0500-0006-000700080009', '12345678-1234-5678-90ab-cddeefaabbcc']);

/** A value of the firmware, or undefined where its maker left a placeholder. */
export function cleanValue(value: string | undefined): string | undefined {
  const text = value
    ?.replace(/[\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 255);
  if (!text || placeholders.has(text.toLowerCase())) return undefined;
  if (/^to be filled|^(.)\1*$/i.test(text)) return undefined;
  return text;
}

/** An SMBIOS UUID in lower case, or undefined where it is none that tells computers apart. */
export function cleanUuid(value: string | undefined): string | undefined {
  const text = value?.trim().toLowerCase() ?? '';
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return undefined;
  if (/^([0f])\1*$/.test(text.replaceAll('-', '')) || placeholderUuids.has(text)) return undefined;
  return text;
}
