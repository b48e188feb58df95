import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { attend, enterKey, openProving } from '#core/testing/test-customer-app.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { postJson, startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { endpointRequests } from '#protocol/endpoint.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { attendPurpose, attendRequests, joinDownloadPath, joinKeyPath } from '#protocol/join.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { portalPageRequests } from '#protocol/portal.ts';
import { sessionNotifications, sessionRequests as requests, type Session } from '#protocol/sessions.ts';
import { SessionKeys } from './session-keys.ts';

const password = 'a long enough password';

describe('Attended sessions (A1)', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let made = 0;
  before(async () => {
    hub = await startTestHub({ times: { resume: 0.4 } });
    admin = await hub.workbench();
  });
  async function technician(on: TestHub = hub): Promise<TestWorkbench & { id: string; seen: Map<string, Session> }> {
    const email = `t${++made}@example.com`;
    const account = { email, name: `Tess ${made}`, role: 'technician' as const, groups: [], password };
    const boss = on === hub ? admin : await on.workbench();
    const { id } = await boss.rpc.request(accountRequests.create, account);
    const workbench = await on.workbench({ cookie: await on.signIn(email, password) });
    const seen = new Map<string, Session>();
    workbench.rpc.on(sessionNotifications.changed, ({ session }) => void seen.set(session.id, session));
    await workbench.rpc.request(requests.watch, {});
    return { ...workbench, id, seen };
  }
  const stateOf = async ({ rpc }: TestWorkbench, session: string): Promise<string> =>
    (await rpc.request(requests.get, { session })).state;

  it('the customer is told whose hub it is', async () => {
    const tess = await technician();
    const appearance = { name: 'Müller & Söhne', message: '', logo: '', color: null };
    for (const name of [appearance.name, '']) {
      await admin.rpc.request(portalPageRequests.setAppearance, { ...appearance, name });
      const { key } = await tess.rpc.request(requests.invite, {});
      const app = await attend(hub, (await enterKey(hub, key)).ticket);
      assert.equal(app.organisation, name);
      app.socket.terminate();
    }
  });

  it('the technician gets a key and a link; the customer comes with it, works, and ends it', async () => {
    const tess = await technician();
    const { session, key, link, expiresAt } = await tess.rpc.request(requests.invite, {});
    assert.match(key, /^\d{9}$/);
    assert.equal(link, `${hub.url}/join#${key}`);
    assert.deepEqual([session.state, session.computer, session.keyExpiresAt], ['waiting', null, expiresAt]);
    assert.ok(Math.abs(expiresAt - Date.now() - 600_000) < 5000);
    const answer = await enterKey(hub, key);
    assert.equal(answer.technician, session.technician.name);
    assert.ok(Math.abs(answer.expiresAt - answer.now! - 600_000) < 1000, 'told without a clock of the customer');
    assert.deepEqual(answer.platforms.map(({ platform }) => platform).sort(), ['linux', 'macos', 'windows']);
    const app = await attend(hub, answer.ticket);
    assert.deepEqual([app.session, app.technician], [session.id, session.technician.name]);
    await until(() => tess.seen.get(session.id)?.state === 'active');
    const now = tess.seen.get(session.id)!;
    assert.equal(now.computer?.name, app.facts.hostName);
    assert.deepEqual([now.device, now.keyExpiresAt, now.inControl], [null, null, tess.id]);
    assert.ok(now.startedAt);
    app.computer.endSession(session.id);
    await until(() => tess.seen.get(session.id)?.end === 'customer');
    assert.equal(await app.closed, 1000);
    await assert.rejects(attend(hub, answer.ticket, app), failsWith('session.ticketInvalid'));
    const steps = (await tess.rpc.request(auditRequests.query, { limit: 100 })).map(({ action }) => action);
    assert.deepEqual(
      steps.filter((action) => action.startsWith('session.')),
      ['session.invite'],
    );
    const all = (await admin.rpc.request(auditRequests.query, { limit: 20 })).filter(
      ({ subject }) => subject?.id === session.id,
    );
    assert.deepEqual(
      all.map(({ action, actor }) => [action, actor.kind]),
      [
        ['session.end', 'endpoint'],
        ['session.start', 'endpoint'],
        ['session.enter', 'endpoint'],
        ['session.invite', 'technician'],
      ],
    );
    assert.ok(!JSON.stringify(all).includes(key) && !JSON.stringify(all).includes(answer.ticket));
  });

  it('any technician with sessions sees it and may look on', async () => {
    const [tess, tom] = [await technician(), await technician()];
    const { session, key } = await tess.rpc.request(requests.invite, {});
    await until(() => tom.seen.has(session.id));
    const app = await attend(hub, (await enterKey(hub, key)).ticket);
    await tom.rpc.request(requests.join, { session: session.id });
    await until(() => app.computer.held.get(session.id)?.technicians.length === 2);
    await admin.rpc.request(permissionRequests.set, { permission: 'session', allowed: false, technician: tom.id });
    await until(() => tom.seen.get(session.id)?.state === 'ended');
    await until(() => app.computer.held.get(session.id)?.technicians.length === 1);
    assert.equal(await stateOf(tess, session.id), 'active');
    await assert.rejects(tom.rpc.request(requests.invite, {}), failsWith('permission.switchedOff'));
  });

  it('a key is good for one customer; a ticket for the first key that brings it', async () => {
    const on = await startTestHub();
    const tess = await technician(on);
    const { session, key } = await tess.rpc.request(requests.invite, {});
    const { ticket } = await enterKey(on, key);
    await assert.rejects(enterKey(on, key), failsWith('session.keyUsed'));
    const app = await attend(on, ticket);
    await until(() => tess.seen.get(session.id)?.state === 'active');
    await assert.rejects(attend(on, ticket), failsWith('session.ticketInvalid'));
    await assert.rejects(attend(on, 'A'.repeat(43)), failsWith('session.ticketInvalid'));
    // Knowing the ticket and the public key is not enough.
    const { rpc, prove } = await openProving(on);
    const forged = { ticket, publicKey: app.keys.publicKey, facts: app.facts };
    await assert.rejects(
      rpc.request(attendRequests.attend, { ...forged, signature: prove(attendPurpose(ticket), KeyPair.generate()) }),
      failsWith('endpoint.proofInvalid'),
    );
    await assert.rejects(
      rpc.request(attendRequests.attend, { ...forged, signature: prove('connect', app.keys) }),
      failsWith('endpoint.proofInvalid'),
    );
    assert.equal(await stateOf(tess, session.id), 'active');
  });

  it('a customer app is no device: what devices may do is closed to it, and it cannot become one', async () => {
    const tess = await technician();
    const { key } = await tess.rpc.request(requests.invite, {});
    const app = await attend(hub, (await enterKey(hub, key)).ticket);
    await assert.rejects(app.rpc.request(endpointRequests.leave, {}), failsWith('endpoint.proofInvalid'));
    const { publicKey } = app.keys;
    await assert.rejects(
      app.rpc.request(endpointRequests.connect, { publicKey, signature: 'A'.repeat(86), facts: app.facts }),
      failsWith('endpoint.proofInvalid'),
    );
  });

  it('wrong keys are refused, and whoever goes on guessing has to wait, the right key included', async () => {
    const on = await startTestHub();
    const tess = await technician(on);
    const { key } = await tess.rpc.request(requests.invite, {});
    const guess = String((Number(key) + 1) % 1e9).padStart(9, '0');
    for (let index = 0; index < 5; index++) await assert.rejects(enterKey(on, guess), failsWith('session.keyWrong'));
    await assert.rejects(enterKey(on, guess), failsWith('rpc.tooMany'));
    await assert.rejects(enterKey(on, key), failsWith('rpc.tooMany'));
    const answer = await postJson(on.url + joinKeyPath, { key });
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    assert.equal((await postJson(on.url + joinKeyPath, { key: '12345678' })).status, 400);
    const metrics = await (await fetch(`${on.url}/metrics`)).text();
    assert.match(metrics, /latchkey_session_keys_total\{outcome="session.keyWrong"\} 5/);
  });

  it('guesses of many networks together are slowed down too', () => {
    const keys = new SessionKeys(randomBytes(32));
    const key = keys.issue('s', Date.now() + 1000);
    const guess = String((Number(key) + 1) % 1e9).padStart(9, '0');
    for (let index = 0; index < 60; index++) {
      assert.throws(() => keys.use(guess, `10.0.${index}.1`), failsWith('session.keyWrong'));
    }
    assert.throws(() => keys.use(guess, '10.1.0.1'), failsWith('rpc.tooMany'));
    assert.throws(() => keys.use(key, '10.1.0.2'), failsWith('rpc.tooMany'));
  });

  it('keys do not repeat among open ones, are spread over all nine digits, and end with their session or a new key', () => {
    const keys = new SessionKeys(randomBytes(32));
    const soon = Date.now() + 60_000;
    const issued = Array.from({ length: 1000 }, (_, index) => keys.issue(`s${index}`, soon));
    assert.equal(new Set(issued).size, 1000);
    assert.ok(issued.every((key) => /^\d{9}$/.test(key)));
    for (let digit = 0; digit < 9; digit++) assert.equal(new Set(issued.map((key) => key[digit])).size, 10);
    assert.throws(() => keys.issue('one too many', soon), failsWith('rpc.tooMany'));
    const renewed = keys.issue('s0', soon);
    assert.throws(() => keys.use(issued[0]!, '::1'), failsWith('session.keyExpired'));
    assert.equal(keys.use(renewed, '::1'), 's0');
    keys.drop('s1');
    assert.throws(() => keys.use(issued[1]!, '::1'), failsWith('session.keyExpired'));
  });

  it('a key that ran out can be renewed while the technician is there; else the session is over', async () => {
    const on = await startTestHub({ times: { key: 0.3, resume: 0.2 } });
    const tess = await technician(on);
    const { session, key } = await tess.rpc.request(requests.invite, {});
    await until(() => (tess.seen.get(session.id)?.keyExpiresAt ?? Infinity) < Date.now());
    await assert.rejects(enterKey(on, key), failsWith('session.keyExpired'));
    assert.equal(await stateOf(tess, session.id), 'waiting');
    const renewed = await tess.rpc.request(requests.renewKey, { session: session.id });
    assert.notEqual(renewed.key, key);
    // Used, but the customer app was never run: that ticket is over, another key brings another.
    const { ticket } = await enterKey(on, renewed.key);
    const third = await tess.rpc.request(requests.renewKey, { session: session.id });
    await assert.rejects(attend(on, ticket), failsWith('session.ticketInvalid'));
    const app = await attend(on, (await enterKey(on, third.key)).ticket);
    await until(() => tess.seen.get(session.id)?.state === 'active');
    await assert.rejects(tess.rpc.request(requests.renewKey, { session: session.id }), failsWith('session.keyUsed'));
    app.computer.endSession(session.id);

    const abandoned = (await tess.rpc.request(requests.invite, {})).session.id;
    const tom = await technician(on);
    await tess.rpc.request(requests.leave, { session: abandoned });
    await until(() => tom.seen.get(abandoned)?.end === 'keyExpired');
  });

  it('the technician takes the invitation back: the key and the ticket are good no more', async () => {
    const on = await startTestHub();
    const tess = await technician(on);
    const first = await tess.rpc.request(requests.invite, {});
    await tess.rpc.request(requests.end, { session: first.session.id });
    await assert.rejects(enterKey(on, first.key), failsWith('session.keyExpired'));
    const second = await tess.rpc.request(requests.invite, {});
    const { ticket } = await enterKey(on, second.key);
    await tess.rpc.request(requests.end, { session: second.session.id });
    await assert.rejects(attend(on, ticket), failsWith('session.ticketInvalid'));
  });

  it('a lost connection of the customer app resumes with the same key of its own, and ends where it does not', async () => {
    const tess = await technician();
    const { session, key } = await tess.rpc.request(requests.invite, {});
    const app = await attend(hub, (await enterKey(hub, key)).ticket);
    await until(() => tess.seen.get(session.id)?.state === 'active');
    app.socket.terminate();
    await until(() => tess.seen.get(session.id)?.state === 'interrupted');
    const back = await attend(hub, app.ticket, { ...app, held: [session.id] });
    await until(() => tess.seen.get(session.id)?.state === 'active');
    // A newer connection takes the place of one that only seems to be there.
    const newer = await attend(hub, app.ticket, { ...app, held: [session.id] });
    await until(() => newer.computer.held.has(session.id));
    assert.equal(await Promise.race([back.closed, newer.closed]), 4000);
    assert.equal(await stateOf(tess, session.id), 'active');
    newer.socket.terminate();
    await until(() => tess.seen.get(session.id)?.end === 'connectionLost');
  });

  it('a customer app that is lost before work began may come again; the customer finds a session that waits', async () => {
    const tess = await technician();
    const { session, key } = await tess.rpc.request(requests.invite, {});
    const { ticket } = await enterKey(hub, key);
    const never = new Promise<void>(() => {});
    const app = await attend(hub, ticket, { prepare: (computer) => void (computer.onOpen = () => never) });
    await until(() => tess.seen.get(session.id)?.computer != null);
    app.socket.terminate();
    await until(() => app.rpc.isClosed);
    await attend(hub, ticket, { keys: app.keys, facts: app.facts });
    await until(() => tess.seen.get(session.id)?.state === 'active');
  });

  it('ends where nobody of the technicians is there any more when the customer comes', async () => {
    const [tess, tom] = [await technician(), await technician()];
    const { session, key } = await tess.rpc.request(requests.invite, {});
    await tess.rpc.request(requests.leave, { session: session.id });
    const app = await attend(hub, (await enterKey(hub, key)).ticket);
    await until(() => tom.seen.get(session.id)?.state === 'active');
    await until(() => app.computer.ended.length > 0);
    assert.equal(tom.seen.get(session.id)?.state, 'ended');
  });

  it('A4: a computer that is a device is recognised, from when it is until it no longer is', async () => {
    const tess = await technician();
    const { id: group } = await admin.rpc.request(groupRequests.create, { name: 'Known' });
    const wanted = { group, name: null, limit: 5, expiresAt: null };
    const { token } = await admin.rpc.request(installerRequests.generate, wanted);
    const { standing, facts } = await openEndpoint(hub, { token });
    const invited = await tess.rpc.request(requests.invite, {});
    await attend(hub, (await enterKey(hub, invited.key)).ticket, { facts: { ...facts, hostName: 'renamed' } });
    await until(() => tess.seen.get(invited.session.id)?.state === 'active');
    assert.equal(tess.seen.get(invited.session.id)?.device, standing.device);

    const odd = { ...newFacts(), smbiosUuid: '100%_!"\\' };
    const other = await tess.rpc.request(requests.invite, {});
    await attend(hub, (await enterKey(hub, other.key)).ticket, { facts: odd });
    await until(() => tess.seen.get(other.session.id)?.state === 'active');
    assert.equal(tess.seen.get(other.session.id)?.device, null);
    const late = await openEndpoint(hub, { token, facts: odd });
    await until(() => tess.seen.get(other.session.id)?.device === late.standing.device);
    await late.conversation.leave();
    await until(() => tess.seen.get(other.session.id)?.device === null);
  });

  it('hands the customer app out to whoever has a ticket, as a form of our own page', async () => {
    const tess = await technician();
    const { key } = await tess.rpc.request(requests.invite, {});
    const { ticket } = await enterKey(hub, key);
    const download = (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(hub.url + joinDownloadPath, { method: 'POST', body: new URLSearchParams(fields), headers });
    const code = async (answer: Response): Promise<string> =>
      ((await answer.json()) as { error: { code: string } }).error.code;
    assert.equal(await code(await download({ ticket: 'A'.repeat(43), platform: 'linux' })), 'session.ticketInvalid');
    const none = { ticket, platform: 'windows', architecture: 'arm64' };
    assert.equal(await code(await download(none)), 'customerApp.unavailable');
    assert.equal(await code(await download({ ticket, platform: 'amiga' })), 'rpc.invalidParams');
    const site = { origin: 'null', 'sec-fetch-site': 'cross-site' };
    assert.equal(await code(await download(none, site)), 'account.originRefused');
    const own = { origin: 'null', 'sec-fetch-site': 'same-origin' };
    assert.equal(await code(await download(none, own)), 'customerApp.unavailable');
  });

  it('a technician does not fill the hub with invitations', async () => {
    const tess = await technician();
    for (let index = 0; index < 25; index++) await tess.rpc.request(requests.invite, {});
    await assert.rejects(tess.rpc.request(requests.invite, {}), failsWith('rpc.tooMany'));
  });
});
