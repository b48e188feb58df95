/** What a maker has written into a computer's firmware, as it stands there. */
export interface SystemInformation {
  readonly manufacturer?: string | undefined;
  readonly model?: string | undefined;
  readonly serial?: string | undefined;
  readonly uuid?: string | undefined;
}

/** Type 1, "System Information". */
const systemInformation = 1;

/**
 * Finds the computer in its SMBIOS tables (DMTF DSP0134, "System Information (Type 1)").
 * @param raw `RawSMBIOSData` of GetSystemFirmwareTable: eight bytes, and the tables
 */
export function readSystemInformation(raw: Buffer): SystemInformation {
  const tables = raw.subarray(8);
  for (let at = 0; at + 4 <= tables.length;) {
    const [type, length] = [tables[at], tables[at + 1] ?? 0];
    // No structure is shorter than its own head.
    if (length < 4 || at + length > tables.length) break;
    const structure = tables.subarray(at, at + length);
    // Texts follow, each with its end, and behind the last one another end.
    let end = at + length;
    while (end + 1 < tables.length && (tables[end] !== 0 || tables[end + 1] !== 0)) end++;
    if (type === systemInformation) {
      const texts = tables.toString('latin1', at + length, end).split('\0');
      const text = (field: number): string | undefined => texts[(structure[field] ?? 0) - 1];
      const uuid = length >= 0x18 ? uuidOf(structure.subarray(8, 24)) : undefined;
      return { manufacturer: text(4), model: text(5), serial: text(7), uuid };
    }
    at = end + 2;
  }
  return {};
}

/** The first three numbers stand with their lowest byte first ("System — UUID"). */
function uuidOf(bytes: Buffer): string {
  const number = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
  const rest = bytes.toString('hex', 8);
  return [number(0, 4), number(4, 6), number(6, 8), rest.slice(0, 4), rest.slice(4)].join('-');
}
