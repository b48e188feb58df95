import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';
import { failsWith } from '#core/testing/expect.ts';
import { noAccounts, temporaryAccount } from '#core/testing/endpoint/temporary-account.ts';
import { LimitedAccounts } from './limited-accounts.ts';
import { ownUser } from './own-user.ts';
import { parseRecord } from './macos/macos-accounts.ts';
import { platformAccounts } from './platform-accounts.ts';
import { accountParts, isEmpty } from './windows/account-name.ts';

const accounts = platformAccounts();
const signIn = (account: string, password: string, signal = new AbortController().signal) =>
  accounts.signIn({ account, password }, signal);
const refused = (account: string, password: string, code: ErrorCode = 'session.accountRefused') =>
  assert.rejects(signIn(account, password), failsWith(code));

describe('Accounts of the computer (A9)', () => {
  it('takes a right password and says who that is', { skip: noAccounts }, async () => {
    const { name, password, home, uid } = temporaryAccount();
    const user = await signIn(name, password);
    assert.deepEqual({ ...user, gid: 0 }, { name, home, shell: '/bin/bash', uid, gid: 0 });
  });

  it(
    'refuses what the computer refuses: wrong, absent, locked, expired, to be changed, no shell, no password',
    {
      skip: noAccounts,
    },
    async () => {
      const [right, locked, expired, stale, noShell, open] = [
        temporaryAccount(),
        temporaryAccount(),
        temporaryAccount(['--expiredate', '2020-01-01']),
        temporaryAccount(),
        temporaryAccount(['--shell', '/usr/sbin/nologin']),
        temporaryAccount(),
      ];
      execFileSync('usermod', ['--lock', locked.name]);
      execFileSync('chage', ['--lastday', '0', stale.name]);
      execFileSync('passwd', ['--delete', open.name], { stdio: 'ignore' });
      await Promise.all([
        refused(right.name, `${right.password}x`),
        refused(right.name, ''),
        refused(right.name, `${right.password}\n`),
        refused(right.name, `\u0003${right.password}`),
        refused(right.name, 'x'.repeat(1024)),
        refused(String(right.uid), right.password),
        refused('nobody-of-that-name', 'x'),
        refused('-c', 'x'),
        refused('--', 'x'),
        refused(locked.name, locked.password),
        refused(expired.name, expired.password),
        refused(stale.name, stale.password),
        refused(noShell.name, noShell.password),
        refused(open.name, 'anything'),
      ]);
      // None of it has cost the right one anything.
      assert.equal((await signIn(right.name, right.password)).name, right.name);
    },
  );

  it('gives up when told to', { skip: noAccounts }, async () => {
    const { name, password } = temporaryAccount();
    const stopping = new AbortController();
    const attempt = signIn(name, `${password}x`, stopping.signal);
    stopping.abort();
    await assert.rejects(attempt, failsWith('session.accountRefused'));
  });

  it('leaves the password in no list of processes', { skip: noAccounts }, async () => {
    const { name, password } = temporaryAccount();
    let seen = '';
    const look = setInterval(
      () =>
        (seen += execFileSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null || true'], {
          encoding: 'latin1',
          maxBuffer: 1e8,
        })),
      50,
    );
    await signIn(name, password);
    clearInterval(look);
    assert.ok(seen.includes(name), 'the check was never seen');
    assert.equal(seen.includes(Buffer.from(password).toString('latin1')), false);
  });

  it('cannot be guessed through session after session', async () => {
    let now = 0;
    let asked = 0;
    const inner = {
      own: ownUser,
      signIn: ({ account, password }: ComputerAccount) => {
        asked++;
        return password === 'right'
          ? Promise.resolve(ownUser())
          : Promise.reject(new LatchkeyError('session.accountRefused', { account }));
      },
    };
    const limited = new LimitedAccounts(inner, () => now);
    const attempt = (account: string, password: string) =>
      limited.signIn({ account, password }, new AbortController().signal);
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => attempt('anna', 'wrong')));
    assert.equal(asked, 10);
    assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 30);
    await assert.rejects(attempt('anna', 'right'), (error: LatchkeyError) => {
      assert.deepEqual(error.toData(), { code: 'account.tooManyAttempts', args: { seconds: 900 } });
      return true;
    });
    assert.ok(await attempt('ben', 'right'));
    now = 900_000;
    assert.ok(await attempt('anna', 'right'));
    // A right one clears the earlier ones of that account.
    for (let n = 0; n < 9; n++) await assert.rejects(attempt('anna', 'wrong'), failsWith('session.accountRefused'));
    assert.ok(await attempt('anna', 'right'));
    await assert.rejects(attempt('anna', 'wrong'), failsWith('session.accountRefused'));
    // All accounts together.
    for (let n = 0; n < 49; n++) await assert.rejects(attempt(`user${n}`, 'x'), failsWith('session.accountRefused'));
    await assert.rejects(attempt('another', 'x'), failsWith('account.tooManyAttempts'));
  });

  it('tells Windows’s names in their parts, and what is no account or proves nothing (A7, A9)', () => {
    const parts = ['EXAMPLE\\ann', '.\\ann', '\\ann', 'ann', 'ann@example.com'].map((account) => accountParts(account));
    assert.deepEqual(parts, [
      { user: 'ann', domain: 'EXAMPLE' },
      { user: 'ann', domain: '.' },
      { user: 'ann', domain: '.' },
      { user: 'ann', domain: '.' },
      { user: 'ann@example.com', domain: null },
    ]);
    const none = [
      { account: 'ann', password: '' },
      { account: 'EXAMPLE\\', password: 'x' },
      { account: 'ann\0', password: 'x' },
      { account: 'ann', password: 'x\0y' },
    ];
    for (const given of none) assert.equal(isEmpty(given), true, JSON.stringify(given));
    assert.equal(isEmpty({ account: 'ann', password: ' ' }), false);
  });

  it('reads what macOS says of an account', () => {
    const record = parseRecord(
      'NFSHomeDirectory: /Users/anna\nPrimaryGroupID: 20\nRecordName:\n anna Anna Berg\nUniqueID: 501\nUserShell: /bin/zsh\n',
    );
    assert.deepEqual(Object.fromEntries(record), {
      NFSHomeDirectory: '/Users/anna',
      PrimaryGroupID: '20',
      RecordName: 'anna Anna Berg',
      UniqueID: '501',
      UserShell: '/bin/zsh',
    });
  });
});
