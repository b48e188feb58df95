import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { seal } from '#core/base/sealed-message.ts';
import { SessionLink } from '#core/testing/endpoint/session-link.ts';
import { noAccounts, temporaryAccount } from '#core/testing/endpoint/temporary-account.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { fileRequests } from '#protocol/file-transfer.ts';
import { sealedPurpose } from '#protocol/sealed.ts';
import {
  endpointSessionNotifications as notifications,
  endpointSessionRequests as requests,
  type ComputerAccount,
  type ShownSession,
} from '#protocol/sessions.ts';
import { terminalRequests } from '#protocol/terminal.ts';
import type { Accounts, ComputerUser } from '../accounts/accounts.ts';
import { ownUser } from '../accounts/own-user.ts';
import { platformAccounts } from '../accounts/platform-accounts.ts';
import { EndpointSessions, type EndpointSessionsOptions, type SessionActivity } from './endpoint-sessions.ts';

/** Takes one password. */
const oneAccount: Accounts = {
  own: ownUser,
  signIn: ({ account, password }) =>
    password === 'right'
      ? Promise.resolve(ownUser())
      : Promise.reject(new LatchkeyError('session.accountRefused', { account })),
};

const open = (options: Partial<EndpointSessionsOptions> = {}): Promise<SessionLink> =>
  SessionLink.open(
    new EndpointSessions({ computer: 'front-desk', accounts: oneAccount, accountNeeded: true, ...options }),
  );

async function give(
  link: SessionLink,
  session: string,
  key: string | null,
  account: ComputerAccount,
  purpose = session,
) {
  const message = await seal(key ?? '', sealedPurpose(purpose), Buffer.from(JSON.stringify(account)));
  return link.hub.request(requests.signIn, { session, account: message });
}

describe('Sessions on a computer (X1)', () => {
  it('lets nobody work before an account is given, and everything after (A9)', async () => {
    const link = await open();
    const { session, sealingKey } = await link.start();
    assert.match(sealingKey ?? '', /^[\w-]{43}$/);
    await assert.rejects(link.openTerminal(session), failsWith('session.notSignedIn'));
    await assert.rejects(
      link.hub.request(fileRequests.list, { session, path: null }),
      failsWith('session.notSignedIn'),
    );
    await give(link, session, sealingKey, { account: 'anna', password: 'right' });
    assert.ok(await link.openTerminal(session));
    assert.ok(await link.hub.request(fileRequests.list, { session, path: null }));
    // The hub may have lost the answer.
    await give(link, session, sealingKey, { account: 'anna', password: 'right' });
    const shown = await shownOf(link);
    assert.deepEqual(await link.hub.request(requests.open, shown[0]!), { sealingKey: null });
  });

  it('a stored password needs no account; one that is refused is said, and an account asked for (A9)', async () => {
    let kept: ComputerUser | 'refused' | undefined = ownUser();
    const told: string[] = [];
    const notice = { began: () => told.push('began'), ended: () => told.push('ended') };
    const link = await open({ storedSignIn: () => Promise.resolve(kept), notice });
    const stored = await link.start();
    assert.equal(stored.sealingKey, null);
    assert.ok(await link.openTerminal(stored.session));
    assert.deepEqual(told, ['began']);
    kept = 'refused';
    const { session } = await link.start();
    const [, shown] = await shownOf(link);
    const again = await link.hub.request(requests.open, shown!);
    assert.deepEqual([again.sealingKey?.length, again.storedPasswordRefused], [43, true]);
    await assert.rejects(link.openTerminal(session), failsWith('session.notSignedIn'));
    await give(link, session, again.sealingKey, { account: 'anna', password: 'right' });
    assert.ok(await link.openTerminal(session));
    kept = undefined;
    const none = await link.start();
    const [, , last] = await shownOf(link);
    assert.deepEqual(await link.hub.request(requests.open, last!), { sealingKey: none.sealingKey });
  });

  it('ended while the stored password is tried, nobody stays signed in', async () => {
    const { promise, resolve } = Promise.withResolvers<ComputerUser>();
    let closed = 0;
    const signedIn = { close: () => void closed++ } as unknown as NonNullable<ComputerUser['signedIn']>;
    const link = await open({ storedSignIn: () => promise });
    const starting = link.start();
    await until(async () => (await shownOf(link)).length === 1);
    link.sessions.end((await shownOf(link))[0]!.session);
    resolve({ ...ownUser(), signedIn });
    await assert.rejects(starting, failsWith('session.ended'));
    assert.equal(closed, 1);
  });

  it('ends after the third refusal, and counts each that arrives at once (A9)', async () => {
    const link = await open();
    const { session, sealingKey } = await link.start();
    const wrong = { account: 'anna', password: 'wrong' };
    const refusals = await Promise.allSettled(Array.from({ length: 5 }, () => give(link, session, sealingKey, wrong)));
    // Each is sealed on its own way here: which comes first is open, how many are looked at is not.
    assert.deepEqual(refusals.map((refusal) => (refusal as PromiseRejectedResult).reason.code).sort(), [
      ...Array<string>(3).fill('session.accountRefused'),
      'session.ended',
      'session.ended',
    ]);
    await until(() => link.ended.length > 0);
    assert.deepEqual(link.ended, [{ session, end: 'signInFailed' }]);
    await assert.rejects(
      give(link, session, sealingKey, { account: 'anna', password: 'right' }),
      failsWith('session.notFound'),
    );
  });

  it('an account sealed for one session opens no other, and each has a key of its own (A9)', async () => {
    const link = await open();
    const [one, two] = [await link.start(), await link.start()];
    assert.notEqual(one.sealingKey, two.sealingKey);
    const right = { account: 'anna', password: 'right' };
    await assert.rejects(give(link, one.session, two.sealingKey, right), failsWith('rpc.invalidParams'));
    await assert.rejects(give(link, one.session, one.sealingKey, right, two.session), failsWith('rpc.invalidParams'));
    await assert.rejects(give(link, one.session, one.sealingKey, {} as never), failsWith('rpc.invalidParams'));
    await assert.rejects(link.openTerminal(one.session), failsWith('session.notSignedIn'));
    await give(link, one.session, one.sealingKey, right);
    await assert.rejects(link.openTerminal(two.session), failsWith('session.notSignedIn'));
  });

  it(
    'a real account works as itself; its password leaves the computer in no form (A9)',
    { skip: noAccounts },
    async () => {
      const { name, password, home, uid } = temporaryAccount();
      const problems: string[] = [];
      const link = await open({ accounts: platformAccounts(), onProblem: (problem) => problems.push(problem) });
      link.frames = [];
      const { session, sealingKey } = await link.start();
      const wrong = give(link, session, sealingKey, { account: name, password: `${password}x` });
      await assert.rejects(wrong, failsWith('session.accountRefused'));
      await give(link, session, sealingKey, { account: name, password });
      const terminal = await link.openTerminal(session);
      link.type(
        session,
        terminal,
        `id -u; id -nG; pwd; umask; echo "$HOME $USER $SHELL $TERM $LANG"; cat /etc/shadow; tty\r`,
      );
      await link.shows(terminal, new RegExp(`^${uid}\\r$`, 'm'));
      await link.shows(terminal, new RegExp(`^${name} ${name}g\\r$`, 'm'));
      await link.shows(terminal, new RegExp(`^${home}\\r$`, 'm'));
      await link.shows(terminal, /^0022\r$/m);
      await link.shows(terminal, new RegExp(`^${home} ${name} /bin/bash xterm-256color \\S+UTF-?8\\r$`, 'mi'));
      await link.shows(terminal, /cat: \/etc\/shadow: Permission denied/);
      await link.shows(terminal, /^\/dev\/pts\/\d+\r$/m);
      link.type(session, terminal, 'sleep 4242 & exec sleep 4343\r');
      await until(() => sleepers(uid) === 2);
      const listing = await link.hub.request(fileRequests.list, { session, path: null });
      assert.equal(listing.path, home);
      link.sessions.end(session);
      await until(() => sleepers(uid) === 0);
      const everything = [...link.frames, ...problems, ...link.problems].join('\n');
      assert.ok(everything.length > 1000);
      for (const form of [
        password,
        JSON.stringify(password).slice(1, -1),
        Buffer.from(password).toString('base64').slice(0, -3),
      ])
        assert.equal(everything.includes(form), false);
    },
  );

  it(
    'the exit code of the account’s own shell is told, and Ctrl+C reaches what it runs',
    { skip: noAccounts },
    async () => {
      const { name, password } = temporaryAccount();
      const link = await open({ accounts: platformAccounts() });
      const { session, sealingKey } = await link.start();
      await give(link, session, sealingKey, { account: name, password });
      const terminal = await link.openTerminal(session, 90, 20);
      link.type(session, terminal, 'stty size; sleep 1000\r');
      await link.shows(terminal, /^20 90\r$/m);
      await delay(200);
      link.type(session, terminal, '\x03');
      link.type(session, terminal, 'echo "code $?"; exit 9\r');
      await link.shows(terminal, /^code 130\r$/m);
      await until(() => link.exits.has(terminal));
      assert.equal(link.exits.get(terminal), 9);
    },
  );

  it('blocked by the customer: open ones end as that, no other opens until unblocked (X7)', async () => {
    const link = await open();
    const { session } = await link.start();
    link.sessions.setBlocked(true);
    await until(() => link.ended.length > 0);
    assert.deepEqual(link.ended, [{ session, end: 'blocked' }]);
    await assert.rejects(link.start(), (error: LatchkeyError) => {
      assert.deepEqual(error.toData(), { code: 'session.blocked', args: { device: 'front-desk' } });
      return true;
    });
    link.sessions.setBlocked(false);
    assert.ok((await link.start()).session);
  });

  it('waits for a lost connection, and ends what waited too long', async () => {
    const link = await open({ resumeSeconds: 2, accountNeeded: false });
    const { session } = await link.start();
    const terminal = await link.openTerminal(session);
    await link.cut();
    await link.connect();
    assert.deepEqual(link.held.at(-1), [session]);
    assert.equal((await link.hub.request(terminalRequests.list, { session })).length, 1);
    link.type(session, terminal, 'echo $((41+1))\r');
    await link.hub.request(terminalRequests.attach, { session, terminal, from: link.position.get(terminal) ?? 0 });
    await link.shows(terminal, /^42\r$/m);
    await link.cut();
    await until(async () => (await shownOf(link)).length === 0);
    await link.connect();
    assert.deepEqual(link.held.at(-1), []);
    assert.deepEqual(link.ended, [{ session, end: 'connectionLost' }]);
  });

  it('an end while the connection is lost is told once it is back', async () => {
    const link = await open();
    const { session } = await link.start();
    await link.cut();
    link.sessions.end(session);
    await link.connect();
    assert.deepEqual(link.held.at(-1), []);
    assert.deepEqual(link.ended, [{ session, end: 'customer' }]);
  });

  it('one that the hub ends is over, and is not told back', async () => {
    const link = await open();
    const { session } = await link.start();
    link.hub.notify(notifications.ended, { session, end: 'technician' });
    await until(async () => (await shownOf(link)).length === 0);
    assert.deepEqual(link.ended, []);
  });

  it('an older conversation has no say any more', async () => {
    const link = await open({ accountNeeded: false });
    const { session } = await link.start();
    const old = link.hub;
    await link.connect();
    await assert.rejects(old.request(terminalRequests.list, { session }), failsWith('rpc.closed'));
    old.notify(notifications.ended, { session, end: 'technician' });
    assert.deepEqual(await link.hub.request(terminalRequests.list, { session }), []);
  });

  it('the customer sees who is there, and what they did', async () => {
    const link = await open({ accountNeeded: false });
    const { session } = await link.start();
    const [shown] = await shownOf(link);
    await link.openTerminal(session);
    const both = [
      { name: 'Anna', inControl: false },
      { name: 'Ben', inControl: true },
    ];
    link.hub.notify(notifications.changed, { ...shown!, technicians: both });
    await until(async () => (await shownOf(link))[0]?.technicians.length === 2);
    await link.openTerminal(session);
    link.hub.notify(notifications.changed, { ...shown!, technicians: both.slice(1) });
    await until(async () => (await shownOf(link))[0]?.technicians.length === 1);
    link.sessions.end(session);
    let activity: readonly SessionActivity[] = [];
    link.sessions.activity$.subscribe((now) => (activity = now));
    assert.deepEqual(
      activity.map(({ technician, what }) => `${technician} ${what}`),
      ['Anna joined', 'Anna terminal', 'Ben joined', 'Ben terminal', 'Anna left', 'Ben left'],
    );
  });

  it('a notice tells of unattended sessions, from when somebody works until they end', async () => {
    const told: string[] = [];
    const link = await open({ notice: { began: () => told.push('began'), ended: () => told.push('ended') } });
    const attended = await link.start({ kind: 'attended' });
    await give(link, attended.session, attended.sealingKey, { account: 'anna', password: 'right' });
    link.sessions.end(attended.session);
    const { session, sealingKey } = await link.start();
    const never = await link.start();
    link.sessions.end(never.session);
    assert.deepEqual(told, []);
    await give(link, session, sealingKey, { account: 'anna', password: 'right' });
    assert.deepEqual(told, ['began']);
    link.sessions.end(session);
    assert.deepEqual(told, ['began', 'ended']);
  });

  it('a session that is none is refused everywhere', async () => {
    const link = await open();
    const session = newId();
    const size = { columns: 80, rows: 24 };
    await assert.rejects(link.hub.request(terminalRequests.open, { session, ...size }), failsWith('session.notFound'));
    await assert.rejects(link.hub.request(terminalRequests.list, { session }), failsWith('session.notFound'));
    await assert.rejects(
      link.hub.request(fileRequests.read, { session, path: temporaryFolder() }),
      failsWith('session.notFound'),
    );
    link.type(session, newId(), 'x');
    link.hub.notify(notifications.ended, { session, end: 'technician' });
    link.sessions.end(session);
    await assert.rejects(link.hub.request(terminalRequests.list, { session }), failsWith('session.notFound'));
    assert.deepEqual(link.problems, []);
  });
});

async function shownOf(link: SessionLink): Promise<readonly ShownSession[]> {
  let sessions: readonly ShownSession[] = [];
  link.sessions.sessions$.subscribe((now) => (sessions = now)).unsubscribe();
  return sessions;
}

function sleepers(uid: number): number {
  try {
    return execFileSync('pgrep', ['-u', String(uid), '-x', 'sleep'], { encoding: 'utf8' })
      .trim()
      .split('\n').length;
  } catch {
    return 0;
  }
}
