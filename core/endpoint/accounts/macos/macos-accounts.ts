import { runProgram } from '../../facts/run-program.ts';
import { systemPath } from '../../terminal/shell-command.ts';
import type { UnixAccountSystem } from '../unix-accounts.ts';

/** Accounts of the directory service, which checks their passwords too. */
export const macosAccounts: UnixAccountSystem = {
  async find(name) {
    const keys = ['RecordName', 'UniqueID', 'PrimaryGroupID', 'NFSHomeDirectory', 'UserShell'];
    const record = parseRecord((await runProgram('dscl', ['/Search', '-read', `/Users/${name}`, ...keys])) ?? '');
    const [uid, gid] = [Number(record.get('UniqueID')), Number(record.get('PrimaryGroupID'))];
    // It also finds an account by its full name: that is not what it is called.
    if (!record.get('RecordName')?.split(' ').includes(name) || !Number.isInteger(uid) || !Number.isInteger(gid))
      return undefined;
    const home = record.get('NFSHomeDirectory') ?? '/';
    return { name, uid, gid, home, shell: record.get('UserShell') ?? '/bin/zsh' };
  },

  checker: (user) =>
    Promise.resolve({
      file: '/usr/bin/dscl',
      // Without a password among the arguments, where everybody could read it, it asks.
      args: ['/Search', '-authonly', user.name],
      env: { PATH: systemPath, LC_ALL: 'en_US.UTF-8', TERM: 'dumb' },
      cwd: '/',
    }),
};

/** `Key: value`, and the value on the next line where it holds blanks. */
export function parseRecord(text: string): Map<string, string> {
  const pairs = [...text.matchAll(/^(?:dsAttrTypeNative:)?(\w+):[ \n]+(.*)$/gm)];
  return new Map(pairs.map(([, key = '', value = '']) => [key, value.trim()]));
}
