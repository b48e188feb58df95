import { createHash } from 'node:crypto';
import { cleanUuid, cleanValue } from '#core/base/firmware-values.ts';
import { hardwareMark, type HardwareMark } from '#protocol/device-matches.ts';
import type { DeviceFacts } from '#protocol/facts.ts';

/**
 * Whether two sets of facts come from one computer, as far as they tell: by the SMBIOS UUID, else the serial number, else
 * the network cards. Where neither says anything, by the host name.
 */
export function isSameComputer(one: DeviceFacts, other: DeviceFacts): boolean {
  if (one.smbiosUuid && other.smbiosUuid) return one.smbiosUuid.toLowerCase() === other.smbiosUuid.toLowerCase();
  if (one.serial && other.serial) return one.serial === other.serial;
  if (one.interfaces.length > 0 && other.interfaces.length > 0) {
    const macs = new Set(one.interfaces.map(({ mac }) => mac));
    return other.interfaces.some(({ mac }) => macs.has(mac));
  }
  return one.hostName === other.hostName;
}

/** What tells computers apart, without what makers leave in place of it. */
export interface Hardware {
  readonly uuid: string | undefined;
  readonly serial: string | undefined;
  readonly macs: readonly string[];
}

/** An endpoint cleans its facts too; here it may be an old one, or one that lies. */
export const hardwareOf = ({ smbiosUuid, serial, interfaces }: DeviceFacts): Hardware => ({
  uuid: cleanUuid(smbiosUuid),
  serial: cleanValue(serial),
  macs: [...new Set(interfaces.map(({ mac }) => mac))],
});

/** What two computers have in common and what not; what either side does not know is in neither. */
export interface Comparison {
  readonly agrees: readonly HardwareMark[];
  readonly differs: readonly HardwareMark[];
}

export function compare(one: Hardware, other: Hardware): Comparison {
  const bothMacs = one.macs.length > 0 && other.macs.length > 0;
  const equal: Record<HardwareMark, boolean | undefined> = {
    uuid: one.uuid && other.uuid ? one.uuid === other.uuid : undefined,
    serial: one.serial && other.serial ? one.serial === other.serial : undefined,
    mac: bothMacs ? other.macs.some((mac) => one.macs.includes(mac)) : undefined,
  };
  const those = (wanted: boolean): HardwareMark[] => hardwareMark.options.filter((mark) => equal[mark] === wanted);
  return { agrees: those(true), differs: those(false) };
}

export type Verdict = 'same' | 'doubtful' | 'other';

/**
 * Of a computer that brings a key of its own and looks like a device: it is certain only where nothing contradicts the
 * SMBIOS UUID, or serial number and network card together. A network card alone says nothing against two marks of the
 * board: adapters travel from computer to computer.
 */
export function verdictOnNewKey({ agrees, differs }: Comparison): Verdict {
  if (agrees.length === 0 || (differs.includes('uuid') && differs.includes('serial'))) return 'other';
  if (differs.length > 0) return 'doubtful';
  return agrees.includes('uuid') || (agrees.includes('serial') && agrees.includes('mac')) ? 'same' : 'doubtful';
}

/**
 * Of a computer that brings a device's key. Facts name only the network cards that are up, so that a notebook in its dock
 * shows others than on the road: they count where the board says nothing.
 */
export function verdictOnKeyHolder({ agrees, differs }: Comparison, sameName: boolean): Verdict {
  const boardDiffers = differs.some((mark) => mark !== 'mac');
  if (agrees.length === 0 && boardDiffers && differs.length > 1) return 'other';
  if (boardDiffers) return 'doubtful';
  if (agrees.length > 0 || sameName) return 'same';
  return 'doubtful';
}

/** The same for all facts of one computer, as far as its board tells, and another one for others. */
export function hardwareKey({ uuid, serial, macs }: Hardware): string {
  const told = (uuid ?? serial) ? [uuid ?? '', serial ?? ''] : [...macs].sort();
  return createHash('sha256').update(told.join('\n')).digest('hex').slice(0, 32);
}

export const uuidMark = (uuid: string): string => `uuid:${uuid}`;
export const serialMark = (serial: string): string => `serial:${serial}`;
export const macMark = (mac: string): string => `mac:${mac}`;
/** Of a key that a device had before. */
export const keyMark = (publicKey: string): string => `key:${publicKey}`;

/** By what a computer is found among many: two that share none of these are not the same one. */
export function marksOf(facts: DeviceFacts): string[] {
  const { uuid, serial, macs } = hardwareOf(facts);
  const marks = [
    ...(uuid ? [uuidMark(uuid)] : []),
    ...(serial ? [serialMark(serial)] : []),
    ...macs.map(macMark),
    `host:${facts.hostName}`,
  ];
  return [...new Set(marks)];
}
