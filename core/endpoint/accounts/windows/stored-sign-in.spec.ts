import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';
import type { Accounts } from '../accounts.ts';
import { ownUser } from '../own-user.ts';
import { storedSignIn, type StoredAccount } from './stored-sign-in.ts';

const { signal } = new AbortController();

describe('Signing in with the stored password (X1, A9)', () => {
  let kept: { given: ComputerAccount; mark: string } | undefined;
  const asked: string[] = [];
  const problems: string[] = [];
  const stored: StoredAccount = { withAccount: async (use) => kept && use(kept.given, kept.mark) };
  const accounts: Accounts = {
    own: ownUser,
    signIn: ({ account, password }) => {
      asked.push(password);
      if (password === 'down') return Promise.reject(new Error('LogonUserW: 1311'));
      if (password !== 'right') return Promise.reject(new LatchkeyError('session.accountRefused', { account }));
      return Promise.resolve({ ...ownUser(), name: account });
    },
  };
  const signIn = storedSignIn(stored, accounts, (problem) => problems.push(problem));
  const name = async (): Promise<string | undefined> => {
    const user = await signIn(signal);
    return user === 'refused' ? user : user?.name;
  };
  const keep = (password: string, mark: string): void => void (kept = { given: { account: 'ann', password }, mark });

  it('is nobody where none is stored, and whoever it belongs to where one is', async () => {
    assert.equal(await name(), undefined);
    keep('right', '1');
    assert.equal(await name(), 'ann');
  });

  it('one that was refused is not tried again, so that it locks nobody out, until another one is stored', async () => {
    asked.length = problems.length = 0;
    keep('old', '2');
    for (let count = 0; count < 3; count++) assert.equal(await name(), 'refused');
    assert.deepEqual(asked, ['old']);
    keep('right', '3');
    assert.equal(await name(), 'ann');
    assert.deepEqual(problems, ['stored password: session.accountRefused']);
  });

  it('where Windows cannot tell it is tried again, and the log says why, and no password', async () => {
    asked.length = problems.length = 0;
    keep('down', '4');
    for (let count = 0; count < 2; count++) assert.equal(await name(), undefined);
    assert.deepEqual(asked, ['down', 'down']);
    assert.deepEqual(problems, Array(2).fill('stored password: LogonUserW: 1311'));
  });
});
