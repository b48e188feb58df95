import { existsSync } from 'node:fs';
import { ownSid } from './token.ts';
import { lastError, must, systemFolder, textAt, windowsCall, WindowsError, type Pointer } from './windows-api.ts';

/** Of winnt.h. */
const owner = 0x1;
const dacl = 0x4;
const protectedDacl = 0x8000_0000;
const sddlRevision = 1;
const readControl = 0x2_0000;
const writeDacl = 0x4_0000;
const openExisting = 3;
/** FILE_GENERIC_READ, and FILE_WRITE_ATTRIBUTES, which setting how it is read takes; no FILE_CREATE_PIPE_INSTANCE. */
const readPipe = '0x120189';

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
  setFileSecurity(path, text, dacl | (elevated ? owner : 0));
}

/** Leaves a file or folder, and what will be put into it, to the account that this program runs as, and to the system. */
export const keepToOwnAccount = (path: string): void =>
  setFileSecurity(path, `D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;${ownSid()})`, dacl);

/**
 * Lets people who are signed in at this computer read from a named pipe, and nobody write to it who is no administrator. Others
 * of the network are kept out. Whoever might write could also make the next end of it ("Named Pipe Security and Access Rights").
 */
export function letSignedInRead(pipe: string): void {
  const open = windowsCall('kernel32', 'void *CreateFileW(str16, uint, uint, void *, uint, uint, void *)');
  const handle = open(pipe, readControl | writeDacl, 3, null, openExisting, 0, null) as bigint | null;
  if (!handle || BigInt.asIntN(64, handle) === -1n) throw new WindowsError('CreateFileW', lastError());
  try {
    withDescriptor(`D:P(D;;FA;;;NU)(A;;FA;;;SY)(A;;FA;;;BA)(A;;${readPipe};;;IU)`, (descriptor) => {
      const set = windowsCall('advapi32', 'int SetKernelObjectSecurity(void *, uint, void *)');
      must(set(handle, dacl, descriptor), 'SetKernelObjectSecurity');
    });
  } finally {
    windowsCall('kernel32', 'int CloseHandle(void *)')(handle);
  }
}

const setFileSecurity = (path: string, sddl: string, what: number): void =>
  withDescriptor(sddl, (descriptor) => {
    const set = windowsCall('advapi32', 'int SetFileSecurityW(str16, uint, void *)');
    must(set(path, what + protectedDacl, descriptor), 'SetFileSecurityW');
  });

/**
 * A security descriptor, for as long as `use` takes.
 * @param sddl who may do what, as Windows writes it ("Security Descriptor Definition Language")
 */
export function withDescriptor<T>(sddl: string, use: (descriptor: bigint) => T): T {
  const descriptor = Buffer.alloc(8);
  const convert = windowsCall(
    'advapi32',
    'int ConvertStringSecurityDescriptorToSecurityDescriptorW(str16, uint, void *, void *)',
  );
  must(convert(sddl, sddlRevision, descriptor, null), 'ConvertStringSecurityDescriptorToSecurityDescriptorW');
  const address = descriptor.readBigUInt64LE();
  try {
    return use(address);
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
