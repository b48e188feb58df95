import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { failsWith, until } from '#core/testing/expect.ts';
import { startTestAccount, type TestAccount } from '#core/testing/test-account.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { groupRequests } from '#protocol/groups.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import {
  endpointWakeRequests,
  wakeNotifications,
  wakeRequests,
  type WakeSchedule,
  type WakeScheduleInput,
} from '#protocol/wake.ts';
import { WakeService } from './wake-service.ts';
import { WakeScheduler } from './wake-scheduler.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A Monday, six o'clock in UTC. */
const monday = Date.parse('2026-01-05T06:00:00Z');
const daily: WakeScheduleInput = {
  name: 'Mornings',
  devices: [],
  groups: [],
  days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  time: '07:00',
  zone: 'UTC',
  enabled: true,
};

describe('Scheduled wakes (X6)', () => {
  let account: TestAccount;
  let admin: TestWorkbench;
  let now = monday;
  let subnets = 0;
  before(async () => {
    account = await startTestAccount({ times: { wake: 1 }, now: () => now });
    ({ admin } = account);
  });

  let hosts = 1;
  async function endpointIn(token: string, subnet: string) {
    const base = newFacts();
    const card = { ...base.interfaces[0]!, name: 'eth0', addresses: [`${subnet}.${++hosts % 250}/24`] };
    const endpoint = await openEndpoint(account.hub, { token, facts: { ...base, interfaces: [card] } });
    const orders: string[] = [];
    endpoint.conversation.rpc.handle(endpointWakeRequests.send, ({ targets }) => {
      orders.push(...targets.map(({ mac }) => mac));
      return { packets: targets.length };
    });
    return { ...endpoint, orders, device: endpoint.standing.device, mac: card.mac };
  }
  /** A group with a computer that sleeps and one that can wake it. */
  async function neighbours() {
    const { group, token } = await account.newGroup();
    const subnet = `10.199.${subnets++}`;
    const sleeper = await endpointIn(token, subnet);
    const sender = await endpointIn(token, subnet);
    sleeper.conversation.socket.terminate();
    await until(() => !account.hub.get(WakeService).isOnline(sleeper.device));
    const boot = () => openEndpoint(account.hub, { ...sleeper, hubKey: token.split('.')[3]! });
    return { group, sleeper, sender, boot };
  }
  /** The clock goes on, and what is due by then is done. */
  async function goOn(to: number): Promise<void> {
    now = to;
    const scheduler = account.hub.get(WakeScheduler);
    await scheduler.look();
    await scheduler.idle();
  }
  const save = ({ rpc }: TestWorkbench, wanted: Partial<WakeScheduleInput>, schedule?: string) =>
    rpc.request(wakeRequests.saveSchedule, { ...daily, ...wanted, ...(schedule && { schedule }) });
  const schedules = async ({ rpc }: TestWorkbench): Promise<WakeSchedule[]> =>
    (await rpc.request(wakeRequests.schedules, {})).schedules;
  const read = async (of: TestWorkbench, id: string) => (await schedules(of)).find((each) => each.id === id)!;
  const remove = ({ rpc }: TestWorkbench, schedule: string) => rpc.request(wakeRequests.deleteSchedule, { schedule });

  it('X6: at its time wakes what is in the group by then, once, and tells how it went', async () => {
    now = monday;
    const { group, sleeper, sender, boot } = await neighbours();
    const { id, workbench } = await account.newTechnician([group]);
    const made = await save(workbench, { groups: [group] });
    assert.deepEqual([made.nextAt, made.technician.id, made.last], [monday + hour, id, null]);
    await goOn(monday + hour - 1);
    assert.deepEqual(sender.orders, []);
    await goOn(monday + hour);
    assert.deepEqual(sender.orders, [sleeper.mac]);
    const { last, nextAt } = await read(workbench, made.id);
    assert.equal(nextAt, monday + hour + day);
    assert.deepEqual(last && [last.state, last.at, last.counts], [
      'done',
      monday + hour,
      { awake: 0, online: 1, noAnswer: 1, failed: 0 },
    ]);
    const { senders, outcomes, next } = await workbench.rpc.request(wakeRequests.results, { wake: last!.id, after: 0 });
    assert.deepEqual(
      [senders.map(({ device }) => device), outcomes.map(({ device, state, sentBy }) => [device, state, sentBy]), next],
      [[sender.device], [[sleeper.device, 'noAnswer', [0]]], null],
    );
    const [entry] = await admin.rpc.request(auditRequests.query, { limit: 1 });
    assert.deepEqual(
      [entry?.action, entry?.actor.id, entry?.subject, entry?.devices],
      ['device.wake', id, { kind: 'wakeSchedule', id: made.id, name: 'Mornings' }, [sleeper.device]],
    );
    await goOn(monday + hour + minute);
    assert.equal(sender.orders.length, 1, 'not again');
    await goOn(monday + hour + day);
    assert.equal(sender.orders.length, 2);
    await boot();
    await goOn(monday + hour + 2 * day);
    const { wakes } = await workbench.rpc.request(wakeRequests.history, { schedule: made.id, limit: 30 });
    assert.deepEqual(
      wakes.map(({ counts }) => [counts.online, counts.noAnswer]),
      [
        [2, 0],
        [1, 1],
        [1, 1],
      ],
    );
    await remove(workbench, made.id);
    assert.deepEqual(await schedules(workbench), []);
  });

  it('X6: workbenches are told while it goes on, and how far it is', async () => {
    now = monday;
    const { group, sender } = await neighbours();
    const { workbench } = await account.newTechnician([group]);
    let told = 0;
    workbench.rpc.on(wakeNotifications.schedulesChanged, () => void told++);
    const made = await save(workbench, { groups: [group] });
    await until(() => told > 0);
    told = 0;
    now = monday + hour;
    const scheduler = account.hub.get(WakeScheduler);
    await scheduler.look();
    await until(() => sender.orders.length > 0);
    const running = (await read(workbench, made.id)).last!;
    assert.equal(running.state, 'running');
    assert.equal((running.progress ?? { devices: 1 }).devices, 1);
    await scheduler.idle();
    await until(() => told > 0);
    assert.deepEqual((await read(workbench, made.id)).last?.progress, null);
    await remove(workbench, made.id);
  });

  it('X6: is done with what its maker may do at the time; lost rights are the reason that it failed', async () => {
    now = monday;
    const { group, sleeper, sender } = await neighbours();
    const { id, workbench } = await account.newTechnician([group]);
    const byGroup = await save(workbench, { groups: [group] });
    const byDevice = await save(workbench, { name: 'One', devices: [sleeper.device] });
    const off = { technician: id, permission: 'device.wake' as const };
    await admin.rpc.request(permissionRequests.set, { ...off, allowed: false });
    await goOn(monday + hour);
    assert.equal((await read(admin, byGroup.id)).last?.problem?.code, 'permission.switchedOff');
    const [entry] = await admin.rpc.request(auditRequests.query, { limit: 1 });
    assert.deepEqual([entry?.outcome, entry?.after?.['error']], ['refused', 'permission.switchedOff']);
    await admin.rpc.request(permissionRequests.set, { ...off, allowed: null });
    const another = await account.newGroup();
    await admin.rpc.request(accountRequests.update, { technician: id, groups: [another.group] });
    await goOn(monday + hour + day);
    const { last } = await read(admin, byGroup.id);
    assert.deepEqual([last?.state, last?.problem?.code], ['failed', 'permission.groupNotAssigned']);
    const { last: one } = await read(admin, byDevice.id);
    assert.deepEqual([one?.state, one?.counts.failed], ['done', 1]);
    assert.deepEqual((await workbench.rpc.request(wakeRequests.results, { wake: one!.id, after: 0 })).outcomes, []);
    await admin.rpc.request(accountRequests.update, { technician: id, disabled: true });
    await goOn(monday + hour + 2 * day);
    assert.equal((await read(admin, byGroup.id)).last?.problem?.code, 'account.disabled');
    assert.deepEqual(sender.orders, []);
    for (const each of [byGroup, byDevice]) await remove(admin, each.id);
  });

  it('X6: everybody has their own, an administrator all; what makes no sense is refused', async () => {
    now = monday;
    const { group } = await account.newGroup();
    const [one, other] = [await account.newTechnician([group]), await account.newTechnician([group])];
    const made = await save(one.workbench, { groups: [group], enabled: false });
    assert.equal(made.nextAt, null);
    assert.deepEqual(await schedules(other.workbench), []);
    const notFound = failsWith('wake.scheduleNotFound');
    await assert.rejects(save(other.workbench, { groups: [group] }, made.id), notFound);
    await assert.rejects(remove(other.workbench, made.id), notFound);
    await assert.rejects(other.workbench.rpc.request(wakeRequests.history, { schedule: made.id, limit: 30 }), notFound);
    const changed = await save(admin, { groups: [group], time: '08:15' }, made.id);
    assert.deepEqual([changed.technician.id, changed.nextAt], [one.id, monday + 2 * hour + 15 * minute]);
    await assert.rejects(save(one.workbench, {}), failsWith('wake.nothingToWake'));
    await assert.rejects(save(one.workbench, { groups: [group], zone: 'Mars/Base' }), failsWith('wake.zoneUnknown'));
    await assert.rejects(save(one.workbench, { groups: [group], time: '24:00' }), failsWith('rpc.invalidParams'));
    const { group: foreign } = await account.newGroup();
    await assert.rejects(save(one.workbench, { groups: [foreign] }), failsWith('permission.groupNotAssigned'));
    await remove(one.workbench, made.id);
  });

  it('X6: a failed wake is told of until the device is awake, or nobody wants to know', async () => {
    now = monday;
    const { group, sleeper, boot } = await neighbours();
    const stranger = await account.newTechnician([]);
    const { workbench } = await account.newTechnician([group]);
    const failures = async ({ rpc }: TestWorkbench) =>
      (await rpc.request(wakeRequests.failures, { limit: 1000 })).failures.filter(
        ({ device }) => device === sleeper.device,
      );
    const wake = () => workbench.rpc.request(wakeRequests.run, { devices: [sleeper.device] });
    await wake();
    const [failure] = await failures(workbench);
    assert.deepEqual([failure?.state, failure?.problem?.code], ['noAnswer', 'wake.noAnswer']);
    assert.deepEqual(await failures(stranger.workbench), []);
    await stranger.workbench.rpc.request(wakeRequests.dismissFailures, { devices: [sleeper.device] });
    assert.equal((await failures(workbench)).length, 1, 'a stranger does not make it go away');
    await workbench.rpc.request(wakeRequests.dismissFailures, { devices: [sleeper.device] });
    assert.deepEqual(await failures(workbench), []);
    await wake();
    assert.equal((await failures(workbench)).length, 1);
    await boot();
    assert.deepEqual(await failures(workbench), []);
  });
});

describe('Scheduled wakes over a restart of the hub (X6)', () => {
  it('X6: a little late is done late, once whoever can send is back; later than that is missed', async () => {
    let now = monday;
    const options = { times: { wake: 1, settle: 60 }, now: () => now };
    const first = await startTestHub(options);
    const workbench = await first.workbench();
    const { id: group } = await workbench.rpc.request(groupRequests.create, { name: 'Berlin' });
    const { id } = await workbench.rpc.request(wakeRequests.saveSchedule, { ...daily, groups: [group] });
    await first.close();
    now = monday + hour + 10 * minute;
    const second = await startTestHub({ ...options, data: first.data });
    const last = async (hub: typeof second) => {
      const { rpc } = await hub.workbench();
      return (await rpc.request(wakeRequests.history, { schedule: id, limit: 30 })).wakes.map(({ state, at }) => [
        state,
        at,
      ]);
    };
    await second.get(WakeScheduler).look();
    assert.deepEqual(await last(second), [], 'its endpoints come back first');
    now += minute;
    await second.get(WakeScheduler).look();
    await second.get(WakeScheduler).idle();
    assert.deepEqual(await last(second), [['done', monday + hour]]);
    await second.close();
    now = monday + 3 * day + 2 * hour;
    const third = await startTestHub({ ...options, data: first.data });
    await third.get(WakeScheduler).look();
    assert.deepEqual(await last(third), [
      ['missed', monday + hour + 3 * day],
      ['missed', monday + hour + 2 * day],
      ['missed', monday + hour + day],
      ['done', monday + hour],
    ]);
    const { rpc } = await third.workbench();
    const [schedule] = (await rpc.request(wakeRequests.schedules, {})).schedules;
    assert.equal(schedule?.nextAt, monday + 4 * day + hour);
  });
});
