import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { whenDone } from '../when-done.ts';

/** Why no account can be made here; false where one can. */
export const noAccounts: string | false =
  process.platform !== 'linux'
    ? 'makes a Linux account'
    : process.getuid?.() !== 0
      ? 'only root can make an account'
      : !['useradd', 'chpasswd', 'userdel', 'su'].every((program) => has(program))
        ? 'needs useradd, chpasswd, userdel and su'
        : false;

export interface TemporaryAccount {
  readonly name: string;
  readonly password: string;
  readonly home: string;
  readonly uid: number;
}

/** A real account of this computer, with a home and a second group, deleted when the file's tests are over. */
export function temporaryAccount(options: readonly string[] = []): TemporaryAccount {
  const name = `lk${randomBytes(4).toString('hex')}`;
  const group = `${name}g`;
  const password = `pä${randomBytes(8).toString('base64url')} "'$`;
  execFileSync('groupadd', [group]);
  execFileSync('useradd', ['--create-home', '--shell', '/bin/bash', '--groups', group, ...options, name]);
  whenDone(() => {
    execFileSync('userdel', ['--force', '--remove', name], { stdio: 'ignore' });
    execFileSync('groupdel', [group], { stdio: 'ignore' });
  });
  execFileSync('chpasswd', { input: `${name}:${password}\n` });
  const uid = Number(execFileSync('id', ['-u', name], { encoding: 'utf8' }));
  return { name, password, home: `/home/${name}`, uid };
}

function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
