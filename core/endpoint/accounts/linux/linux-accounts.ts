import { readFile } from 'node:fs/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import { runProgram } from '../../facts/run-program.ts';
import { systemPath } from '../../terminal/shell-command.ts';
import type { ComputerUser } from '../accounts.ts';
import type { UnixAccountSystem } from '../unix-accounts.ts';

/** The account that owns nothing, on every Linux; some give it another number. */
const nobody = { name: 'nobody', id: 65534 };

/**
 * Accounts as the name service knows them (local ones, LDAP, a domain), checked by `su` through PAM: wrong, locked and expired
 * ones are refused as they are everywhere on the computer. `su` asks no password of root, so that it is called as `nobody`.
 */
export const linuxAccounts: UnixAccountSystem = {
  find: (name) => findUser(name),

  async checker(user) {
    if (process.getuid?.() === 0 && (await isSuRestricted(user)))
      throw new LatchkeyError('session.unsupported', { feature: 'signIn', reason: '/etc/pam.d/su: pam_wheel' });
    const caller = await findUser(nobody.name);
    return {
      file: 'su',
      args: ['-c', 'exit 0', '--', user.name],
      env: { PATH: systemPath, LC_ALL: 'C.UTF-8', TERM: 'dumb' },
      cwd: '/',
      ids: process.getuid?.() === 0 ? { uid: caller?.uid ?? nobody.id, gid: caller?.gid ?? nobody.id } : undefined,
    };
  },
};

async function findUser(name: string): Promise<ComputerUser | undefined> {
  // A number would be looked up as one; the name that comes back tells.
  const line = (await runProgram('getent', ['passwd', name]))?.split('\n')[0];
  const [found, , uid, gid, , home, shell] = line?.split(':') ?? [];
  if (found !== name || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/', shell: shell || '/bin/sh' };
}

/** Some administrators let only the members of one group use `su`: it then refuses everything that `nobody` asks. */
async function isSuRestricted(user: ComputerUser): Promise<boolean> {
  const rules = await readFile('/etc/pam.d/su', 'utf8').catch(() => '');
  return rules
    .split('\n')
    .filter((rule) => /^\s*auth\s+(required|requisite|\[.*\])\s+pam_wheel\.so/.test(rule) && !/\bdeny\b/.test(rule))
    .some((rule) => !/\broot_only\b/.test(rule) || user.uid === 0);
}
