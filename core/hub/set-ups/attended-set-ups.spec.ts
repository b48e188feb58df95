import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { failsWith, until } from '#core/testing/expect.ts';
import { attend, enterKey, type CustomerAppOptions, type TestCustomerApp } from '#core/testing/test-customer-app.ts';
import { joinBy, ScriptedSetUp } from '#core/testing/scripted-set-up.ts';
import { newFacts, openEndpoint, type TestEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests, type AuditEntry } from '#protocol/audit.ts';
import { deviceRequests, type Device } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { permissionRequests, type Permission } from '#protocol/permissions.ts';
import { sessionRequests } from '#protocol/sessions.ts';
import { setUpNotifications, setUpRequests as requests, type SetUp } from '#protocol/set-ups.ts';

const password = 'a long enough password';

interface Technician extends TestWorkbench {
  readonly id: string;
  readonly name: string;
  readonly cookie: string;
  readonly seen: Map<string, SetUp>;
}
interface Customer extends TestCustomerApp {
  readonly script: ScriptedSetUp;
}

describe('Setting up from an attended session', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  let other: string;
  let made = 0;
  before(async () => {
    hub = await startTestHub({ times: { resume: 0.6, install: 60 } });
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    other = (await admin.rpc.request(groupRequests.create, { name: 'Bonn' })).id;
  });

  async function connect(cookie: string, id: string, name: string): Promise<Technician> {
    const workbench = await hub.workbench({ cookie });
    const seen = new Map<string, SetUp>();
    workbench.rpc.on(setUpNotifications.changed, ({ setUp }) => void seen.set(setUp.id, setUp));
    for (const setUp of await workbench.rpc.request(requests.watch, {})) seen.set(setUp.id, setUp);
    return { ...workbench, id, name, cookie, seen };
  }
  async function technician(groups = [group]): Promise<Technician> {
    const name = `Technician ${++made}`;
    const email = `t${made}@example.com`;
    const account = { email, name, role: 'technician' as const, groups, password };
    const { id } = await admin.rpc.request(accountRequests.create, account);
    return connect(await hub.signIn(email, password), id, name);
  }
  async function customer(ticket: string, options: CustomerAppOptions = {}): Promise<Customer> {
    let script: ScriptedSetUp | undefined;
    const prepare: CustomerAppOptions['prepare'] = (computer) => void (script = new ScriptedSetUp(computer.rpc));
    return { ...(await attend(hub, ticket, { ...options, prepare })), script: script! };
  }
  const stateOf = async (who: TestWorkbench, session: string): Promise<string> =>
    (await who.rpc.request(sessionRequests.get, { session })).state;
  /** A session that goes on, with its customer app. */
  async function session(tess: Technician): Promise<Customer> {
    const { session, key } = await tess.rpc.request(sessionRequests.invite, {});
    const app = await customer((await enterKey(hub, key)).ticket);
    await until(async () => (await stateOf(tess, session.id)) === 'active');
    return app;
  }
  const again = (app: Customer): Promise<Customer> =>
    customer(app.ticket, { keys: app.keys, facts: app.facts, held: [app.session] });
  const begin = (who: Technician, app: Customer): Promise<SetUp> =>
    who.rpc.request(requests.begin, { session: app.session, password });
  const complete = (
    who: Technician,
    { id: setUp }: SetUp,
    to = group,
    nickname: string | null = 'Till',
  ): Promise<SetUp> => who.rpc.request(requests.complete, { setUp, group: to, nickname });
  /** Up to the step named. */
  async function upTo(
    step: 'asking' | 'details' | 'installing',
  ): Promise<{ tess: Technician; app: Customer; setUp: SetUp }> {
    const tess = await technician();
    const app = await session(tess);
    const setUp = await begin(tess, app);
    await until(() => app.script.asked.length === 1);
    if (step === 'asking') return { tess, app, setUp };
    app.script.allow();
    await until(() => tess.seen.get(setUp.id)?.state === 'details');
    if (step === 'details') return { tess, app, setUp };
    await complete(tess, setUp);
    await until(() => app.script.installations.length === 1);
    return { tess, app, setUp };
  }
  const set = (permission: Permission, allowed: boolean | null, of: string): Promise<unknown> =>
    admin.rpc.request(permissionRequests.set, { permission, allowed, technician: of });
  const audit = (): Promise<AuditEntry[]> => admin.rpc.request(auditRequests.query, { limit: 500 });
  const devicesOf = async ({ hostName }: { hostName: string }): Promise<Device[]> =>
    (await admin.rpc.request(deviceRequests.changes, { since: null })).devices.filter(
      (each) => each.hostName === hostName,
    );
  async function over(tess: Technician, { id }: SetUp, state: SetUp['state'], code: string | null): Promise<void> {
    await until(() => tess.seen.get(id)?.state === state);
    assert.equal(tess.seen.get(id)?.problem?.code ?? null, code);
  }
  /** After whatever went wrong: nothing is half set up, and starting again works. */
  async function worksAgain(tess: Technician, app: Customer): Promise<void> {
    assert.deepEqual(await devicesOf(app.facts), []);
    assert.equal(await stateOf(tess, app.session), 'active');
    const setUp = await begin(tess, app);
    await until(() => app.script.asked.at(-1)?.setUp === setUp.id);
    app.script.allow();
    await until(() => tess.seen.get(setUp.id)?.state === 'details');
    app.script.onInstall = async (installation) => void (await joinBy(hub, installation, app.facts));
    await complete(tess, setUp);
    await over(tess, setUp, 'done', null);
  }
  const joins = async (installation: { token: string }, app: Customer): Promise<TestEndpoint> =>
    joinBy(hub, installation, app.facts);

  for (const passwordStored of [true, false]) {
    it(`A5 to A12: the technician proves who they are, the customer allows, the computer joins ${passwordStored ? 'with' : 'without'} a password`, async () => {
      const tess = await technician();
      const app = await session(tess);
      const setUp = await begin(tess, app);
      assert.deepEqual([setUp.state, setUp.session, setUp.computer], ['asking', app.session, app.facts.hostName]);
      await until(() => app.script.asked.length > 0);
      assert.deepEqual(app.script.asked, [{ setUp: setUp.id, technician: tess.name }]);
      app.script.allow(passwordStored);
      await until(() => tess.seen.get(setUp.id)?.state === 'details');
      assert.equal(tess.seen.get(setUp.id)?.passwordStored, passwordStored);
      let installed: (() => void) | undefined;
      app.script.onInstall = () => new Promise((resolve) => (installed = resolve));
      assert.equal((await complete(tess, setUp)).state, 'installing');
      await until(() => installed !== undefined);
      const [installation] = app.script.installations;
      assert.equal(installation?.group, 'Berlin');
      const { standing } = await joins(installation!, app);
      assert.deepEqual([standing.group, standing.nickname, standing.state], ['Berlin', 'Till', 'active']);
      assert.equal(tess.seen.get(setUp.id)?.state, 'installing');
      installed!();
      await over(tess, setUp, 'done', null);
      assert.equal(tess.seen.get(setUp.id)?.device, standing.device);
      const details = await tess.rpc.request(deviceRequests.get, { device: standing.device });
      assert.deepEqual(
        [details.setUpBy, details.passwordStored, details.installer],
        ['attended', passwordStored, null],
      );
      assert.equal(details.device.nickname, 'Till');
      await until(() => app.script.told.at(-1)?.state === 'done');
      assert.deepEqual(
        app.script.told.map(({ state }) => state),
        ['details', 'installing', 'done'],
      );
      const { device } = await tess.rpc.request(sessionRequests.get, { session: app.session });
      assert.equal(device, standing.device);
      // A4: and now it is set up.
      await assert.rejects(begin(tess, app), failsWith('setUp.alreadySetUp'));
      const steps = (await audit()).filter(({ subject }) => subject?.id === setUp.id).reverse();
      assert.deepEqual(
        steps.map(({ action, actor }) => [action, actor.kind]),
        [
          ['setUp.begin', 'technician'],
          ['setUp.consent', 'endpoint'],
          ['setUp.install', 'technician'],
          ['device.join', 'endpoint'],
          ['setUp.end', 'system'],
        ],
      );
      assert.ok(!JSON.stringify(await audit()).includes(installation!.token));
    });
  }

  it('A5: nothing reaches the customer where the password is wrong', async () => {
    const tess = await technician();
    const app = await session(tess);
    const wrong = tess.rpc.request(requests.begin, { session: app.session, password: 'wrong' });
    await assert.rejects(wrong, failsWith('account.wrongPassword'));
    assert.deepEqual(app.script.asked, []);
    assert.equal(tess.seen.size, 0);
    await worksAgain(tess, app);
  });

  it('A4: a computer that is a device already is refused, by the name that the technician may know', async () => {
    const wanted = { group, name: null, limit: 5, expiresAt: null };
    const { token } = await admin.rpc.request(installerRequests.generate, wanted);
    const known = await openEndpoint(hub, { token });
    await admin.rpc.request(deviceRequests.rename, { device: known.standing.device, nickname: 'Secret name' });
    for (const [tess, name] of [
      [await technician(), 'Secret name'],
      [await technician([other]), 'as it calls itself'],
    ] as const) {
      const { key } = await tess.rpc.request(sessionRequests.invite, {});
      const facts = { ...known.facts, hostName: 'as it calls itself' };
      const app = await customer((await enterKey(hub, key)).ticket, { facts });
      await until(async () => (await stateOf(tess, app.session)) === 'active');
      const error = await begin(tess, app).catch((reason: LatchkeyError) => reason.toData());
      assert.deepEqual(error, { code: 'setUp.alreadySetUp', args: { device: name } });
    }
  });

  it('A10: the customer declines; the session is unharmed', async () => {
    const { tess, app, setUp } = await upTo('asking');
    app.script.decline();
    await over(tess, setUp, 'declined', null);
    await assert.rejects(complete(tess, setUp), failsWith('setUp.notFound'));
    await worksAgain(tess, app);
  });

  it('A6: the technician cancels while the customer has the dialog: it closes there too', async () => {
    const { tess, app, setUp } = await upTo('asking');
    const cancelled = await tess.rpc.request(requests.cancel, { setUp: setUp.id });
    assert.deepEqual([cancelled.state, cancelled.problem?.args], ['cancelled', { name: tess.name }]);
    await until(() => app.script.closed === 1);
    await until(() => app.script.told.at(-1)?.state === 'cancelled');
    // Both at once: what comes too late changes nothing.
    app.script.allow();
    assert.equal(tess.seen.get(setUp.id)?.state, 'cancelled');
    await worksAgain(tess, app);
  });

  it('A6: cancelled after the customer allowed, the app is told, so that it forgets the password; later it is too late', async () => {
    const { tess, app, setUp } = await upTo('details');
    await tess.rpc.request(requests.cancel, { setUp: setUp.id });
    await until(() => app.script.told.at(-1)?.state === 'cancelled');
    await worksAgain(tess, app);
    const late = await upTo('installing');
    const cancel = late.tess.rpc.request(requests.cancel, { setUp: late.setUp.id });
    await assert.rejects(cancel, failsWith('setUp.installing'));
  });

  it('is its technician’s alone, and a step at a time', async () => {
    const { tess, app, setUp } = await upTo('asking');
    const tom = await technician();
    await tom.rpc.request(sessionRequests.join, { session: app.session });
    await assert.rejects(tom.rpc.request(requests.cancel, { setUp: setUp.id }), failsWith('setUp.notFound'));
    await assert.rejects(complete(tom, setUp), failsWith('setUp.notFound'));
    await assert.rejects(complete(tess, setUp), failsWith('setUp.wrongStep'));
    assert.equal(tom.seen.size, 0);
    await assert.rejects(begin(tom, app), failsWith('session.notInControl'));
  });

  it('two technicians cannot set up one computer at once, be it in one session or in two', async () => {
    const { tess, app, setUp } = await upTo('details');
    await assert.rejects(begin(tess, app), failsWith('setUp.underWay'));
    const tom = await technician();
    const { key } = await tom.rpc.request(sessionRequests.invite, {});
    const second = await customer((await enterKey(hub, key)).ticket, { facts: app.facts });
    await until(async () => (await stateOf(tom, second.session)) === 'active');
    const error = await begin(tom, second).catch((reason: LatchkeyError) => reason.toData());
    assert.deepEqual(error, { code: 'setUp.underWay', args: { technician: tess.name } });
    await tess.rpc.request(requests.cancel, { setUp: setUp.id });
    await worksAgain(tom, second);
  });

  it('the device group is deleted or unassigned before it is chosen: told, and another can be', async () => {
    const { tess, app, setUp } = await upTo('details');
    const gone = (await admin.rpc.request(groupRequests.create, { name: 'Gone' })).id;
    await admin.rpc.request(accountRequests.update, { technician: tess.id, groups: [group, gone] });
    await admin.rpc.request(groupRequests.delete, { group: gone });
    await assert.rejects(complete(tess, setUp, gone), failsWith('permission.groupNotAssigned'));
    await assert.rejects(complete(tess, setUp, other), failsWith('permission.groupNotAssigned'));
    app.script.onInstall = async (installation) => void (await joinBy(hub, installation, app.facts));
    await complete(tess, setUp, group, null);
    await over(tess, setUp, 'done', null);
    assert.equal((await devicesOf(app.facts))[0]?.nickname, null);
  });

  it('the device group is deleted while it is installed: the token is void', async () => {
    const { tess, app, setUp } = await upTo('details');
    const gone = (await admin.rpc.request(groupRequests.create, { name: 'Gone too' })).id;
    await admin.rpc.request(accountRequests.update, { technician: tess.id, groups: [group, gone] });
    await complete(tess, setUp, gone);
    await until(() => app.script.installations.length === 1);
    await admin.rpc.request(groupRequests.delete, { group: gone });
    await until(() => tess.seen.get(setUp.id)?.state === 'failed');
    await assert.rejects(joins(app.script.installations[0]!, app), failsWith('enrolment.tokenInvalid'));
    await until(() => app.script.told.at(-1)?.state === 'failed');
    await worksAgain(tess, app);
  });

  for (const step of ['asking', 'details', 'installing'] as const) {
    it(`the permission is withdrawn in the step ${step}: a clean end on both sides`, async () => {
      const { tess, app, setUp } = await upTo(step);
      await set('method.attended', false, tess.id);
      await over(tess, setUp, 'failed', 'setUp.permissionWithdrawn');
      await until(() => app.script.told.at(-1)?.state === 'failed');
      if (step === 'asking') await until(() => app.script.closed === 1);
      if (step === 'installing') {
        await assert.rejects(joins(app.script.installations[0]!, app), failsWith('enrolment.tokenInvalid'));
      }
      await assert.rejects(begin(tess, app), failsWith('permission.switchedOff'));
      await set('method.attended', null, tess.id);
      await worksAgain(tess, app);
    });

    it(`the customer ends the session in the step ${step}`, async () => {
      const { tess, app, setUp } = await upTo(step);
      app.computer.endSession(app.session);
      await over(tess, setUp, 'failed', 'setUp.sessionEnded');
      if (step === 'installing') {
        await assert.rejects(joins(app.script.installations[0]!, app), failsWith('enrolment.tokenInvalid'));
      }
      assert.deepEqual(await devicesOf(app.facts), []);
    });

    it(`the technician ends the session in the step ${step}`, async () => {
      const { tess, app, setUp } = await upTo(step);
      await tess.rpc.request(sessionRequests.end, { session: app.session });
      await over(tess, setUp, 'failed', 'setUp.sessionEnded');
      await until(() => app.script.told.at(-1)?.state === 'failed');
      await until(() => app.computer.ended.length === 1);
      if (step === 'asking') await until(() => app.script.closed === 1);
    });

    it(`the customer’s computer is gone for good in the step ${step}`, async () => {
      const { tess, app, setUp } = await upTo(step);
      app.socket.terminate();
      await over(tess, setUp, 'failed', 'setUp.sessionEnded');
      if (step === 'installing') {
        await assert.rejects(joins(app.script.installations[0]!, app), failsWith('enrolment.tokenInvalid'));
      }
      assert.deepEqual(await devicesOf(app.facts), []);
    });

    it(`the customer’s connection is lost in the step ${step} and comes back: it goes on`, async () => {
      const { tess, app, setUp } = await upTo(step);
      app.socket.terminate();
      await until(async () => (await stateOf(tess, app.session)) === 'interrupted');
      const back = await again(app);
      if (step === 'asking') {
        await until(() => back.script.asked.length === 1);
        assert.deepEqual(back.script.asked, app.script.asked);
        back.script.allow();
        await until(() => tess.seen.get(setUp.id)?.state === 'details');
      }
      back.script.onInstall = async (installation) => void (await joinBy(hub, installation, app.facts));
      if (step !== 'installing') {
        await until(async () => (await stateOf(tess, app.session)) === 'active');
        await complete(tess, setUp);
      }
      await over(tess, setUp, 'done', null);
      if (step === 'installing') assert.deepEqual(back.script.installations, app.script.installations);
    });

    it(`the technician’s connection is lost in the step ${step} and comes back: it goes on`, async () => {
      const { tess, app, setUp } = await upTo(step);
      tess.socket.terminate();
      const back = await connect(tess.cookie, tess.id, tess.name);
      await back.rpc.request(sessionRequests.join, { session: app.session });
      assert.equal(back.seen.get(setUp.id)?.state, step);
      assert.equal(app.script.closed, 0);
      if (step === 'asking') app.script.allow();
      await until(() => back.seen.get(setUp.id)?.state !== 'asking');
      if (step === 'installing') await joins(app.script.installations[0]!, app);
      else {
        app.script.onInstall = async (installation) => void (await joinBy(hub, installation, app.facts));
        await complete(back, setUp);
        await over(back, setUp, 'done', null);
      }
    });
  }

  it('the technician leaves for good while another looks on: the question is taken back', async () => {
    for (const leave of [
      (tess: Technician, app: Customer) => tess.rpc.request(sessionRequests.leave, { session: app.session }),
      (tess: Technician) => Promise.resolve(tess.socket.terminate()),
    ]) {
      const { tess, app } = await upTo('asking');
      const tom = await technician();
      await tom.rpc.request(sessionRequests.join, { session: app.session });
      await leave(tess, app);
      await until(() => app.script.closed === 1);
      await until(() => app.script.told.at(-1)?.state === 'cancelled');
      await worksAgain(tom, app);
    }
  });

  it('ended while the customer’s connection is lost: the app is told when it is back', async () => {
    const { tess, app, setUp } = await upTo('details');
    app.socket.terminate();
    await until(async () => (await stateOf(tess, app.session)) === 'interrupted');
    await tess.rpc.request(requests.cancel, { setUp: setUp.id });
    const back = await again(app);
    await until(() => back.script.told.at(-1)?.state === 'cancelled');
    assert.equal(back.script.told.at(-1)?.id, setUp.id);
  });

  it('the installation fails: told, the token is void, and a device that had joined is removed', async () => {
    const { tess, app, setUp } = await upTo('details');
    let joined: TestEndpoint | undefined;
    app.script.onInstall = async (installation) => {
      joined = await joinBy(hub, installation, app.facts);
      throw new LatchkeyError('setUp.installFailed', { reason: 'no space' });
    };
    await complete(tess, setUp);
    await over(tess, setUp, 'failed', 'setUp.installFailed');
    assert.deepEqual(tess.seen.get(setUp.id)?.problem?.args, { reason: 'no space' });
    assert.equal(await joined!.removed, 'deleted');
    await until(async () => (await devicesOf(app.facts)).length === 0);
    await assert.rejects(joins(app.script.installations[0]!, app), failsWith('enrolment.tokenInvalid'));
    app.script.onInstall = () => Promise.reject(new LatchkeyError('setUp.notElevated'));
    const next = await begin(tess, app);
    await until(() => app.script.asked.length === 2);
    app.script.allow();
    await until(() => tess.seen.get(next.id)?.state === 'details');
    await complete(tess, next);
    await over(tess, next, 'failed', 'setUp.notElevated');
    await worksAgain(tess, app);
  });

  it('a token buys one join, by whoever comes first; the same key is answered again', async () => {
    const { tess, app, setUp } = await upTo('installing');
    const [installation] = app.script.installations;
    const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => joinBy(hub, installation!, app.facts)));
    const joined = attempts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    assert.equal(joined.length, 1);
    assert.equal((await devicesOf(app.facts)).length, 1);
    const same = await joinBy(hub, installation!, app.facts, joined[0]!.keys);
    assert.equal(same.standing.device, joined[0]!.standing.device);
    const [head, id, proof, key] = installation!.token.split('.') as [string, string, string, string];
    const forged = `${head}.${id}.${proof.startsWith('A') ? 'B' : 'A'}${proof.slice(1)}.${key}`;
    await assert.rejects(joinBy(hub, { token: forged }, newFacts()), failsWith('enrolment.tokenInvalid'));
    // Joined, and the customer app is gone: it is set up.
    app.computer.endSession(app.session);
    await over(tess, setUp, 'done', null);
    assert.equal((await devicesOf(app.facts)).length, 1);
  });

  it('what is not installed in time is over, and its token with it', async () => {
    const on = await startTestHub({ times: { install: 0.3 } });
    const boss = await on.workbench();
    const { id } = await boss.rpc.request(groupRequests.create, { name: 'Berlin' });
    const seen: SetUp[] = [];
    boss.rpc.on(setUpNotifications.changed, ({ setUp }) => void seen.push(setUp));
    await boss.rpc.request(requests.watch, {});
    const { session, key } = await boss.rpc.request(sessionRequests.invite, {});
    let script: ScriptedSetUp | undefined;
    const app = await attend(on, (await enterKey(on, key)).ticket, {
      prepare: (computer) => void (script = new ScriptedSetUp(computer.rpc)),
    });
    const state = async (): Promise<string> =>
      (await boss.rpc.request(sessionRequests.get, { session: session.id })).state;
    await until(async () => (await state()) === 'active');
    const password = 'correct horse battery';
    const setUp = await boss.rpc.request(requests.begin, { session: app.session, password });
    await until(() => script!.asked.length === 1);
    script!.allow();
    await until(() => seen.at(-1)?.state === 'details');
    await boss.rpc.request(requests.complete, { setUp: setUp.id, group: id, nickname: null });
    await until(() => seen.at(-1)?.state === 'failed');
    assert.equal(seen.at(-1)?.problem?.code, 'setUp.timedOut');
    await assert.rejects(joinBy(on, script!.installations[0]!, app.facts), failsWith('enrolment.tokenInvalid'));
  });
});
