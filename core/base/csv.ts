/**
 * A table as RFC 4180 has it: commas, lines ended by CR LF, quotes where they are needed. A cell that a spreadsheet would take
 * for a formula gets an apostrophe before it.
 * @param bom begins with a byte order mark, without which some spreadsheets take UTF-8 for another encoding
 */
export function toCsvText(lines: readonly (readonly string[])[], { bom = false }: { bom?: boolean } = {}): string {
  const text = lines.map((cells) => cells.map(csvCell).join(',')).join('\r\n');
  return `${bom ? '\ufeff' : ''}${text}\r\n`;
}

function csvCell(value: string): string {
  // What a terminal would take as a control sequence is left out.
  const text = value.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, ' ');
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
