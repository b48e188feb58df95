import { homedir, userInfo } from 'node:os';
import type { ComputerUser } from './accounts.ts';

/** Whoever runs this program. On Windows, which has no numbers for people, they are -1. */
export function ownUser(): ComputerUser {
  try {
    const { username: name, homedir: home, shell, uid, gid } = userInfo();
    return { name, home, shell: shell || defaultShell(), uid, gid };
  } catch {
    // A number that no account has.
    const [uid, gid] = [process.getuid?.() ?? -1, process.getgid?.() ?? -1];
    return { name: String(uid), home: homedir(), shell: defaultShell(), uid, gid };
  }
}

const defaultShell = (): string => (process.platform === 'win32' ? 'powershell.exe' : '/bin/sh');
