import { existsSync } from 'node:fs';
import { must, systemFolder, textAt, windowsCall, type Pointer } from './windows-api.ts';

/** Of winnt.h. */
const owner = 0x1;
const dacl = 0x4;
const protectedDacl = 0x8000_0000;
const sddlRevision = 1;

/** Whether this process has an administrator's rights, not only its account. */
export const isElevated = (): boolean => windowsCall('shell32', 'int IsUserAnAdmin(void)')() !== 0;

/**
 * Leaves a file or folder, and what will be put into it, to the system and the computer's administrators; for a program without
 * their rights to its own account too. Nothing is inherited from above.
 */
export function keepToAdministrators(path: string): void {
  const elevated = isElevated();
  const who = ['SY', 'BA', ...(elevated ? [] : ['OW'])];
  const text = `${elevated ? 'O:BA' : ''}D:P${who.map((sid) => `(A;OICI;FA;;;${sid})`).join('')}`;
  const descriptor = Buffer.alloc(8);
  const convert = windowsCall(
    'advapi32',
    'int ConvertStringSecurityDescriptorToSecurityDescriptorW(str16, uint, void *, void *)',
  );
  must(convert(text, sddlRevision, descriptor, null), 'ConvertStringSecurityDescriptorToSecurityDescriptorW');
  const address: Pointer = descriptor.readBigUInt64LE();
  try {
    const set = windowsCall('advapi32', 'int SetFileSecurityW(str16, uint, void *)');
    must(set(path, (dacl | (elevated ? owner : 0)) + protectedDacl, address), 'SetFileSecurityW');
  } finally {
    windowsCall('kernel32', 'void *LocalFree(void *)')(address);
  }
}

/**
 * Whether nobody but an administrator can have made it: anybody may make folders in `C:\ProgramData`, and whoever did owns what
 * is put there. What owns Windows itself is trusted too.
 */
export const isOwnedByAdministrators = (path: string): boolean =>
  !existsSync(path) || ['O:BA', 'O:SY', ownerOf(systemFolder())].includes(ownerOf(path));

function ownerOf(path: string): string {
  const needed = Buffer.alloc(4);
  const get = windowsCall('advapi32', 'int GetFileSecurityW(str16, uint, void *, uint, void *)');
  get(path, owner, null, 0, needed);
  const descriptor = Buffer.alloc(Math.max(64, needed.readUInt32LE()));
  must(get(path, owner, descriptor, descriptor.length, needed), 'GetFileSecurityW');
  const result = Buffer.alloc(8);
  const convert = windowsCall(
    'advapi32',
    'int ConvertSecurityDescriptorToStringSecurityDescriptorW(void *, uint, uint, void *, void *)',
  );
  must(convert(descriptor, sddlRevision, owner, result, null), 'ConvertSecurityDescriptorToStringSecurityDescriptorW');
  const address: Pointer = result.readBigUInt64LE();
  const text = textAt(address);
  windowsCall('kernel32', 'void *LocalFree(void *)')(address);
  return text;
}
