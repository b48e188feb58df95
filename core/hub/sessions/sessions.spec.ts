import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { failsWith, until } from '#core/testing/expect.ts';
import { ScriptedComputer } from '#core/testing/scripted-computer.ts';
import { openEndpoint, type TestEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { permissionRequests, type Permission } from '#protocol/permissions.ts';
import { presenceNotifications, presenceRequests, type PresenceEntry } from '#protocol/presence.ts';
import { sessionNotifications, sessionRequests as requests, type Session } from '#protocol/sessions.ts';
import { openStore } from '../store/open-store.ts';
import { Store } from '../store/store.ts';

const password = 'a long enough password';
const key = 'A'.repeat(43);
const sealed = { key, nonce: 'A'.repeat(16), text: 'AAAA' };

interface Technician extends TestWorkbench {
  readonly id: string;
  readonly name: string;
  readonly cookie: string;
  /** The sessions as this workbench was last told. */
  readonly seen: Map<string, Session>;
}
interface Computer extends TestEndpoint {
  readonly computer: ScriptedComputer;
  readonly device: string;
}

describe('Sessions on devices', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  let other: string;
  let token: string;
  let made = 0;
  before(async () => {
    hub = await startTestHub({ times: { resume: 0.4 } });
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    other = (await admin.rpc.request(groupRequests.create, { name: 'Bonn' })).id;
    const wanted = { group, name: null, limit: 5000, expiresAt: null };
    token = (await admin.rpc.request(installerRequests.generate, wanted)).token;
  });

  async function connect(cookie: string, id: string, name: string): Promise<Technician> {
    const workbench = await hub.workbench({ cookie });
    const seen = new Map<string, Session>();
    workbench.rpc.on(sessionNotifications.changed, ({ session }) => void seen.set(session.id, session));
    for (const session of await workbench.rpc.request(requests.watch, {})) seen.set(session.id, session);
    return { ...workbench, id, name, cookie, seen };
  }
  async function technician(groups = [group]): Promise<Technician> {
    const name = `Technician ${++made}`;
    const email = `t${made}@example.com`;
    const account = { email, name, role: 'technician' as const, groups, password };
    const { id } = await admin.rpc.request(accountRequests.create, account);
    return connect(await hub.signIn(email, password), id, name);
  }
  async function computer(options: Partial<Parameters<typeof openEndpoint>[1]> = {}): Promise<Computer> {
    const endpoint = await openEndpoint(hub, {
      ...(!options.keys && { token }),
      hubKey: token.split('.')[3]!,
      ...options,
    });
    return { ...endpoint, computer: new ScriptedComputer(endpoint.conversation.rpc), device: endpoint.standing.device };
  }
  const again = (before: Computer): Promise<Computer> => computer({ keys: before.keys, facts: before.facts });
  const set = (permission: Permission, allowed: boolean | null, of: string): Promise<unknown> =>
    admin.rpc.request(permissionRequests.set, { permission, allowed, technician: of });
  const start = ({ rpc }: TestWorkbench, { device }: Computer): Promise<Session> =>
    rpc.request(requests.start, { device });
  const steps = async (device: string): Promise<string[]> =>
    (await admin.rpc.request(auditRequests.query, { device, limit: 100 }))
      .map(({ action, outcome }) => (outcome === 'done' ? action : `${action} ${outcome}`))
      .filter((action) => action.startsWith('session.'))
      .reverse();

  it('X1: starts on an online device, is seen in session, ends, and leaves an entry', async () => {
    const [tess, pc] = [await technician(), await computer()];
    const presence: PresenceEntry[] = [];
    tess.rpc.on(presenceNotifications.changed, ({ changes }) => void presence.push(...changes));
    await tess.rpc.request(presenceRequests.watch, {});
    const session = await start(tess, pc);
    assert.equal(session.state, 'active');
    assert.equal(session.inControl, tess.id);
    assert.deepEqual(session.computer?.name, pc.facts.hostName);
    assert.equal(session.sealingKey, null);
    const shown = pc.computer.held.get(session.id);
    assert.deepEqual(shown?.technicians, [{ name: tess.name, inControl: true }]);
    await until(() => presence.some(([device, is]) => device === pc.device && is === 'inSession'));
    assert.match(await (await fetch(`${hub.url}/metrics`)).text(), /latchkey_sessions_open\{kind="unattended"\} 1/);

    const ended = await tess.rpc.request(requests.end, { session: session.id });
    assert.deepEqual([ended.state, ended.end, ended.endedBy], ['ended', 'technician', tess.name]);
    await until(() => pc.computer.ended.length > 0);
    assert.deepEqual(pc.computer.ended, [{ session: session.id, end: 'technician' }]);
    await until(() => presence.at(-1)?.[1] === 'online');
    await until(() => tess.seen.get(session.id)?.state === 'ended');
    const [entry] = await tess.rpc.request(requests.history, { device: pc.device, limit: 100 });
    assert.deepEqual(entry, { ...ended, participants: [], resumeUntil: null });
    assert.deepEqual(await tess.rpc.request(requests.get, { session: session.id }), entry);
    assert.deepEqual(await steps(pc.device), ['session.start', 'session.end']);
    await assert.rejects(tess.rpc.request(requests.end, { session: session.id }), failsWith('session.notFound'));
  });

  it('X1: is refused on a device that is offline, waiting, unknown, of another group, or cannot', async () => {
    const [tess, pc, stranger] = [await technician(), await computer(), await technician([other])];
    await assert.rejects(start(stranger, pc), failsWith('device.notFound'));
    await pc.conversation.close();
    await until(async () => (await start(tess, pc).catch(({ code }) => code as string)) === 'device.offline');
    const simple = await openEndpoint(hub, { token });
    await assert.rejects(
      tess.rpc.request(requests.start, { device: simple.standing.device }),
      failsWith('session.notOffered'),
    );
    const one = await admin.rpc.request(installerRequests.generate, { group, name: null, limit: 1, expiresAt: null });
    await openEndpoint(hub, { token: one.token });
    const waiting = await openEndpoint(hub, { token: one.token });
    await assert.rejects(
      tess.rpc.request(requests.start, { device: waiting.standing.device }),
      failsWith('session.deviceNotActive'),
    );
  });

  it('X1: one technician at a time; another is told who, and one’s own session is returned', async () => {
    const [tess, tom, pc] = [await technician(), await technician(), await computer()];
    const [first, second] = await Promise.allSettled([start(tess, pc), start(tom, pc)]);
    assert.equal(first.status, 'fulfilled');
    assert.equal(second.status, 'rejected');
    assert.deepEqual((second.reason as LatchkeyError).toData(), {
      code: 'session.deviceBusy',
      args: { device: pc.facts.hostName, technician: tess.name },
    });
    await assert.rejects(start(tom, pc), failsWith('session.deviceBusy'));
    const mine = await start(tess, pc);
    assert.equal(mine.id, first.value.id);
    assert.equal(pc.computer.held.size, 1);
  });

  it('passes on that the customer has blocked access, and ends what another computer would not open', async () => {
    const [tess, pc] = [await technician(), await computer()];
    pc.computer.onOpen = () => {
      throw new LatchkeyError('session.blocked', { device: 'x' });
    };
    await assert.rejects(start(tess, pc), failsWith('session.blocked'));
    pc.computer.onOpen = () => {};
    assert.equal((await start(tess, pc)).state, 'active');
  });

  it('A9: says that a stored password is no longer taken, for as long as an account is asked for', async () => {
    const [tess, pc] = [await technician(), await computer()];
    pc.computer.sealingKey = key;
    pc.computer.storedPasswordRefused = true;
    const session = await start(tess, pc);
    assert.deepEqual([session.state, session.storedPasswordRefused], ['signingIn', true]);
    const signedIn = await tess.rpc.request(requests.signIn, { session: session.id, account: sealed });
    assert.deepEqual([signedIn.state, signedIn.storedPasswordRefused], ['active', undefined]);
    await tess.rpc.request(requests.end, { session: session.id });
    pc.computer.storedPasswordRefused = false;
    assert.equal((await start(tess, pc)).storedPasswordRefused, undefined);
  });

  it('A9: waits for an account, passes it on unread, and ends at the third refusal', async () => {
    const [tess, tom, pc] = [await technician(), await technician(), await computer()];
    pc.computer.sealingKey = key;
    const session = await start(tess, pc);
    assert.deepEqual([session.state, session.sealingKey, session.startedAt], ['signingIn', key, null]);
    const signIn = (who: Technician): Promise<Session> =>
      who.rpc.request(requests.signIn, { session: session.id, account: sealed });
    await tom.rpc.request(requests.join, { session: session.id });
    await assert.rejects(signIn(tom), failsWith('session.notInControl'));
    pc.computer.onSignIn = () => {
      throw new LatchkeyError('session.accountRefused', { account: 'x' });
    };
    await assert.rejects(signIn(tess), failsWith('session.accountRefused'));
    pc.computer.onSignIn = () => {};
    const signedIn = await signIn(tess);
    assert.equal(signedIn.state, 'active');
    assert.equal(signedIn.sealingKey, null);
    assert.ok(signedIn.startedAt);
    await tess.rpc.request(requests.end, { session: session.id });

    const next = await start(tess, pc);
    pc.computer.onSignIn = () => {
      throw new LatchkeyError('session.accountRefused', { account: 'x' });
    };
    for (let index = 0; index < 3; index++) {
      const wrong = tess.rpc.request(requests.signIn, { session: next.id, account: sealed });
      await assert.rejects(wrong, failsWith('session.accountRefused'));
    }
    assert.equal((await tess.rpc.request(requests.get, { session: next.id })).end, 'signInFailed');
    const log = JSON.stringify(await admin.rpc.request(auditRequests.query, { device: pc.device, limit: 100 }));
    assert.ok(!log.includes(sealed.nonce));
    assert.equal((await steps(pc.device)).filter((step) => step === 'session.signIn refused').length, 4);
  });

  it('several look on, one works: control is asked for, handed over, and passes on when somebody leaves', async () => {
    const [tess, tom, ada, pc] = [await technician(), await technician(), await technician(), await computer()];
    const session = (await start(tess, pc)).id;
    const asked: string[] = [];
    tess.rpc.on(sessionNotifications.controlAsked, ({ name }) => void asked.push(name));
    await assert.rejects(tom.rpc.request(requests.askControl, { session }), failsWith('session.notTakingPart'));
    await tom.rpc.request(requests.join, { session });
    await ada.rpc.request(requests.join, { session });
    await until(() => pc.computer.held.get(session)?.technicians.length === 3);
    await tom.rpc.request(requests.askControl, { session });
    await until(() => asked.length > 0);
    assert.deepEqual(asked, [tom.name]);
    const give = (who: TestWorkbench, to: Technician): Promise<Session> =>
      who.rpc.request(requests.handOver, { session, technician: to.id });
    await assert.rejects(give(tom, tom), failsWith('session.notInControl'));
    assert.equal((await give(tess, tom)).inControl, tom.id);
    await assert.rejects(
      tess.rpc.request(requests.handOver, { session, technician: tess.id }),
      failsWith('session.notInControl'),
    );
    assert.equal((await give(admin, ada)).inControl, ada.id);
    await until(() => pc.computer.held.get(session)?.technicians.find(({ inControl }) => inControl)?.name === ada.name);
    await assert.rejects(tom.rpc.request(requests.end, { session }), failsWith('session.notInControl'));
    await ada.rpc.request(requests.leave, { session });
    await until(() => tom.seen.get(session)?.inControl === tess.id);
    assert.deepEqual(await steps(pc.device), [
      'session.start',
      'session.join',
      'session.join',
      'session.handOver',
      'session.handOver',
      'session.leave',
    ]);
    const before = tess.seen.get(session)?.technicians.map(({ name }) => name);
    assert.deepEqual(before, [tess.name, tom.name, ada.name]);
    await tess.rpc.request(requests.end, { session });
  });

  it('is seen by those assigned to the device’s group alone, from when they are', async () => {
    const [tess, stranger, pc] = [await technician(), await technician([other]), await computer()];
    const session = (await start(tess, pc)).id;
    await assert.rejects(stranger.rpc.request(requests.join, { session }), failsWith('session.notFound'));
    await assert.rejects(stranger.rpc.request(requests.get, { session }), failsWith('session.notFound'));
    assert.equal(stranger.seen.has(session), false);
    await admin.rpc.request(accountRequests.update, { technician: stranger.id, groups: [group] });
    await until(() => stranger.seen.get(session)?.state === 'active');
    await admin.rpc.request(accountRequests.update, { technician: stranger.id, groups: [other] });
    await until(() => stranger.seen.get(session)?.state === 'ended');
    assert.equal(tess.seen.get(session)?.state, 'active');
    await tess.rpc.request(requests.end, { session });
    assert.deepEqual(await stranger.rpc.request(requests.history, { device: pc.device, limit: 100 }), []);
    await assert.rejects(stranger.rpc.request(requests.get, { session }), failsWith('session.notFound'));
  });

  it('waits for a computer whose connection is lost, and goes on where it was', async () => {
    const [tess, pc] = [await technician(), await computer()];
    const session = (await start(tess, pc)).id;
    pc.conversation.socket.terminate();
    await until(() => tess.seen.get(session)?.state === 'interrupted');
    assert.ok((tess.seen.get(session)?.resumeUntil ?? 0) > Date.now() - 1000);
    const back = await again(pc);
    back.computer.tellHeld([session]);
    await until(() => tess.seen.get(session)?.state === 'active');
    await until(() => back.computer.held.has(session));
    await delay(600);
    assert.equal((await tess.rpc.request(requests.get, { session })).state, 'active');
    await tess.rpc.request(requests.end, { session });
    await until(() => back.computer.ended.length > 0);
  });

  it('ends where the computer does not come back, comes back without it, or the technician does not', async () => {
    const [tess, pc] = [await technician(), await computer()];
    const lost = (await start(tess, pc)).id;
    pc.conversation.socket.terminate();
    await until(() => tess.seen.get(lost)?.end === 'connectionLost');
    const back = await again(pc);
    back.computer.tellHeld([lost]);
    await until(() => back.computer.ended.length > 0);
    assert.deepEqual(back.computer.ended, [{ session: lost, end: 'connectionLost' }]);

    const forgotten = (await start(tess, back)).id;
    back.conversation.socket.terminate();
    await until(() => tess.seen.get(forgotten)?.state === 'interrupted');
    const anew = await again(pc);
    anew.computer.tellHeld([]);
    await until(() => tess.seen.get(forgotten)?.end === 'connectionLost');

    const left = (await start(tess, anew)).id;
    tess.socket.terminate();
    await until(() => anew.computer.ended.length > 0);
    assert.deepEqual(anew.computer.ended, [{ session: left, end: 'connectionLost' }]);
  });

  it('waits for a technician whose connection is lost: control is kept, and passes on once they are gone for good', async () => {
    const [tess, tom, pc] = [await technician(), await technician(), await computer()];
    const session = (await start(tess, pc)).id;
    await tom.rpc.request(requests.join, { session });
    tess.socket.terminate();
    const back = await connect(tess.cookie, tess.id, tess.name);
    assert.equal((await back.rpc.request(requests.join, { session })).inControl, tess.id);
    await delay(600);
    assert.equal(tom.seen.get(session)?.inControl, tess.id);
    back.socket.terminate();
    await until(() => tom.seen.get(session)?.inControl === tom.id);
    assert.equal((await steps(pc.device)).filter((step) => step === 'session.join').length, 1);
    await tom.rpc.request(requests.leave, { session });
    await until(() => pc.computer.ended.length > 0);
    assert.deepEqual(pc.computer.ended, [{ session, end: 'technician' }]);
  });

  it('the customer ends it', async () => {
    const [tess, pc] = [await technician(), await computer()];
    const session = (await start(tess, pc)).id;
    pc.computer.endSession(session);
    await until(() => tess.seen.get(session)?.end === 'customer');
    const next = (await start(tess, pc)).id;
    // No computer can make up an end that is not its own to say, nor end another's.
    const [tom, pc2] = [await technician(), await computer()];
    const others = (await start(tom, pc2)).id;
    pc.computer.endSession(others);
    pc.computer.endSession(next, 'permission');
    await until(() => tess.seen.get(next)?.end === 'customer');
    assert.equal((await tom.rpc.request(requests.get, { session: others })).state, 'active');
  });

  it('ends at once where a permission is withdrawn, the account disabled, the group unassigned', async () => {
    for (const withdraw of [
      (id: string) => set('session', false, id),
      (id: string) => set('unattended', false, id),
      (id: string) => admin.rpc.request(accountRequests.update, { technician: id, disabled: true }),
      (id: string) => admin.rpc.request(accountRequests.update, { technician: id, groups: [other] }),
    ]) {
      const [tess, tom, pc] = [await technician(), await technician(), await computer()];
      const session = (await start(tess, pc)).id;
      await withdraw(tess.id);
      await until(() => pc.computer.ended.length > 0);
      assert.deepEqual(pc.computer.ended, [{ session, end: 'permission' }]);
      await until(() => tom.seen.get(session)?.end === 'permission');

      const next = (await start(tom, pc)).id;
      const ada = await technician();
      await ada.rpc.request(requests.join, { session: next });
      await withdraw(tom.id);
      await until(() => ada.seen.get(next)?.inControl === ada.id);
      assert.equal(ada.seen.get(next)?.state, 'active');
      await ada.rpc.request(requests.end, { session: next });
    }
  });

  it('P6: a device that the portal set up is out of reach where its method is switched off, at once', async () => {
    const [tess, pc] = [await technician(), await computer()];
    await hub
      .get(Store)
      .write(({ db }) => db.updateTable('devices').set({ set_up_by: 'portal' }).where('id', '=', pc.device).execute());
    await set('method.portal', false, tess.id);
    await assert.rejects(start(tess, pc), failsWith('permission.switchedOff'));
    await set('method.portal', null, tess.id);
    const session = (await start(tess, pc)).id;
    await set('method.portal', false, tess.id);
    await until(() => pc.computer.ended.length > 0);
    assert.deepEqual(pc.computer.ended, [{ session, end: 'permission' }]);
  });

  it('X1: goes on after the hub’s restart; what was open longer ago ended when it was last seen', async () => {
    const first = await startTestHub();
    const workbench = await first.workbench();
    const { id } = await workbench.rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group: id, name: null, limit: 5, expiresAt: null };
    const made = await workbench.rpc.request(installerRequests.generate, wanted);
    const endpoint = await openEndpoint(first, { token: made.token });
    new ScriptedComputer(endpoint.conversation.rpc);
    const { device } = endpoint.standing;
    const session = await workbench.rpc.request(requests.start, { device });
    const lost = await openEndpoint(first, { token: made.token });
    new ScriptedComputer(lost.conversation.rpc);
    const forgotten = await workbench.rpc.request(requests.start, { device: lost.standing.device });
    await first.get(Store).write(({ db }) =>
      db
        .insertInto('sessions')
        .values({
          ...{ id: 'a'.repeat(16), kind: 'attended', device_id: null, technician_id: 'b'.repeat(16) },
          ...{ technician_name: 'T', technicians: '[]', used: '["files"]', created_at: 5, started_at: 6, seen_at: 7 },
        })
        .execute(),
    );
    await first.close();
    const second = await startTestHub({ data: first.data, times: { resume: 2 } });
    const later = await second.workbench();
    const entries = async (): Promise<unknown[]> =>
      (await later.rpc.request(requests.history, { limit: 100 })).map(({ id, end, endedAt }) => [id, end, endedAt]);
    assert.deepEqual(await entries(), [['a'.repeat(16), 'hubStopped', 7]]);
    const [kept] = (await later.rpc.request(requests.watch, {})).filter(({ id }) => id === session.id);
    assert.equal(kept?.state, 'interrupted');
    assert.deepEqual({ ...kept, state: 'active', resumeUntil: null }, session);
    const hubKey = made.token.split('.')[3]!;
    const back = await openEndpoint(second, { keys: endpoint.keys, facts: endpoint.facts, hubKey });
    const there = new ScriptedComputer(back.conversation.rpc);
    there.tellHeld([session.id]);
    await later.rpc.request(requests.join, { session: session.id });
    await until(async () => (await later.rpc.request(requests.get, { session: session.id })).state === 'active');
    assert.deepEqual(there.ended, []);
    // The other computer comes back and holds nothing any more.
    const other = await openEndpoint(second, { keys: lost.keys, facts: lost.facts, hubKey });
    new ScriptedComputer(other.conversation.rpc).tellHeld([]);
    await until(async () => (await entries()).length === 2);
    assert.deepEqual((await later.rpc.request(requests.get, { session: forgotten.id })).end, 'connectionLost');
    await later.rpc.request(requests.end, { session: session.id });
    await until(() => there.ended.length > 0);
    assert.deepEqual(there.ended, [{ session: session.id, end: 'technician' }]);
  });

  it('X1: after the hub’s restart ends what is not allowed any more, or on a device that is gone', async () => {
    const first = await startTestHub();
    const { rpc } = await first.workbench();
    const { id } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group: id, name: null, limit: 5, expiresAt: null };
    const { token } = await rpc.request(installerRequests.generate, wanted);
    const account = { email: 't@example.com', name: 'T', role: 'technician' as const, groups: [id], password };
    const tess = await rpc.request(accountRequests.create, account);
    const work = await first.workbench({ cookie: await first.signIn(account.email, password) });
    const started: Session[] = [];
    for (const workbench of [work.rpc, rpc]) {
      const endpoint = await openEndpoint(first, { token });
      new ScriptedComputer(endpoint.conversation.rpc);
      started.push(await workbench.request(requests.start, { device: endpoint.standing.device }));
    }
    await first.close();
    // As if it had happened in the hub's last moment.
    const store = await openStore({ folder: first.data, databaseUrl: undefined, onError: () => {} });
    await store.write(async ({ db }) => {
      await db.deleteFrom('technician_groups').where('technician_id', '=', tess.id).execute();
      await db.updateTable('devices').set({ deleted_at: 5 }).where('id', '=', started[1]!.device!).execute();
    });
    await store.close();
    const second = await startTestHub({ data: first.data });
    const later = await second.workbench();
    const ends = await Promise.all(
      started.map(async ({ id: session }) => (await later.rpc.request(requests.get, { session })).end),
    );
    assert.deepEqual(ends, ['permission', 'device']);
  });
});
