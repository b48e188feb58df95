import { aceFlags, type AccessControlEntry, type SecurityDescriptor } from './security-descriptor.ts';

/** The right *Apply group policy*. */
export const applyGroupPolicy = 'edacfd8f-ffb3-11d1-b41d-00a0c968f939';
export const authenticatedUsers = 'S-1-5-11';
const creatorOwner = 'S-1-3-0';
const compatibleAccess = 'S-1-5-32-554';

const controlAccess = 0x100;
/** Read properties, list contents, list object, read permissions. */
const read = 0x00020094;

const gives = (ace: AccessControlEntry, sid: string): boolean =>
  ace.type === 5 && ace.sid === sid && ace.objectType === applyGroupPolicy && (ace.mask & controlAccess) !== 0;

/** Whose computers may apply the policy, by SID. */
export const appliers = ({ dacl }: SecurityDescriptor): string[] =>
  dacl.filter((ace) => gives(ace, ace.sid)).map(({ sid }) => sid);

/**
 * Whose computers apply the policy, and nobody else's: D5. *Authenticated Users* always keep reading it, which computers have
 * needed since MS16-072 for what is meant for their users.
 * @param sid of the group, or of *Authenticated Users*
 */
export function withApplier(descriptor: SecurityDescriptor, sid: string): SecurityDescriptor {
  const former = appliers(descriptor);
  const kept = descriptor.dacl.filter(
    (ace) => !gives(ace, ace.sid) && !(ace.type === 0 && ace.mask === read && former.includes(ace.sid)),
  );
  const readers = sid === authenticatedUsers ? [sid] : [authenticatedUsers, sid];
  const flags = aceFlags.containerInherit;
  return arranged({
    ...descriptor,
    dacl: [
      ...kept.filter((ace) => !(ace.type === 0 && ace.mask === read && readers.includes(ace.sid))),
      ...readers.map((reader) => ({ type: 0, flags, mask: read, sid: reader })),
      { type: 5, flags, mask: controlAccess, objectType: applyGroupPolicy, sid },
    ],
  });
}

/**
 * In the order in which smbcacls puts a folder's permissions, and without what would be in them twice: Samba's own check wants
 * those of the entry and of the folder to be the same to the letter.
 */
export function arranged(descriptor: SecurityDescriptor): SecurityDescriptor {
  const inFolder = (ace: AccessControlEntry): string =>
    `${ace.type}/${fileMask(ace.mask)}/${ace.objectType}/${ace.sid}`;
  const inherits = ({ flags }: AccessControlEntry): number => flags & aceFlags.containerInherit;
  const dacl = descriptor.dacl.filter((ace, place) => {
    const same = descriptor.dacl.filter((each) => inFolder(each) === inFolder(ace));
    const first = same.find(inherits) ?? same[0];
    return descriptor.dacl.indexOf(first!) === place;
  });
  return { ...descriptor, dacl: dacl.sort(compareEntries) };
}

function compareEntries(one: AccessControlEntry, other: AccessControlEntry): number {
  if (one.type !== other.type) return other.type - one.type;
  const [parts, otherParts] = [one, other].map(({ sid }) => sid.split('-').map(Number)) as [number[], number[]];
  if (parts.length !== otherParts.length) return parts.length - otherParts.length;
  for (let place = parts.length - 1; place > 0; place -= 1) {
    if (parts[place] !== otherParts[place]) return parts[place]! - otherParts[place]!;
  }
  return one.flags - other.flags || one.mask - other.mask;
}

/** What a right on an entry of the directory is on a file: as Windows itself translates a policy's permissions. */
function fileMask(mask: number): number {
  const listAndRead = 0x14;
  let rights = mask & 0x001f0000;
  if ((mask & listAndRead) === listAndRead) rights |= 0x001000a9;
  if (mask & 0x20) rights |= 0x00100116;
  if (mask & 0x01) rights |= 0x06;
  if (mask & 0x02) rights |= 0x40;
  return rights;
}

/**
 * The permissions of a policy's folder, from those of its entry in the directory.
 * @param withObjectRights Samba's checks want the rights on object types too, which say nothing about a file
 */
export function folderPermissions(entry: SecurityDescriptor, withObjectRights: boolean): SecurityDescriptor {
  const dacl = entry.dacl
    .filter(({ type, sid }) => (type === 0 || (type === 5 && withObjectRights)) && sid !== compatibleAccess)
    .map((ace) => ({
      ...ace,
      flags:
        ace.flags |
        aceFlags.objectInherit |
        aceFlags.containerInherit |
        (ace.sid === creatorOwner ? aceFlags.inheritOnly : 0),
      mask: fileMask(ace.mask),
    }));
  return { ...entry, dacl };
}

/** Those on object types say nothing about a file, and Samba does not know how to pass them on. */
export const hasObjectRights = ({ dacl }: SecurityDescriptor): boolean => dacl.some(({ type }) => type === 5);

/** What a folder's permissions make of those of a folder or file in it, for one that had others before. */
export function inheritedPermissions(folder: SecurityDescriptor, isFolder: boolean): SecurityDescriptor {
  const { objectInherit, containerInherit, inheritOnly, inherited } = aceFlags;
  const dacl = folder.dacl
    .filter(({ type, flags }) => type !== 5 && (isFolder || !(flags & inheritOnly)))
    .map((ace) => ({
      ...ace,
      flags: isFolder ? ace.flags | inherited : (ace.flags & ~(objectInherit | containerInherit)) | inherited,
    }));
  return { ...folder, control: (folder.control & ~0x1000) | 0x0400, dacl };
}

/** Whether both allow and deny the same to the same; in which order, and inherited from where, does not matter. */
export function samePermissions(one: SecurityDescriptor, other: SecurityDescriptor): boolean {
  const list = ({ dacl }: SecurityDescriptor): string =>
    [
      ...new Set(
        dacl.map(({ type, flags, mask, sid }) => `${sid}:${type}/${flags & ~aceFlags.inherited}/${mask >>> 0}`),
      ),
    ]
      .sort()
      .join();
  return list(one) === list(other);
}

/** Whether somebody gets to read and execute, as one of these; a denial counts whoever else is allowed. */
export function mayReadAndExecute({ dacl }: SecurityDescriptor, sids: ReadonlySet<string>): boolean {
  const needed = 0x000000a9;
  let allowed = 0;
  for (const { type, flags, mask, sid } of dacl) {
    if (!sids.has(sid) || flags & aceFlags.inheritOnly) continue;
    const rights = expandGeneric(mask);
    if (type === 1 && rights & needed & ~allowed) return false;
    if (type === 0) allowed |= rights;
  }
  return (allowed & needed) === needed;
}

/** GENERIC_ALL, GENERIC_READ and GENERIC_EXECUTE as rights on a file. */
function expandGeneric(mask: number): number {
  let rights = mask;
  if (mask & 0x10000000) rights |= 0x001f01ff;
  if (mask & 0x80000000) rights |= 0x00120089;
  if (mask & 0x20000000) rights |= 0x001200a0;
  return rights;
}
