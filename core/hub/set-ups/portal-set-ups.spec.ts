import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { oneTimeCode } from '#core/hub/two-factor/one-time-codes.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { ScriptedComputer } from '#core/testing/scripted-computer.ts';
import { joinBy, openPortal, type TestPortalApp } from '#core/testing/scripted-set-up.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests, type Device } from '#protocol/devices.ts';
import { endpointNotifications } from '#protocol/endpoint.ts';
import { enrolmentRequests } from '#protocol/enrolment.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { permissionRequests, type Permission } from '#protocol/permissions.ts';
import { sessionRequests } from '#protocol/sessions.ts';
import { portalPageRequests } from '#protocol/portal.ts';
import { portalRequests as requests, setUpNotifications, setUpRequests, type SetUp } from '#protocol/set-ups.ts';
import { twoFactorRequests } from '#protocol/two-factor.ts';
import { Store } from '../store/store.ts';
import { SetUpTokens } from './set-up-tokens.ts';

const password = 'a long enough password';

describe('Setting up through the portal', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  let made = 0;
  before(async () => {
    hub = await startTestHub({ times: { resume: 0.6 } });
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    await admin.rpc.request(groupRequests.create, { name: 'Bonn' });
  });
  async function technician(): Promise<TestWorkbench & { id: string; name: string; email: string; seen: SetUp[] }> {
    const name = `Technician ${++made}`;
    const email = `t${made}@example.com`;
    const account = { email, name, role: 'technician' as const, groups: [group], password };
    const { id } = await admin.rpc.request(accountRequests.create, account);
    const workbench = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const seen: SetUp[] = [];
    workbench.rpc.on(setUpNotifications.changed, ({ setUp }) => void seen.push(setUp));
    await workbench.rpc.request(setUpRequests.watch, {});
    return { ...workbench, id, name, email, seen };
  }
  const allow = ({ rpc }: TestPortalApp, setUp: string, passwordStored = false): Promise<unknown> =>
    rpc.request(requests.consent, { setUp, allowed: true, passwordStored });
  const complete = ({ rpc }: TestPortalApp, setUp: string): Promise<{ token: string; group: string }> =>
    rpc.request(requests.complete, { setUp, nickname: 'Till', group });
  const set = (permission: Permission, allowed: boolean | null, of: string): Promise<unknown> =>
    admin.rpc.request(permissionRequests.set, { permission, allowed, technician: of });
  const devicesOf = async ({ facts }: TestPortalApp): Promise<Device[]> =>
    (await admin.rpc.request(deviceRequests.changes, { since: null })).devices.filter(
      ({ hostName }) => hostName === facts.hostName,
    );

  for (const off of ['method.portal', 'unattended'] as const) {
    it(`P3 to P6: signed in, allowed, joined, with ${off} switched off; access is refused until it is on again`, async () => {
      const tess = await technician();
      await set(off, false, tess.id);
      const app = await openPortal(hub);
      const { setUp, technician: name, groups } = await app.signIn(` ${tess.email.toUpperCase()}`, password);
      assert.equal(name, tess.name);
      assert.deepEqual(groups, [{ id: group, name: 'Berlin' }]);
      await allow(app, setUp, true);
      const { token, group: shown } = await complete(app, setUp);
      assert.equal(shown, 'Berlin');
      const { standing, conversation } = await joinBy(hub, { token }, app.facts);
      new ScriptedComputer(conversation.rpc);
      assert.deepEqual([standing.nickname, standing.group], ['Till', 'Berlin']);
      await until(() => tess.seen.at(-1)?.state === 'done');
      assert.deepEqual(
        tess.seen.map(({ state, method }) => [state, method]),
        ['asking', 'details', 'installing', 'done'].map((state) => [state, 'portal']),
      );
      const { device } = standing;
      const details = await admin.rpc.request(deviceRequests.get, { device });
      assert.deepEqual([details.setUpBy, details.passwordStored], ['portal', true]);
      await assert.rejects(tess.rpc.request(sessionRequests.start, { device }), failsWith('permission.switchedOff'));
      await set(off, null, tess.id);
      assert.equal((await tess.rpc.request(sessionRequests.start, { device })).state, 'active');
    });
  }

  it('the token is for the computer that the customer was asked on, and another one does not spend it', async () => {
    const tess = await technician();
    const app = await openPortal(hub);
    const { setUp } = await app.signIn(tess.email, password);
    await allow(app, setUp);
    const { token } = await complete(app, setUp);
    await assert.rejects(openEndpoint(hub, { token }), failsWith('enrolment.tokenInvalid'));
    const { standing } = await joinBy(hub, { token }, app.facts);
    assert.equal(standing.state, 'active');
  });

  it('the customer is told whose hub it is', async () => {
    const tess = await technician();
    const appearance = { name: 'Müller & Söhne', message: '', logo: '', color: null };
    await admin.rpc.request(portalPageRequests.setAppearance, appearance);
    assert.equal((await (await openPortal(hub)).signIn(tess.email, password)).organisation, 'Müller & Söhne');
    await admin.rpc.request(portalPageRequests.setAppearance, { ...appearance, name: '' });
    assert.equal((await (await openPortal(hub)).signIn(tess.email, password)).organisation, '');
  });

  it('P3: a wrong password is refused, put down and slowed down, and can be tried again', async () => {
    const tess = await technician();
    const app = await openPortal(hub);
    await assert.rejects(app.signIn(tess.email, 'wrong'), failsWith('account.wrongPassword'));
    await assert.rejects(app.signIn('nobody@example.com', 'wrong'), failsWith('account.wrongPassword'));
    const refused = (await admin.rpc.request(auditRequests.query, { limit: 5 })).find(
      ({ action, outcome }) => action === 'account.signIn' && outcome === 'refused',
    );
    assert.equal(refused?.actor.name, tess.email);
    await app.signIn(tess.email, password);
    const other = await openPortal(hub);
    for (let index = 0; index < 5; index++) {
      await assert.rejects(other.signIn(tess.email, 'wrong'), failsWith('account.wrongPassword'));
    }
    await assert.rejects(other.signIn(tess.email, password), failsWith('account.tooManyAttempts'));
  });

  it('P3: asks for the code where two-factor sign-in is on', async () => {
    const tess = await technician();
    const { secret } = await tess.rpc.request(twoFactorRequests.begin, { password });
    const code = (step = 0): string => oneTimeCode(secret, Date.now() + step * 30_000);
    await tess.rpc.request(twoFactorRequests.confirm, { code: code() });
    const app = await openPortal(hub);
    await assert.rejects(app.signIn(tess.email, password), failsWith('account.codeRequired'));
    await assert.rejects(app.signIn(tess.email, password, '000000'), failsWith('account.codeWrong'));
    assert.equal((await app.signIn(tess.email, password, code(1))).technician, tess.name);
  });

  it('P4: declined, given up, or gone before it installs: over, and starting again works', async () => {
    const tess = await technician();
    const first = await openPortal(hub);
    let { setUp } = await first.signIn(tess.email, password);
    await first.rpc.request(requests.consent, { setUp, allowed: false, passwordStored: false });
    await until(() => tess.seen.at(-1)?.state === 'declined');
    await assert.rejects(complete(first, setUp), failsWith('setUp.notFound'));
    const second = await openPortal(hub, first.facts);
    ({ setUp } = await second.signIn(tess.email, password));
    await assert.rejects(complete(second, setUp), failsWith('setUp.wrongStep'));
    await second.rpc.request(requests.cancel, { setUp });
    await until(() => tess.seen.at(-1)?.state === 'cancelled');
    for (const step of ['asking', 'details'] as const) {
      const gone = await openPortal(hub, first.facts);
      ({ setUp } = await gone.signIn(tess.email, password));
      if (step === 'details') await allow(gone, setUp);
      await until(() => tess.seen.at(-1)?.state === step);
      gone.socket.terminate();
      await until(() => tess.seen.at(-1)?.state === 'failed');
      assert.equal(tess.seen.at(-1)?.problem?.code, 'setUp.timedOut');
    }
    assert.deepEqual(await devicesOf(first), []);
    const last = await openPortal(hub, first.facts);
    ({ setUp } = await last.signIn(tess.email, password));
    await allow(last, setUp);
    const { token } = await complete(last, setUp);
    // The app has done its part: what it has begun to install may join without it.
    last.socket.terminate();
    await joinBy(hub, { token }, last.facts);
    await until(() => tess.seen.at(-1)?.state === 'done');
    assert.deepEqual(await tess.rpc.request(setUpRequests.watch, {}), []);
  });

  it('an installation that failed is undone, whether it had joined or not', async () => {
    const tess = await technician();
    const app = await openPortal(hub);
    let { setUp } = await app.signIn(tess.email, password);
    await allow(app, setUp);
    const failed = await complete(app, setUp);
    await app.rpc.request(requests.cancel, { setUp, problem: 'no space' });
    await until(() => tess.seen.at(-1)?.state === 'failed');
    assert.deepEqual(tess.seen.at(-1)?.problem, { code: 'setUp.installFailed', args: { reason: 'no space' } });
    await assert.rejects(joinBy(hub, failed, app.facts), failsWith('enrolment.tokenInvalid'));

    const again = await openPortal(hub, app.facts);
    ({ setUp } = await again.signIn(tess.email, password));
    await allow(again, setUp);
    const joined = await joinBy(hub, await complete(again, setUp), app.facts);
    await until(() => again.script.told.at(-1)?.state === 'done');
    await again.rpc.request(requests.cancel, { setUp, problem: 'it does not start' });
    assert.equal(await joined.removed, 'deleted');
    assert.deepEqual(await devicesOf(app), []);
  });

  it('P4 P5: over another connection it goes on where it was, for the same app alone; what was answered is answered again', async () => {
    const tess = await technician();
    const app = await openPortal(hub);
    const { setUp } = await app.signIn(tess.email, password);
    await allow(app, setUp, true);
    app.socket.terminate();
    const stranger = await openPortal(hub, app.facts);
    await assert.rejects(stranger.resume(setUp), failsWith('setUp.notFound'));
    const again = await openPortal(hub, app.facts, app.keys);
    assert.deepEqual(await again.resume(setUp), { id: setUp, state: 'details', problem: null });
    await allow(again, setUp, true);
    await assert.rejects(allow(again, setUp, false), failsWith('setUp.wrongStep'));
    const { token } = await complete(again, setUp);
    const third = await openPortal(hub, app.facts, app.keys);
    assert.equal((await third.resume(setUp)).state, 'installing');
    assert.deepEqual(await complete(third, setUp), { token, group: 'Berlin' });
    await joinBy(hub, { token }, app.facts);
    await until(() => third.script.told.at(-1)?.state === 'done');
  });

  it('whoever signs in anew does not wait for an app that has gone', async () => {
    const tess = await technician();
    const app = await openPortal(hub);
    await app.signIn(tess.email, password);
    app.socket.terminate();
    await until(async () => {
      const next = await openPortal(hub, app.facts);
      return next.signIn(tess.email, password).then(
        () => true,
        ({ code }) => {
          assert.equal(code, 'setUp.underWay');
          return false;
        },
      );
    });
  });

  it('a set-up is its own connection’s alone', async () => {
    const [tess, tom] = [await technician(), await technician()];
    const app = await openPortal(hub);
    const { setUp } = await app.signIn(tess.email, password);
    const other = await openPortal(hub);
    await assert.rejects(allow(other, setUp), failsWith('rpc.unknownMethod'));
    await other.signIn(tom.email, password);
    await assert.rejects(allow(other, setUp), failsWith('setUp.notFound'));
    await assert.rejects(app.signIn(tess.email, password), failsWith('endpoint.proofInvalid'));
    assert.equal(tom.seen.length, 1);
  });

  it('a computer that is set up, or is being set up, is refused', async () => {
    const [tess, tom] = [await technician(), await technician()];
    const app = await openPortal(hub);
    const { setUp } = await app.signIn(tess.email, password);
    const second = await openPortal(hub, app.facts);
    await assert.rejects(second.signIn(tom.email, password), failsWith('setUp.underWay'));
    await allow(app, setUp);
    await joinBy(hub, await complete(app, setUp), app.facts);
    const third = await openPortal(hub, app.facts);
    await assert.rejects(third.signIn(tom.email, password), failsWith('setUp.alreadySetUp'));
  });

  it('the account is disabled, or the group unassigned, in the middle: a clean end', async () => {
    for (const change of [{ disabled: true }, { groups: [] }]) {
      const tess = await technician();
      const app = await openPortal(hub);
      const { setUp } = await app.signIn(tess.email, password);
      await allow(app, setUp);
      const { token } = await complete(app, setUp);
      await admin.rpc.request(accountRequests.update, { technician: tess.id, ...change });
      await until(() => app.script.told.at(-1)?.state === 'failed');
      assert.equal(app.script.told.at(-1)?.problem?.code, 'setUp.permissionWithdrawn');
      await assert.rejects(joinBy(hub, { token }, app.facts), failsWith('enrolment.tokenInvalid'));
    }
  });

  it('a computer that joins in the very moment in which its set-up is given up is removed', async () => {
    const { token } = await admin.rpc.request(installerRequests.generate, {
      group,
      name: null,
      limit: 1,
      expiresAt: null,
    });
    const { standing, removed } = await openEndpoint(hub, { token });
    const { device } = standing;
    const row = await hub
      .get(Store)
      .read.selectFrom('devices')
      .selectAll()
      .where('id', '=', device)
      .executeTakeFirstOrThrow();
    hub.get(SetUpTokens).joined({ setUp: newId(), row });
    assert.equal(await removed, 'deleted');
    await assert.rejects(admin.rpc.request(deviceRequests.get, { device }), failsWith('device.notFound'));
  });

  describe('What the customer decides about access', () => {
    async function device(limit = 100): Promise<Awaited<ReturnType<typeof openEndpoint>> & { id: string }> {
      const wanted = { group, name: null, limit, expiresAt: null };
      const { token } = await admin.rpc.request(installerRequests.generate, wanted);
      if (limit === 1) await openEndpoint(hub, { token });
      const endpoint = await openEndpoint(hub, { token });
      new ScriptedComputer(endpoint.conversation.rpc);
      return { ...endpoint, id: endpoint.standing.device };
    }
    const state = async (id: string): Promise<string> =>
      (await admin.rpc.request(deviceRequests.get, { device: id })).device.state;

    it('X7: blocked, sessions end and none begins; unblocked, all is as before', async () => {
      const endpoint = await device();
      const { rpc } = endpoint.conversation;
      const { seq } = (await admin.rpc.request(deviceRequests.changes, { since: null })).position;
      const session = await admin.rpc.request(sessionRequests.start, { device: endpoint.id });
      rpc.notify(endpointNotifications.accessChanged, { blocked: true, passwordStored: false });
      await until(async () => (await state(endpoint.id)) === 'blocked');
      const over = await admin.rpc.request(sessionRequests.get, { session: session.id });
      assert.deepEqual([over.state, over.end], ['ended', 'blocked']);
      await until(() => endpoint.told.at(-1)?.state === 'blocked');
      await assert.rejects(
        admin.rpc.request(sessionRequests.start, { device: endpoint.id }),
        failsWith('session.blocked'),
      );
      assert.ok((await admin.rpc.request(deviceRequests.changes, { since: null })).position.seq > seq);
      rpc.notify(endpointNotifications.accessChanged, { blocked: false, passwordStored: false });
      await until(async () => (await state(endpoint.id)) === 'active');
      await admin.rpc.request(sessionRequests.start, { device: endpoint.id });
      const log = await admin.rpc.request(auditRequests.query, { device: endpoint.id, limit: 50 });
      const own = log.filter(({ actor }) => actor.kind === 'endpoint').map(({ action }) => action);
      assert.deepEqual(own, ['device.unblock', 'device.block', 'device.join']);
    });

    it('X7: a device that waits is blocked once it is approved', async () => {
      const endpoint = await device(1);
      endpoint.conversation.rpc.notify(endpointNotifications.accessChanged, { blocked: true, passwordStored: false });
      await until(
        async () => (await admin.rpc.request(auditRequests.query, { device: endpoint.id, limit: 5 })).length === 2,
      );
      assert.equal(await state(endpoint.id), 'waiting');
      await admin.rpc.request(enrolmentRequests.approve, { devices: [endpoint.id] });
      assert.equal(await state(endpoint.id), 'blocked');
    });

    it('X8: a password is stored and forgotten: known, put down, and told to whoever sees the device', async () => {
      const endpoint = await device();
      const stored = async (): Promise<boolean> =>
        (await admin.rpc.request(deviceRequests.get, { device: endpoint.id })).passwordStored;
      const position = async (): Promise<number> =>
        (await admin.rpc.request(deviceRequests.changes, { since: null })).position.seq;
      for (const passwordStored of [true, false]) {
        const before = await position();
        endpoint.conversation.rpc.notify(endpointNotifications.accessChanged, { blocked: false, passwordStored });
        await until(async () => (await stored()) === passwordStored);
        assert.ok((await position()) > before, 'a device page learns of it by the change');
      }
      const log = await admin.rpc.request(auditRequests.query, { device: endpoint.id, limit: 50 });
      assert.deepEqual(
        log.map(({ action }) => action),
        ['device.forgetPassword', 'device.storePassword', 'device.join'],
      );
    });
  });
});
