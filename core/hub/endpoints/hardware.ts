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

/** By what a computer is found among many: two that share none of these are not the same one. */
export function marksOf({ smbiosUuid, serial, interfaces, hostName }: DeviceFacts): string[] {
  const marks = [
    ...(smbiosUuid ? [`uuid:${smbiosUuid.toLowerCase()}`] : []),
    ...(serial ? [`serial:${serial}`] : []),
    ...interfaces.map(({ mac }) => `mac:${mac}`),
    `host:${hostName}`,
  ];
  return [...new Set(marks)];
}
