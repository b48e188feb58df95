import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith, until } from '#core/testing/expect.ts';
import { joinBy, openPortal, ScriptedSetUp } from '#core/testing/scripted-set-up.ts';
import { attend, enterKey, type TestCustomerApp } from '#core/testing/test-customer-app.ts';
import { adminEmail, adminPassword, startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { sessionRequests } from '#protocol/sessions.ts';
import { portalRequests, setUpRequests as requests, type SetUp } from '#protocol/set-ups.ts';
import { Store } from '../store/store.ts';

type App = TestCustomerApp & { readonly script: ScriptedSetUp };

/** Both sides wait for the hub, which is started anew with the same data. */
describe('A hub that is started anew in the middle', () => {
  const restart = async (hub: TestHub, resume = 5): Promise<{ hub: TestHub; work: TestWorkbench }> => {
    await hub.close();
    const next = await startTestHub({ data: hub.data, times: { resume, install: 60 } });
    return { hub: next, work: await next.workbench() };
  };
  async function begin() {
    const hub = await startTestHub({ times: { install: 60 } });
    const work = await hub.workbench();
    const { id: group } = await work.rpc.request(groupRequests.create, { name: 'Berlin' });
    return { hub, work, group };
  }
  async function come(hub: TestHub, ticket: string, before?: App, onInstall?: () => Promise<void>): Promise<App> {
    let script: ScriptedSetUp | undefined;
    const app = await attend(hub, ticket, {
      ...(before && { keys: before.keys, facts: before.facts, held: [before.session] }),
      prepare: (computer) => {
        script = new ScriptedSetUp(computer.rpc);
        if (onInstall) script.onInstall = onInstall;
      },
    });
    return { ...app, script: script! };
  }
  async function inSession() {
    const { hub, work, group } = await begin();
    const { session, key } = await work.rpc.request(sessionRequests.invite, {});
    const app = await come(hub, (await enterKey(hub, key)).ticket);
    await until(async () => (await work.rpc.request(sessionRequests.get, { session: session.id })).state === 'active');
    const setUp = await work.rpc.request(requests.begin, { session: session.id, password: adminPassword });
    await until(() => app.script.asked.length === 1);
    return { hub, work, group, app, setUp };
  }
  const standing = async ({ rpc }: TestWorkbench, { id }: SetUp): Promise<SetUp | undefined> =>
    (await rpc.request(requests.watch, {})).find((each) => each.id === id);
  const reaches = (work: TestWorkbench, setUp: SetUp, state: SetUp['state']): Promise<void> =>
    until(async () => (await standing(work, setUp))?.state === state);

  it('A1: the key, then the ticket, are as good as before', async () => {
    const first = await begin();
    const { session, key } = await first.work.rpc.request(sessionRequests.invite, {});
    const second = await restart(first.hub);
    const { ticket } = await enterKey(second.hub, key);
    await assert.rejects(enterKey(second.hub, key), failsWith('session.keyUsed'));
    const third = await restart(second.hub);
    await assert.rejects(enterKey(third.hub, key), failsWith('session.keyUsed'));
    const app = await come(third.hub, ticket);
    await until(async () => (await standingOf(third.work, session.id)) === 'active');
    const fourth = await restart(third.hub);
    await assert.rejects(come(fourth.hub, ticket), failsWith('session.ticketInvalid'), 'for the same app alone');
    await come(fourth.hub, ticket, app);
    await until(async () => (await standingOf(fourth.work, session.id)) === 'active');
    const kept = JSON.stringify(await fourth.hub.get(Store).read.selectFrom('sessions').selectAll().execute());
    assert.ok(!kept.includes(ticket) && !kept.includes(`"${key}"`));
  });
  const standingOf = async ({ rpc }: TestWorkbench, session: string): Promise<string> =>
    (await rpc.request(sessionRequests.get, { session })).state;

  it('A6 to A12: with the dialog open, before the details, while it installs: each step goes on', async () => {
    const { hub, group, app, setUp } = await inSession();
    const second = await restart(hub);
    assert.equal((await standing(second.work, setUp))?.state, 'asking');
    let again = await come(second.hub, app.ticket, app);
    await until(() => again.script.asked.length === 1);
    assert.equal(again.script.asked[0]?.setUp, setUp.id, 'the same dialog');
    again.script.allow(true);
    await reaches(second.work, setUp, 'details');

    const third = await restart(second.hub);
    again = await come(third.hub, app.ticket, app);
    await until(() => again.script.told.at(-1)?.state === 'details');
    await third.work.rpc.request(sessionRequests.join, { session: app.session });
    await third.work.rpc.request(requests.complete, { setUp: setUp.id, group, nickname: 'Till' });
    await until(() => again.script.installations.length === 1);
    const [installation] = again.script.installations;

    const fourth = await restart(third.hub);
    again = await come(fourth.hub, app.ticket, app);
    await until(() => again.script.installations.length === 1);
    assert.deepEqual(again.script.installations, [installation], 'the same installation');
    const { standing: joined } = await joinBy(fourth.hub, installation!, app.facts);
    assert.deepEqual([joined.nickname, joined.group], ['Till', 'Berlin']);

    const fifth = await restart(fourth.hub);
    assert.equal((await standing(fifth.work, setUp))?.state, 'installing');
    const installed = async (): Promise<void> => {};
    again = await come(fifth.hub, app.ticket, app, installed);
    await reaches(fifth.work, setUp, 'done');
    const details = await fifth.work.rpc.request(deviceRequests.get, { device: joined.device });
    assert.deepEqual([details.setUpBy, details.passwordStored], ['attended', true]);
    await assert.rejects(joinBy(fifth.hub, installation!, app.facts), failsWith('enrolment.tokenInvalid'));
    const steps = (await fifth.work.rpc.request(auditRequests.query, { limit: 500 }))
      .filter(({ subject }) => subject?.id === setUp.id)
      .map(({ action }) => action);
    assert.deepEqual(steps.filter((step) => step.startsWith('setUp.')).reverse(), [
      ...['setUp.begin', 'setUp.consent', 'setUp.install', 'setUp.end'],
    ]);
  });

  it('A6: cancelled while the app was away, it is told when it is back', async () => {
    const { hub, app, setUp } = await inSession();
    const second = await restart(hub);
    await second.work.rpc.request(requests.cancel, { setUp: setUp.id });
    const third = await restart(second.hub);
    const again = await come(third.hub, app.ticket, app);
    await until(() => again.script.told.at(-1)?.state === 'cancelled');
    assert.deepEqual(again.script.asked, []);
  });

  it('A12: where the session does not come back, nothing is half set up', async () => {
    const { hub, group, work, app, setUp } = await inSession();
    app.script.allow();
    await reaches(work, setUp, 'details');
    await work.rpc.request(requests.complete, { setUp: setUp.id, group, nickname: null });
    await until(() => app.script.installations.length === 1);
    const second = await restart(hub, 0.2);
    await until(async () => (await standingOf(second.work, app.session)) === 'ended');
    await assert.rejects(
      joinBy(second.hub, app.script.installations[0]!, app.facts),
      failsWith('enrolment.tokenInvalid'),
    );
    const entries = await second.work.rpc.request(auditRequests.query, { limit: 20 });
    const [end] = entries.filter(({ action }) => action === 'setUp.end');
    assert.deepEqual(end?.after, { state: 'failed', error: 'setUp.sessionEnded' });
    assert.deepEqual(await second.hub.get(Store).read.selectFrom('set_ups').selectAll().execute(), []);
  });

  it('P4 P5: at the portal nobody signs in again, and no password is kept', async () => {
    const { hub, group } = await begin();
    const app = await openPortal(hub);
    const { setUp } = await app.signIn(adminEmail, adminPassword);
    const second = await restart(hub);
    let again = await openPortal(second.hub, app.facts, app.keys);
    assert.equal((await again.resume(setUp)).state, 'asking');
    await again.rpc.request(portalRequests.consent, { setUp, allowed: true, passwordStored: false });
    const third = await restart(second.hub);
    again = await openPortal(third.hub, app.facts, app.keys);
    assert.equal((await again.resume(setUp)).state, 'details');
    const { token } = await again.rpc.request(portalRequests.complete, { setUp, nickname: null, group });
    const kept = JSON.stringify(await third.hub.get(Store).read.selectFrom('set_ups').selectAll().execute());
    assert.ok(kept.includes(app.facts.hostName) && !kept.includes(adminPassword) && !kept.includes(token));
    const fourth = await restart(third.hub, 0.1);
    // The app has done its part.
    const { standing: joined } = await joinBy(fourth.hub, { token }, app.facts);
    assert.equal((await fourth.work.rpc.request(deviceRequests.get, { device: joined.device })).setUpBy, 'portal');
    await until(
      async () => (await fourth.hub.get(Store).read.selectFrom('set_ups').selectAll().execute()).length === 0,
    );
  });

  it('P4: an app that does not come back has given up', async () => {
    const { hub } = await begin();
    const app = await openPortal(hub);
    const { setUp } = await app.signIn(adminEmail, adminPassword);
    const second = await restart(hub, 0.1);
    await until(async () => (await second.work.rpc.request(requests.watch, {})).length === 0);
    const again = await openPortal(second.hub, app.facts, app.keys);
    await assert.rejects(again.resume(setUp), failsWith('setUp.notFound'));
  });
});
