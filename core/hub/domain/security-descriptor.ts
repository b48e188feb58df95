/*
 * Self-relative security descriptors, owner, group and DACL alone: [MS-DTYP] 2.4.
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-dtyp/cca27429-5689-4a16-b2b4-9325d93e4ba2
 */

export interface AccessControlEntry {
  /** 0: allowed, 1: denied, 5: allowed for one object type, 6: denied for one. */
  readonly type: number;
  readonly flags: number;
  readonly mask: number;
  /** GUIDs, where `type` is 5 or 6. */
  readonly objectType?: string | undefined;
  readonly inheritedType?: string | undefined;
  readonly sid: string;
}

export interface SecurityDescriptor {
  /** The control word; of it only the bits about the DACL count. */
  readonly control: number;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  readonly dacl: readonly AccessControlEntry[];
}

export const aceFlags = { objectInherit: 1, containerInherit: 2, inheritOnly: 8, inherited: 16 } as const;
export const controlFlags = {
  daclPresent: 0x0004,
  daclAutoInherited: 0x0400,
  daclProtected: 0x1000,
  selfRelative: 0x8000,
} as const;

/** @throws RangeError where the bytes end too early */
export function parseSid(bytes: Buffer, start = 0): string {
  const count = bytes.readUInt8(start + 1);
  const authority = bytes.readUIntBE(start + 2, 6);
  const parts = Array.from({ length: count }, (_, place) => bytes.readUInt32LE(start + 8 + 4 * place));
  return ['S', bytes.readUInt8(start), authority, ...parts].join('-');
}

export function formatSid(sid: string): Buffer {
  const [revision = 1, authority = 0, ...parts] = sid.split('-').slice(1).map(Number);
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.writeUInt8(revision, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(authority, 2, 6);
  parts.forEach((part, place) => bytes.writeUInt32LE(part, 8 + 4 * place));
  return bytes;
}

/** The first three fields of a GUID are little-endian numbers. */
export function parseGuid(bytes: Buffer, start = 0): string {
  const hex = (from: number, to: number): string => bytes.toString('hex', start + from, start + to);
  const number = (at: number, size: 2 | 4): string =>
    bytes
      .readUIntLE(start + at, size)
      .toString(16)
      .padStart(2 * size, '0');
  return [number(0, 4), number(4, 2), number(6, 2), hex(8, 10), hex(10, 16)].join('-');
}

export function formatGuid(guid: string): Buffer {
  const [first = '', second = '', third = '', ...rest] = guid.split('-');
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(parseInt(first, 16), 0);
  bytes.writeUInt16LE(parseInt(second, 16), 4);
  bytes.writeUInt16LE(parseInt(third, 16), 6);
  bytes.write(rest.join(''), 8, 'hex');
  return bytes;
}

const isObjectAce = (type: number): boolean => type === 5 || type === 6;

function parseAce(bytes: Buffer, start: number): AccessControlEntry {
  const type = bytes.readUInt8(start);
  const ace = { type, flags: bytes.readUInt8(start + 1), mask: bytes.readUInt32LE(start + 4) };
  if (!isObjectAce(type)) return { ...ace, sid: parseSid(bytes, start + 8) };
  const present = bytes.readUInt32LE(start + 8);
  const inheritedAt = start + 12 + (present & 1 ? 16 : 0);
  return {
    ...ace,
    ...(present & 1 && { objectType: parseGuid(bytes, start + 12) }),
    ...(present & 2 && { inheritedType: parseGuid(bytes, inheritedAt) }),
    sid: parseSid(bytes, inheritedAt + (present & 2 ? 16 : 0)),
  };
}

/** @throws RangeError where the bytes end too early */
export function parseSecurityDescriptor(bytes: Buffer): SecurityDescriptor {
  const at = (place: number): number => bytes.readUInt32LE(place);
  const [owner, group, dacl] = [at(4), at(8), at(16)];
  const entries: AccessControlEntry[] = [];
  if (dacl !== 0) {
    const count = bytes.readUInt16LE(dacl + 4);
    for (let place = dacl + 8; entries.length < count; place += bytes.readUInt16LE(place + 2)) {
      entries.push(parseAce(bytes, place));
    }
  }
  return {
    control: bytes.readUInt16LE(2),
    owner: owner === 0 ? undefined : parseSid(bytes, owner),
    group: group === 0 ? undefined : parseSid(bytes, group),
    dacl: entries,
  };
}

function formatAce({ type, flags, mask, objectType, inheritedType, sid }: AccessControlEntry): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(type, 0);
  head.writeUInt8(flags, 1);
  head.writeUInt32LE(mask >>> 0, 4);
  const parts: Buffer[] = [head];
  const guids: Buffer[] = [];
  if (isObjectAce(type)) {
    const present = Buffer.alloc(4);
    present.writeUInt32LE((objectType ? 1 : 0) | (inheritedType ? 2 : 0));
    for (const guid of [objectType, inheritedType]) if (guid !== undefined) guids.push(formatGuid(guid));
    parts.push(present, ...guids);
  }
  const bytes = Buffer.concat([...parts, formatSid(sid)]);
  bytes.writeUInt16LE(bytes.length, 2);
  return bytes;
}

export function formatSecurityDescriptor({ control, owner, group, dacl }: SecurityDescriptor): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt8(1, 0);
  head.writeUInt16LE(control | controlFlags.daclPresent | controlFlags.selfRelative, 2);
  const parts: Buffer[] = [head];
  let length = head.length;
  const add = (part: Buffer, place: number): void => {
    head.writeUInt32LE(length, place);
    parts.push(part);
    length += part.length;
  };
  if (owner !== undefined) add(formatSid(owner), 4);
  if (group !== undefined) add(formatSid(group), 8);
  const entries = Buffer.concat(dacl.map(formatAce));
  const acl = Buffer.alloc(8);
  acl.writeUInt8(dacl.some(({ type }) => isObjectAce(type)) ? 4 : 2, 0);
  acl.writeUInt16LE(8 + entries.length, 2);
  acl.writeUInt16LE(dacl.length, 4);
  add(Buffer.concat([acl, entries]), 16);
  return Buffer.concat(parts);
}

const sddlFlags = [
  [aceFlags.objectInherit, 'OI'],
  [aceFlags.containerInherit, 'CI'],
  [4, 'NP'],
  [aceFlags.inheritOnly, 'IO'],
  [aceFlags.inherited, 'ID'],
] as const;
const sddlTypes: Readonly<Record<number, string>> = { 0: 'A', 1: 'D', 5: 'OA', 6: 'OD' };

/** As text, every SID written out: the same in every domain's tools and languages. */
export function toSddl({ control, owner, group, dacl }: SecurityDescriptor): string {
  const state = `${control & controlFlags.daclProtected ? 'P' : ''}${control & controlFlags.daclAutoInherited ? 'AI' : ''}`;
  const entries = dacl
    .map(({ type, flags, mask, objectType = '', inheritedType = '', sid }) => {
      const letters = sddlFlags.map(([bit, text]) => (flags & bit ? text : '')).join('');
      const rights = mask === 0 ? '' : `0x${(mask >>> 0).toString(16)}`;
      return `(${[sddlTypes[type] ?? type, letters, rights, objectType, inheritedType, sid].join(';')})`;
    })
    .join('');
  return `${owner === undefined ? '' : `O:${owner}`}${group === undefined ? '' : `G:${group}`}D:${state}${entries}`;
}
