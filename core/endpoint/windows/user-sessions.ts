import { hostname } from 'node:os';
import { bytesAt, textAt, windowsCall, type Pointer } from './windows-api.ts';

/** Of wtsapi32.h. */
const states = { active: 0, disconnected: 4 } as const;
const infoClass = { user: 5, domain: 7 } as const;
/** WTS_SESSION_INFOW. */
const entrySize = 24;
const none = 0xffffffff;
/** WTS_CURRENT_SESSION. */
const ownSession = 0xffffffff;

export interface UserSession {
  readonly id: number;
  readonly user: string;
  /** Of the account; the computer's own name where it is a local one. */
  readonly domain: string;
}

/** People who are signed in, at the screen or from afar, whether or not they are looking at it now. */
export function userSessions(): UserSession[] {
  return sessionIds().flatMap((id) => {
    const user = ask(id, infoClass.user);
    // Services, and a screen that nobody has signed in at.
    return user ? [{ id, user, domain: ask(id, infoClass.domain) }] : [];
  });
}

/**
 * Whoever is signed in where this program runs, whichever account it runs as.
 * @returns undefined where nobody is, as with a service
 */
export function signedInAccount(): string | undefined {
  const user = ask(ownSession, infoClass.user);
  return user ? accountName({ user, domain: ask(ownSession, infoClass.domain) }) : undefined;
}

/** As people write it: with the domain, where it is not the computer's own account. */
export const accountName = ({ user, domain }: Pick<UserSession, 'user' | 'domain'>, computer = hostname()): string =>
  domain === '' || domain.toLowerCase() === computer.toLowerCase() ? user : `${domain}\\${user}`;

/** Where the service that knows of remote desktops is switched off, there is the screen alone. */
function sessionIds(): number[] {
  const [list, count] = [Buffer.alloc(8), Buffer.alloc(4)];
  const enumerate = windowsCall('wtsapi32', 'int WTSEnumerateSessionsW(void *, uint, uint, void *, void *)');
  if (!enumerate(null, 0, 1, list, count) || count.readUInt32LE() === 0) {
    const screen = windowsCall('kernel32', 'uint WTSGetActiveConsoleSessionId(void)')() as number;
    return screen === none ? [] : [screen];
  }
  const address: Pointer = list.readBigUInt64LE();
  try {
    const entries = bytesAt(address, count.readUInt32LE() * entrySize);
    const ids: number[] = [];
    for (let at = 0; at < entries.length; at += entrySize) {
      const state = entries.readInt32LE(at + 16);
      if (state === states.active || state === states.disconnected) ids.push(entries.readUInt32LE(at));
    }
    return ids;
  } finally {
    free(address);
  }
}

function ask(session: number, what: number): string {
  const [text, size] = [Buffer.alloc(8), Buffer.alloc(4)];
  const query = windowsCall('wtsapi32', 'int WTSQuerySessionInformationW(void *, uint, int, void *, void *)');
  if (!query(null, session, what, text, size)) return '';
  const address: Pointer = text.readBigUInt64LE();
  try {
    return textAt(address);
  } finally {
    free(address);
  }
}

const free = (address: Pointer): void => {
  if (address) windowsCall('wtsapi32', 'void WTSFreeMemory(void *)')(address);
};
