import { must, textAt, windowsCall, type Pointer } from './windows-api.ts';

/** Of winnt.h. */
const tokenQuery = 0x8;
const infoClass = { user: 1, elevationType: 18, linkedToken: 19 } as const;
/** An administrator's token that has lost its rights until somebody says yes to Windows's question. */
const limited = 3;
const maximumAllowed = 0x200_0000;
const securityImpersonation = 2;
const primary = 1;

/** The token of this program; to be closed. */
export function openOwnToken(access = tokenQuery): bigint {
  const token = Buffer.alloc(8);
  const open = windowsCall('advapi32', 'int OpenProcessToken(void *, uint, void *)');
  must(open(windowsCall('kernel32', 'void *GetCurrentProcess(void)')(), access, token), 'OpenProcessToken');
  return token.readBigUInt64LE();
}

/** The identifier of the account that a token stands for, `S-1-5-…`. */
export function sidOf(token: Pointer): string {
  const [user, text] = [Buffer.alloc(256), Buffer.alloc(8)];
  must(informationOf(token, infoClass.user, user), 'GetTokenInformation');
  const convert = windowsCall('advapi32', 'int ConvertSidToStringSidW(void *, void *)');
  must(convert(user.readBigUInt64LE(), text), 'ConvertSidToStringSidW');
  const address: Pointer = text.readBigUInt64LE();
  const sid = textAt(address);
  windowsCall('kernel32', 'void *LocalFree(void *)')(address);
  return sid;
}

/** The identifier of the account that this program runs as. */
export function ownSid(): string {
  const token = openOwnToken();
  try {
    return sidOf(token);
  } finally {
    closeHandle(token);
  }
}

/**
 * An administrator who signs in gets a token without an administrator's rights, and the whole one when they say yes to a
 * question: in a session nobody sees that question. Takes the token over.
 * @returns one with all the rights that the account has; to be closed
 */
export function withAllRights(token: bigint): bigint {
  const [kind, linked] = [Buffer.alloc(4), Buffer.alloc(8)];
  if (!informationOf(token, infoClass.elevationType, kind) || kind.readUInt32LE() !== limited) return token;
  if (!informationOf(token, infoClass.linkedToken, linked)) return token;
  const whole = linked.readBigUInt64LE();
  try {
    // Windows hands out one to look at where this program may not act as the system.
    const copy = primaryCopy(whole);
    if (copy === undefined) return token;
    closeHandle(token);
    return copy;
  } finally {
    closeHandle(whole);
  }
}

/** @returns undefined where it may not be started with */
export function primaryCopy(token: Pointer): bigint | undefined {
  const copy = Buffer.alloc(8);
  const duplicate = windowsCall('advapi32', 'int DuplicateTokenEx(void *, uint, void *, int, int, void *)');
  if (!duplicate(token, maximumAllowed, null, securityImpersonation, primary, copy)) return undefined;
  return copy.readBigUInt64LE();
}

export const closeHandle = (handle: Pointer): void => void windowsCall('kernel32', 'int CloseHandle(void *)')(handle);

function informationOf(token: Pointer, what: number, into: Buffer): boolean {
  const get = windowsCall('advapi32', 'int GetTokenInformation(void *, int, void *, uint, void *)');
  return get(token, what, into, into.length, Buffer.alloc(4)) !== 0;
}
