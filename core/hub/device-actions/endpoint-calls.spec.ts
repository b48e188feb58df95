import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { startTestAccount, type TestAccount } from '#core/testing/test-account.ts';
import { newFacts, openEndpoint, type TestEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import {
  deviceActionNotifications,
  deviceActionRequests,
  type DeviceAction,
  type DeviceJob,
} from '#protocol/device-actions.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { endpointRequests } from '#protocol/endpoint.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { endpointSessionRequests, sessionRequests } from '#protocol/sessions.ts';
import { Store } from '../store/store.ts';
import { QueuedActions } from './queued-actions.ts';

const hour = { seconds: 3600 };
const refresh = { kind: 'refresh' } as const;
const later = { kind: 'refresh', whenOnline: hour } as const;

async function act({ rpc }: TestWorkbench, action: DeviceAction, devices: string[]): Promise<DeviceJob> {
  const { id } = await rpc.request(deviceActionRequests.start, { job: newId(), action, devices });
  return rpc.request(deviceActionRequests.wait, { job: id });
}
const results = ({ rpc }: TestWorkbench, job: string) => rpc.request(deviceActionRequests.results, { job });
const jobNow = ({ rpc }: TestWorkbench, job: string) => rpc.request(deviceActionRequests.get, { job });
const codes = async (workbench: TestWorkbench, job: string): Promise<(string | undefined)[]> =>
  (await results(workbench, job)).map(({ problem }) => problem?.code);
const queued = ({ rpc }: TestWorkbench, device?: string) =>
  rpc.request(deviceActionRequests.queued, { limit: 100, ...(device && { device }) });

/** Answers what it is asked for; `asked` counts. */
function answering(endpoint: TestEndpoint, hostName = 'RENAMED') {
  const asked = { times: 0 };
  endpoint.conversation.rpc.handle(endpointRequests.facts, () => {
    asked.times++;
    return { ...endpoint.facts, hostName };
  });
  return asked;
}

describe('Refreshing and resetting devices', () => {
  let account: TestAccount;
  let hub: TestHub;
  let admin: TestWorkbench;
  before(async () => {
    account = await startTestAccount({ times: { answer: 1, return: 1 } });
    ({ hub, admin } = account);
  });
  async function offline(token: string): Promise<TestEndpoint> {
    const endpoint = await openEndpoint(hub, { token });
    await endpoint.conversation.close();
    return endpoint;
  }
  const again = ({ keys, facts, conversation }: TestEndpoint, at: { url: string } = hub): Promise<TestEndpoint> => {
    const hubKey = hubKeys.get(conversation)!;
    return openEndpoint(at, { keys, facts, hubKey });
  };
  const hubKeys = new WeakMap<object, string>();
  async function join(count = 1): Promise<{ group: string; token: string; endpoints: TestEndpoint[] }> {
    const made = await account.newGroup();
    const endpoints = [];
    for (let index = 0; index < count; index++) {
      const endpoint = await openEndpoint(hub, { token: made.token, facts: newFacts() });
      hubKeys.set(endpoint.conversation, made.token.split('.')[3]!);
      endpoints.push(endpoint);
    }
    return { ...made, endpoints };
  }
  async function joinOffline(count = 1): Promise<{ group: string; token: string; endpoints: TestEndpoint[] }> {
    const made = await join(count);
    for (const { conversation } of made.endpoints) await conversation.close();
    return made;
  }
  const idsOf = (endpoints: TestEndpoint[]): string[] => endpoints.map(({ standing }) => standing.device);

  it('X4: asks an online device how it is now, and says of an offline one that it is', async () => {
    const { endpoints, token } = await join();
    const [online] = endpoints as [TestEndpoint];
    const away = await offline(token);
    const asked = answering(online);
    const job = await act(admin, refresh, [online.standing.device, away.standing.device]);
    assert.deepEqual(await codes(admin, job.id), [undefined, 'device.offline']);
    assert.deepEqual([asked.times, job.counts.done, job.counts.failed], [1, 1, 1]);
    assert.notEqual(job.finishedAt, null);
    const details = await admin.rpc.request(deviceRequests.get, { device: online.standing.device });
    assert.equal(details.device.hostName, 'RENAMED');
    const entries = await admin.rpc.request(auditRequests.query, { limit: 5 });
    assert.equal(entries.filter(({ subject }) => subject?.id === job.id).length, 1);
  });

  it('X4: a device that gives no answer fails with that, and holds nobody up', async () => {
    const { endpoints } = await join(2);
    const [silent, well] = endpoints as [TestEndpoint, TestEndpoint];
    silent.conversation.rpc.handle(endpointRequests.facts, () => new Promise<never>(() => {}));
    answering(well);
    const job = await act(admin, refresh, idsOf(endpoints));
    assert.deepEqual(await codes(admin, job.id), ['device.noAnswer', undefined]);
    assert.deepEqual((await results(admin, job.id)).map(({ name }) => name).includes(''), false);
  });

  it('X4: a reset ends the session and is done once the endpoint is back', async () => {
    const { endpoints } = await join();
    const [endpoint] = endpoints as [TestEndpoint];
    const { device } = endpoint.standing;
    endpoint.conversation.rpc.handle(endpointSessionRequests.open, () => ({ sealingKey: null }));
    const session = await admin.rpc.request(sessionRequests.start, { device });
    const { id } = await admin.rpc.request(deviceActionRequests.start, {
      job: newId(),
      action: { kind: 'reset' },
      devices: [device],
    });
    assert.equal(await endpoint.closed, 4001);
    assert.equal((await jobNow(admin, id)).counts.pending, 1);
    const { state, end } = await admin.rpc.request(sessionRequests.get, { session: session.id });
    assert.deepEqual([state, end], ['ended', 'device']);
    await again(endpoint);
    const { counts } = await admin.rpc.request(deviceActionRequests.wait, { job: id });
    assert.equal(counts.done, 1);
  });

  it('X4: a device that does not come back from a reset is not called done', async () => {
    const { endpoints } = await join();
    const job = await act(admin, { kind: 'reset' }, idsOf(endpoints));
    assert.deepEqual(await codes(admin, job.id), ['device.noReturn']);
  });

  it('X9: asks many at the same time, and not more than it can hold', async () => {
    const { endpoints } = await join(230);
    let [asking, most] = [0, 0];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    for (const { conversation, facts } of endpoints) {
      conversation.rpc.handle(endpointRequests.facts, async () => {
        most = Math.max(most, ++asking);
        if (most === 200) setImmediate(release);
        await held;
        asking--;
        return facts;
      });
    }
    const job = await act(admin, refresh, idsOf(endpoints));
    assert.deepEqual([job.counts.done, most], [230, 200]);
  });

  it('X4, X9: waits for an offline device, is seen to, and is done once however often it comes and goes', async () => {
    const { endpoints } = await joinOffline();
    const [endpoint] = endpoints as [TestEndpoint];
    const { device } = endpoint.standing;
    const changes: unknown[] = [];
    admin.rpc.on(deviceActionNotifications.queueChanged, () => void changes.push(1));
    const job = await act(admin, later, [device]);
    assert.deepEqual([job.counts.queued, job.finishedAt], [1, null]);
    assert.equal(job.expiresAt, job.createdAt + 3_600_000);
    const { actions, total } = await queued(admin, device);
    assert.deepEqual([total, actions[0]?.job, actions[0]?.kind, actions[0]?.cancellable], [1, job.id, 'refresh', true]);
    // It flaps: the second connection takes the place of the first, as one may; the others come once the last is gone.
    let asked = 0;
    for (let times = 0; times < 8; times++) {
      const now = await again(endpoint);
      now.conversation.rpc.handle(endpointRequests.facts, () => (asked++, endpoint.facts));
      if (times > 0) await now.conversation.close();
    }
    await until(async () => (await jobNow(admin, job.id)).finishedAt !== null);
    const done = asked;
    const last = await again(endpoint);
    last.conversation.rpc.handle(endpointRequests.facts, () => (asked++, endpoint.facts));
    await act(admin, refresh, [device]);
    assert.equal(asked, done + 1);
    assert.deepEqual((await jobNow(admin, job.id)).counts.done, 1);
    assert.equal((await queued(admin, device)).total, 0);
    await until(() => changes.length > 0);
    // One entry when it was asked for, one when all that waited was over.
    const entries = await admin.rpc.request(auditRequests.query, { limit: 50 });
    const own = entries.filter(({ subject }) => subject?.id === job.id).map(({ after }) => after);
    assert.deepEqual(own.reverse(), [
      { whenOnline: hour, done: 0, failed: 0, cancelled: 0, queued: 1 },
      { whenOnline: { done: 1, failed: 0, cancelled: 0 } },
    ]);
  });

  it('X4: a reset that waited is done once, at next contact', async () => {
    const { endpoints } = await joinOffline();
    const [endpoint] = endpoints as [TestEndpoint];
    const { device } = endpoint.standing;
    const job = await act(admin, { kind: 'reset', whenOnline: hour }, [device]);
    const first = await again(endpoint);
    assert.equal(await first.closed, 4001);
    const second = await again(endpoint);
    await until(async () => (await jobNow(admin, job.id)).counts.done === 1);
    answering(second);
    await act(admin, refresh, [device]);
    assert.equal(second.conversation.rpc.isClosed, false);
  });

  it('X9: what waits is cancelled, for one device or for all', async () => {
    const { endpoints } = await joinOffline(3);
    const devices = idsOf(endpoints);
    const job = await act(admin, later, devices);
    const one = await admin.rpc.request(deviceActionRequests.cancel, { job: job.id, devices: [devices[0]!] });
    assert.deepEqual([one.counts.cancelled, one.counts.queued, one.finishedAt], [1, 2, null]);
    const all = await admin.rpc.request(deviceActionRequests.cancel, { job: job.id });
    assert.deepEqual([all.counts.cancelled, all.finishedAt !== null], [3, true]);
    const back = await again(endpoints[1]!);
    const asked = answering(back);
    await act(admin, refresh, [devices[1]!]);
    assert.equal(asked.times, 1);
  });

  it('X9: what waits too long expires, by the hub’s clock, and is not done any more', async () => {
    const { endpoints } = await joinOffline();
    const [endpoint] = endpoints as [TestEndpoint];
    const { device } = endpoint.standing;
    const job = await act(admin, later, [device]);
    const waiting = hub.get(QueuedActions);
    await waiting.expire(job.expiresAt! - 1);
    assert.equal((await jobNow(admin, job.id)).counts.queued, 1);
    await waiting.expire(job.expiresAt!);
    assert.deepEqual(await codes(admin, job.id), ['deviceJob.expired']);
    const asked = answering(await again(endpoint));
    await act(admin, refresh, [device]);
    assert.equal(asked.times, 1);
    // Tried again it waits anew, from now on.
    const next = await admin.rpc.request(deviceActionRequests.retry, { job: newId(), of: job.id });
    assert.ok(next.expiresAt! >= job.expiresAt!);
  });

  it('X9: a device that comes after the time, before anybody has looked, is not asked either', async () => {
    const { endpoints } = await joinOffline();
    const [endpoint] = endpoints as [TestEndpoint];
    const job = await act(admin, later, [endpoint.standing.device]);
    // The clock was set forward by hours, or so it seems.
    await hub.get(Store).write(({ db }) =>
      db
        .updateTable('device_jobs')
        .set({ expires_at: Date.now() - 1 })
        .where('id', '=', job.id)
        .execute(),
    );
    const asked = answering(await again(endpoint));
    await until(async () => (await jobNow(admin, job.id)).finishedAt !== null);
    assert.deepEqual([await codes(admin, job.id), asked.times], [['deviceJob.expired'], 0]);
  });

  it('X9: whoever asked has to be allowed it when it is done, not only when they asked', async () => {
    const { endpoints, group } = await joinOffline(3);
    const [one, two, three] = endpoints as [TestEndpoint, TestEndpoint, TestEndpoint];
    const { id, workbench } = await account.newTechnician([group]);
    const job = await act(workbench, later, idsOf(endpoints));
    const setting = (allowed: boolean | null) =>
      admin.rpc.request(permissionRequests.set, { technician: id, permission: 'device.refresh', allowed });
    await setting(false);
    const asked = answering(await again(one));
    await until(async () => (await jobNow(workbench, job.id)).counts.failed === 1);
    await setting(null);
    const elsewhere = await account.newGroup();
    await act(admin, { kind: 'move', group: elsewhere.group }, [two.standing.device]);
    const askedToo = answering(await again(two));
    await until(async () => (await jobNow(workbench, job.id)).counts.failed === 2);
    await act(admin, { kind: 'delete' }, [three.standing.device]);
    await until(async () => (await jobNow(workbench, job.id)).counts.failed === 3);
    assert.deepEqual(await codes(workbench, job.id), [
      'permission.switchedOff',
      'device.notFound',
      'deviceJob.deviceDeleted',
    ]);
    assert.deepEqual([asked.times, askedToo.times], [0, 0]);
  });

  it('X9: the queue shows one’s own, of a device everybody’s, and only an administrator cancels another’s', async () => {
    const { endpoints, group } = await joinOffline();
    const { device } = endpoints[0]!.standing;
    const [one, two] = [await account.newTechnician([group]), await account.newTechnician([group])];
    const stranger = await account.newTechnician([]);
    const job = await act(one.workbench, later, [device]);
    assert.equal((await queued(one.workbench)).total, 1);
    assert.equal((await queued(two.workbench)).total, 0);
    assert.equal((await queued(two.workbench, device)).actions[0]?.cancellable, false);
    await assert.rejects(queued(stranger.workbench, device), failsWith('device.notFound'));
    await assert.rejects(
      two.workbench.rpc.request(deviceActionRequests.cancel, { job: job.id }),
      failsWith('deviceJob.notFound'),
    );
    assert.equal((await queued(admin, device)).actions[0]?.cancellable, true);
    const { counts } = await admin.rpc.request(deviceActionRequests.cancel, { job: job.id });
    assert.equal(counts.cancelled, 1);
  });

  it('X9: a technician who is gone leaves nothing that would still be done', async () => {
    const { endpoints, group } = await joinOffline();
    const { id, workbench } = await account.newTechnician([group]);
    const job = await act(workbench, later, idsOf(endpoints));
    await admin.rpc.request(accountRequests.update, { technician: id, disabled: true });
    const asked = answering(await again(endpoints[0]!));
    await until(async () => (await jobNow(admin, job.id)).finishedAt !== null);
    assert.deepEqual([asked.times, (await jobNow(admin, job.id)).counts.failed], [0, 1]);
  });

  it('X9: a hub that is started anew goes on with what waits, and with what it was in the middle of', async () => {
    const { endpoints } = await joinOffline(4);
    const [waiting, asked, resetting, absent] = endpoints as [TestEndpoint, TestEndpoint, TestEndpoint, TestEndpoint];
    const data = hub.data;
    const jobs = {
      waiting: await act(admin, later, [waiting.standing.device]),
      refresh: await act(admin, later, [asked.standing.device, absent.standing.device]),
      reset: await act(admin, { kind: 'reset', whenOnline: hour }, [resetting.standing.device]),
    };
    // As a hub leaves it that is killed while devices are being asked: one had been reset, and was about to come back.
    const begun = [asked.standing.device, resetting.standing.device];
    await hub
      .get(Store)
      .write(({ db }) =>
        db
          .updateTable('device_job_devices')
          .set({ state: 'pending', started_at: Date.now() })
          .where('job_id', 'in', [jobs.refresh.id, jobs.reset.id])
          .where('device_id', 'in', begun)
          .execute(),
      );
    await hub.close();
    const next = await startTestHub({ data, times: { answer: 1, return: 1 } });
    const workbench = await next.workbench();
    const counters = [];
    for (const endpoint of [waiting, asked]) counters.push(answering(await again(endpoint, next)));
    const reset = await again(resetting, next);
    for (const job of [jobs.waiting, jobs.reset]) {
      await until(async () => (await jobNow(workbench, job.id)).finishedAt !== null);
    }
    await until(async () => (await jobNow(workbench, jobs.refresh.id)).counts.done === 1);
    assert.deepEqual(
      counters.map(({ times }) => times),
      [1, 1],
    );
    // It had come back from its reset: it is not reset once more.
    assert.equal(reset.conversation.rpc.isClosed, false);
    assert.deepEqual((await jobNow(workbench, jobs.refresh.id)).counts, {
      ...{ pending: 0, done: 1, failed: 0, queued: 1, cancelled: 0 },
    });
    await next.close();
  });
});
