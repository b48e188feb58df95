import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { accountNotifications, accountRequests, tokenRequests, type SignInResult } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { groupRequests } from '#protocol/groups.ts';
import { hubRequests } from '#protocol/hub.ts';
import { Store } from '../store/store.ts';
import { TokenService } from '../tokens/token-service.ts';
import { SignInWatch } from '../workbench/sign-in-watch.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { idleLifetime, SignInService } from './sign-in-service.ts';
import { TechnicianDirectory } from './technician-directory.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import {
  adminEmail,
  adminPassword,
  openSocket,
  postJson,
  RefusedSocket,
  startTestHub,
  type TestHub,
  type TestWorkbench,
} from '#core/testing/test-hub.ts';

const failsWith = (code: ErrorCode) => (error: unknown) => {
  assert.equal((error as LatchkeyError).code, code);
  return true;
};
const password = 'a long enough password';

describe('Accounts', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
  });

  const adminIdentity = () => admin.rpc.request(accountRequests.me, {});
  let accounts = 0;
  async function newTechnician(groups: string[] = []): Promise<{ id: string; email: string }> {
    const email = `technician${++accounts}@example.com`;
    return admin.rpc.request(accountRequests.create, { email, name: 'T', role: 'technician', groups, password });
  }

  it('signs in with a cookie that scripts and other sites cannot use', async () => {
    const answer = await postJson(`${hub.url}/api/sign-in`, { email: ' Admin@Example.com', password: adminPassword });
    const { identity } = (await answer.json()) as SignInResult;
    assert.equal(identity.technician.email, adminEmail);
    const cookie = answer.headers.get('set-cookie')!;
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Strict/);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
  });

  it('answers a wrong password and an unknown e-mail alike', async () => {
    const answers = await Promise.all(
      [adminEmail, 'nobody@example.com'].map((email) => postJson(`${hub.url}/api/sign-in`, { email, password: 'no' })),
    );
    const [known, unknown] = await Promise.all(answers.map((answer) => answer.text()));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401],
    );
    assert.equal(known, unknown);
    assert.match(known!, /"code":"account.wrongPassword"/);
  });

  it('slows down whoever guesses, for accounts that do not exist too', async () => {
    const { url } = await startTestHub();
    for (const guessed of [adminEmail, 'guessed@example.com']) {
      const attempt = (): Promise<Response> => postJson(`${url}/api/sign-in`, { email: guessed, password: 'no' });
      const statuses = (await Promise.all(Array.from({ length: 12 }, attempt))).map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 401).length, 5);
      const refused = await postJson(`${url}/api/sign-in`, { email: guessed, password: adminPassword });
      assert.equal(refused.status, 429);
      assert.match(await refused.text(), /account.tooManyAttempts/);
      assert.ok(Number(refused.headers.get('retry-after')) > 0);
    }
  });

  it('lets nobody in without a credential, or with a wrong one', async () => {
    const url = `${hub.url.replace('http', 'ws')}/workbench`;
    const refused = (headers: Record<string, string>, code: ErrorCode) =>
      assert.rejects(openSocket(url, { headers }), (error: RefusedSocket) => {
        assert.equal(error.status, 401);
        assert.equal(error.code, code);
        return true;
      });
    await refused({}, 'hub.notSignedIn');
    await refused({ cookie: 'latchkey=AAAA' }, 'hub.notSignedIn');
    await refused({ authorization: 'Bearer lkt_nonsense' }, 'account.tokenInvalid');
    await refused({ authorization: 'Basic YTpi' }, 'account.tokenInvalid');
  });

  it('makes an API token for the command line, which works until it is revoked', async () => {
    const answer = await postJson(`${hub.url}/api/sign-in`, {
      email: adminEmail,
      password: adminPassword,
      token: { name: 'my laptop' },
    });
    const { token } = (await answer.json()) as SignInResult;
    assert.equal(answer.headers.get('set-cookie'), null);
    const program = await hub.workbench({ token: token!.secret });
    assert.equal((await program.rpc.request(accountRequests.me, {})).technician.email, adminEmail);
    const listed = await admin.rpc.request(tokenRequests.list, {});
    assert.ok(listed.find(({ id, lastUsedAt }) => id === token!.token.id && lastUsedAt !== null));
    await admin.rpc.request(tokenRequests.revoke, { token: token!.token.id });
    assert.equal(await program.closed, 4001);
    await assert.rejects(hub.workbench({ token: token!.secret }), failsWith('account.tokenRevoked'));
  });

  it('refuses a token that has expired, also on a connection that is open', async () => {
    const expiresAt = Date.now() + 400;
    const { secret } = await admin.rpc.request(tokenRequests.create, { name: 'short', expiresAt });
    const program = await hub.workbench({ token: secret });
    await program.rpc.request(hubRequests.ping, {});
    while (Date.now() <= expiresAt) await new Promise((resolve) => setTimeout(resolve, 50));
    await assert.rejects(program.rpc.request(hubRequests.ping, {}), failsWith('account.tokenExpired'));
    await assert.rejects(hub.workbench({ token: secret }), failsWith('account.tokenExpired'));
  });

  it('shows and revokes nobody else’s tokens', async () => {
    const { email } = await newTechnician();
    const technician = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const { token } = await admin.rpc.request(tokenRequests.create, { name: 'mine', expiresAt: null });
    assert.deepEqual(await technician.rpc.request(tokenRequests.list, {}), []);
    await assert.rejects(
      technician.rpc.request(tokenRequests.revoke, { token: token.id }),
      failsWith('token.notFound'),
    );
  });

  it('lets an administrator see and revoke anybody’s tokens, which ends their connections', async () => {
    const { id, email } = await newTechnician();
    const technician = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const { token, secret } = await technician.rpc.request(tokenRequests.create, { name: 'lost', expiresAt: null });
    const program = await hub.workbench({ token: secret });
    const [listed] = await admin.rpc.request(tokenRequests.list, { technician: id });
    assert.equal(listed?.id, token.id);
    await assert.rejects(
      technician.rpc.request(tokenRequests.list, { technician: (await adminIdentity()).technician.id }),
      failsWith('permission.administratorOnly'),
    );
    await admin.rpc.request(tokenRequests.revoke, { token: token.id });
    assert.equal(await program.closed, 4001);
    const [entry] = await admin.rpc.request(auditRequests.query, { limit: 1 });
    assert.deepEqual(
      [entry?.action, entry?.subject?.id, entry?.before?.['technician']],
      ['token.revoke', token.id, id],
    );
  });

  it('makes no token by a token that outlives it', async () => {
    const expiresAt = Date.now() + 60_000;
    const { secret } = await admin.rpc.request(tokenRequests.create, { name: 'short', expiresAt });
    const { rpc } = await hub.workbench({ token: secret });
    for (const wanted of [null, expiresAt + 1]) {
      const made = await rpc.request(tokenRequests.create, { name: 'longer', expiresAt: wanted });
      assert.equal(made.token.expiresAt, expiresAt);
    }
  });

  it('ends a sign-in that nobody uses although its connection is open, and keeps one that is used', async () => {
    const hub = await startTestHub();
    const cookie = await hub.signIn();
    const { closed, rpc } = await hub.workbench({ cookie });
    const connections = hub.get(WorkbenchConnections);
    const watch = new SignInWatch(
      hub.get(SignInService),
      hub.get(TokenService),
      hub.get(TechnicianDirectory),
      connections,
      (error) => assert.fail(String(error)),
    );
    const store = hub.get(Store);
    const [connection] = [...connections].slice(-1);
    const week = idleLifetime;
    const lastUsedAt = async (): Promise<number | undefined> =>
      (
        await store.read
          .selectFrom('sign_ins')
          .selectAll()
          .where('secret_hash', '=', connection!.credential.id)
          .execute()
      )[0]?.last_used_at;
    const later = Date.now() + week - 1000;
    connection!.usedAt = later;
    await watch.check(later);
    assert.equal(await lastUsedAt(), later);
    await rpc.request(hubRequests.ping, {});
    assert.equal(connection!.usedAt, later, 'a ping counts as use');
    await watch.check(later + week);
    assert.equal(await closed, 4001);
  });

  it('ends the connection at sign-out, and the cookie with it', async () => {
    const cookie = await hub.signIn();
    const workbench = await hub.workbench({ cookie });
    const answer = await postJson(`${hub.url}/api/sign-out`, {}, { cookie, origin: hub.url });
    assert.equal(answer.status, 200);
    assert.equal(await workbench.closed, 4001);
    await assert.rejects(hub.workbench({ cookie }), failsWith('hub.notSignedIn'));
  });

  it('puts a changed role and changed groups in force at once, and tells the workbench', async () => {
    const group = await admin.rpc.request(groupRequests.create, { name: 'Assigned later' });
    const { id, email } = await newTechnician();
    const { rpc } = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const told: string[][] = [];
    rpc.on(accountNotifications.changed, ({ technician }) => void told.push(technician.groups));
    assert.deepEqual(await rpc.request(groupRequests.list, {}), []);
    await assert.rejects(rpc.request(groupRequests.create, { name: 'X' }), failsWith('permission.administratorOnly'));
    await admin.rpc.request(accountRequests.update, { technician: id, groups: [group.id] });
    assert.deepEqual(await rpc.request(groupRequests.list, {}), [group]);
    assert.deepEqual(told, [[group.id]]);
    await admin.rpc.request(groupRequests.delete, { group: group.id });
    assert.deepEqual((await rpc.request(accountRequests.me, {})).technician.groups, []);
    await admin.rpc.request(accountRequests.update, { technician: id, role: 'administrator' });
    await rpc.request(groupRequests.create, { name: 'Made by a new administrator' });
  });

  it('keeps every change of two that arrive at once', async () => {
    const { id } = await newTechnician();
    await Promise.all([
      admin.rpc.request(accountRequests.update, { technician: id, name: 'Renamed' }),
      admin.rpc.request(accountRequests.update, { technician: id, role: 'administrator' }),
    ]);
    const [found] = (await admin.rpc.request(accountRequests.list, {})).filter((each) => each.id === id);
    assert.deepEqual([found!.name, found!.role], ['Renamed', 'administrator']);
    await admin.rpc.request(accountRequests.update, { technician: id, role: 'technician' });
  });

  it('shuts a disabled technician out at once', async () => {
    const { id, email } = await newTechnician();
    const workbench = await hub.workbench({ cookie: await hub.signIn(email, password) });
    await admin.rpc.request(accountRequests.update, { technician: id, disabled: true });
    assert.equal(await workbench.closed, 4001);
    const answer = await postJson(`${hub.url}/api/sign-in`, { email, password });
    assert.equal(answer.status, 401);
    assert.match(await answer.text(), /account.disabled/);
  });

  it('ends other sign-ins when a password changes, and asks for the current one', async () => {
    const { id, email } = await newTechnician();
    const one = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const other = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const next = 'another long password';
    const wrong = one.rpc.request(accountRequests.changePassword, { current: 'no', next });
    await assert.rejects(wrong, failsWith('account.wrongPassword'));
    const weak = one.rpc.request(accountRequests.changePassword, { current: password, next: 'short' });
    await assert.rejects(weak, failsWith('rpc.invalidParams'));
    await one.rpc.request(accountRequests.changePassword, { current: password, next });
    assert.equal(await other.closed, 4001);
    await one.rpc.request(hubRequests.ping, {});
    assert.equal((await postJson(`${hub.url}/api/sign-in`, { email, password })).status, 401);
    await admin.rpc.request(accountRequests.resetPassword, { technician: id, next: password });
    assert.equal(await one.closed, 4001);
    await hub.signIn(email, password);
  });

  it('keeps the last administrator', async () => {
    const other = await startTestHub();
    const { rpc } = await other.workbench();
    const { technician } = await rpc.request(accountRequests.me, {});
    const changes = [{ role: 'technician' as const }, { disabled: true }];
    for (const change of changes) {
      const update = rpc.request(accountRequests.update, { technician: technician.id, ...change });
      await assert.rejects(update, failsWith('account.lastAdministrator'));
    }
    const second = await rpc.request(accountRequests.create, {
      email: 'second@example.com',
      name: 'Second',
      role: 'administrator',
      groups: [],
      password,
    });
    const demoted = await Promise.allSettled(
      [technician.id, second.id].map((id) => rpc.request(accountRequests.update, { technician: id, disabled: true })),
    );
    assert.deepEqual(demoted.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  it('refuses an e-mail that is taken, and groups that do not exist', async () => {
    const base = { name: 'X', role: 'technician' as const, password };
    await assert.rejects(
      admin.rpc.request(accountRequests.create, { ...base, email: adminEmail, groups: [] }),
      failsWith('account.emailTaken'),
    );
    await assert.rejects(
      admin.rpc.request(accountRequests.create, { ...base, email: 'x@example.com', groups: ['aaaaaaaaaaaaaaaa'] }),
      failsWith('group.notFound'),
    );
  });

  it('records who did what from where, refused attempts too', async () => {
    const { id, email } = await newTechnician();
    const { rpc } = await hub.workbench({ cookie: await hub.signIn(email, password) });
    await assert.rejects(rpc.request(groupRequests.create, { name: 'Not mine to make' }));
    await rpc.request(tokenRequests.create, { name: 'recorded', expiresAt: null });
    const [created, refused, signedIn] = await rpc.request(auditRequests.query, { limit: 10 });
    assert.deepEqual(
      [created!.action, created!.subject?.name, created!.from],
      ['token.create', 'recorded', '127.0.0.1'],
    );
    assert.deepEqual([refused!.action, refused!.outcome], ['group.create', 'refused']);
    assert.deepEqual([signedIn!.action, signedIn!.actor.id, signedIn!.actor.name], ['account.signIn', id, email]);
    const everything = JSON.stringify(await admin.rpc.request(auditRequests.query, { limit: 500 }));
    assert.equal(everything.includes(password), false);
    assert.equal(everything.includes('lkt_'), false);
  });
});

describe('The first start', () => {
  it('makes an administrator up, whose password is made anew until somebody has used it', async () => {
    const data = temporaryFolder();
    const first = await startTestHub({ data, admin: undefined });
    assert.match(first.initialAdmin!.password, /^([a-z2-7]{4}-){5}[a-z2-7]{4}$/);
    await first.close();
    const second = await startTestHub({ data, admin: undefined });
    assert.equal((await postJson(`${second.url}/api/sign-in`, first.initialAdmin)).status, 401);
    const answer = await postJson(`${second.url}/api/sign-in`, second.initialAdmin);
    assert.equal(((await answer.json()) as SignInResult).identity.passwordIsInitial, true);
    await second.close();
    const third = await startTestHub({ data, admin: undefined });
    assert.equal(third.initialAdmin, undefined);
    assert.equal((await postJson(`${third.url}/api/sign-in`, second.initialAdmin)).status, 200);
  });
});
