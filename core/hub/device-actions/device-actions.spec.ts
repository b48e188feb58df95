import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { firstValueFrom } from 'rxjs';
import { newId } from '#core/base/ids.ts';
import { fillStore } from '#core/bench/workbench/large-store.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { startTestAccount, type TestAccount } from '#core/testing/test-account.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import {
  deviceActionNotifications,
  deviceActionRequests,
  type DeviceAction,
  type DeviceJob,
} from '#protocol/device-actions.ts';
import { deviceNotifications, deviceRequests } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { openStore } from '../store/open-store.ts';
import { Store } from '../store/store.ts';
import { JobProgress } from './job-progress.ts';

const wait = ({ rpc }: TestWorkbench, job: string): Promise<DeviceJob> =>
  rpc.request(deviceActionRequests.wait, { job });

async function act(workbench: TestWorkbench, action: DeviceAction, devices: string[]): Promise<DeviceJob> {
  const { id } = await workbench.rpc.request(deviceActionRequests.start, { job: newId(), action, devices });
  return wait(workbench, id);
}
const results = ({ rpc }: TestWorkbench, job: string) => rpc.request(deviceActionRequests.results, { job });
const codes = async (workbench: TestWorkbench, job: string): Promise<(string | undefined)[]> =>
  (await results(workbench, job)).map(({ problem }) => problem?.code);

describe('Device actions', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let newGroup: TestAccount['newGroup'];
  let newTechnician: TestAccount['newTechnician'];
  before(async () => {
    ({ hub, admin, newGroup, newTechnician } = await startTestAccount());
  });
  /** Devices that have joined and are offline. */
  async function join(token: string, count: number): Promise<string[]> {
    const devices = [];
    for (let index = 0; index < count; index++) {
      const { standing, conversation } = await openEndpoint(hub, { token });
      await conversation.close();
      devices.push(standing.device);
    }
    return devices;
  }
  const groupOf = async (device: string): Promise<string> =>
    (await admin.rpc.request(deviceRequests.get, { device })).device.group;
  const nicknameOf = async (device: string): Promise<string | null> =>
    (await admin.rpc.request(deviceRequests.get, { device })).device.nickname;

  it('X2, X9: moves offline devices in one call, and names them all in one entry of the audit log', async () => {
    const [from, to] = [await newGroup(), await newGroup()];
    const devices = await join(from.token, 3);
    const told: DeviceJob[] = [];
    admin.rpc.on(deviceActionNotifications.changed, ({ job }) => void told.push(job));
    const job = await act(admin, { kind: 'move', group: to.group }, devices);
    assert.deepEqual(job.counts, { pending: 0, done: 3, failed: 0, queued: 0, cancelled: 0 });
    assert.equal(job.undoable, true);
    assert.deepEqual(await Promise.all(devices.map(groupOf)), [to.group, to.group, to.group]);
    const entries = await admin.rpc.request(auditRequests.query, { limit: 5 });
    const entry = entries.filter(({ action }) => action === 'device.move');
    assert.equal(entry.length, 1);
    assert.deepEqual([...entry[0]!.devices].sort(), [...devices].sort());
    await until(() => told.some(({ id, counts }) => id === job.id && counts.done === 3));
  });

  it('X2: takes moved devices out of the sight of who may not see them there, and brings them to who may', async () => {
    const [from, to] = [await newGroup(), await newGroup()];
    const devices = await join(from.token, 2);
    const [loser, finder] = [await newTechnician([from.group]), await newTechnician([to.group])];
    const [lost, found]: [string[], string[]] = [[], []];
    loser.workbench.rpc.on(deviceNotifications.changed, ({ removed }) => void lost.push(...removed));
    finder.workbench.rpc.on(deviceNotifications.changed, (changes) => {
      found.push(...changes.devices.map(({ id }) => id));
    });
    const position = (await loser.workbench.rpc.request(deviceRequests.changes, { since: null })).position;
    await finder.workbench.rpc.request(deviceRequests.changes, { since: null });
    await act(admin, { kind: 'move', group: to.group }, devices);
    await until(() => lost.length === 2 && found.length === 2);
    // The same for a workbench that was not there.
    const { removed } = await loser.workbench.rpc.request(deviceRequests.changes, { since: position });
    assert.deepEqual([...removed].sort(), [...devices].sort());
  });

  it('X2: needs rights on both groups, and says so of each device', async () => {
    const [mine, theirs] = [await newGroup(), await newGroup()];
    const [own] = (await join(mine.token, 1)) as [string];
    const [other] = (await join(theirs.token, 1)) as [string];
    const { workbench } = await newTechnician([mine.group]);
    await assert.rejects(
      act(workbench, { kind: 'move', group: theirs.group }, [own]),
      failsWith('permission.groupNotAssigned'),
    );
    const job = await act(workbench, { kind: 'move', group: mine.group }, [own, other]);
    assert.deepEqual(await codes(workbench, job.id), [undefined, 'device.notFound']);
    assert.equal(await groupOf(other), theirs.group);
  });

  it('X3: renames, and clearing the nickname brings the own name back', async () => {
    const { token } = await newGroup();
    const devices = await join(token, 2);
    await act(admin, { kind: 'rename', nickname: 'Till' }, devices);
    assert.deepEqual(await Promise.all(devices.map(nicknameOf)), ['Till', 'Till']);
    await act(admin, { kind: 'rename', nickname: null }, devices);
    assert.deepEqual(await Promise.all(devices.map(nicknameOf)), [null, null]);
  });

  it('X9: takes a move back, but not where somebody has moved the device on: both groups are named', async () => {
    const [a, b, c] = [await newGroup(), await newGroup(), await newGroup()];
    const [one, two] = (await join(a.token, 2)) as [string, string];
    const job = await act(admin, { kind: 'move', group: b.group }, [one, two]);
    await act(admin, { kind: 'move', group: c.group }, [two]);
    const { id } = await admin.rpc.request(deviceActionRequests.undo, { job: newId(), of: job.id });
    await wait(admin, id);
    assert.deepEqual([await groupOf(one), await groupOf(two)], [a.group, c.group]);
    const [, conflict] = await results(admin, id);
    const groups = await admin.rpc.request(groupRequests.list, {});
    const nameOf = (group: string) => groups.find((each) => each.id === group)?.name;
    assert.equal(conflict?.problem?.code, 'device.changedSince');
    assert.deepEqual(
      [conflict?.problem?.args.expected, conflict?.problem?.args.now],
      [nameOf(b.group), nameOf(c.group)],
    );
    // Once they are back where they were, the conflict can be taken back too; what was taken back can't be again.
    await act(admin, { kind: 'move', group: b.group }, [two]);
    const again = await admin.rpc.request(deviceActionRequests.undo, { job: newId(), of: job.id });
    assert.equal((await wait(admin, again.id)).counts.done, 1);
    await assert.rejects(
      admin.rpc.request(deviceActionRequests.undo, { job: newId(), of: job.id }),
      failsWith('deviceJob.notUndoable'),
    );
  });

  it('X2: says so where the group that a device is to come back to has vanished', async () => {
    const [from, to] = [await newGroup(), await newGroup()];
    const devices = await join(from.token, 1);
    const job = await act(admin, { kind: 'move', group: to.group }, devices);
    await admin.rpc.request(groupRequests.delete, { group: from.group });
    const { id } = await admin.rpc.request(deviceActionRequests.undo, { job: newId(), of: job.id });
    await wait(admin, id);
    assert.deepEqual(await codes(admin, id), ['group.notFound']);
    assert.equal(await groupOf(devices[0]!), to.group);
  });

  it('X3, X9: takes a rename back, to no nickname too', async () => {
    const { token } = await newGroup();
    const [one, two] = (await join(token, 2)) as [string, string];
    await act(admin, { kind: 'rename', nickname: 'Old' }, [one]);
    const job = await act(admin, { kind: 'rename', nickname: 'New' }, [one, two]);
    const { id } = await admin.rpc.request(deviceActionRequests.undo, { job: newId(), of: job.id });
    await wait(admin, id);
    assert.deepEqual([await nicknameOf(one), await nicknameOf(two)], ['Old', null]);
  });

  it('X9: tries again what failed, and nothing else', async () => {
    const [mine, theirs] = [await newGroup(), await newGroup()];
    const [own] = (await join(mine.token, 1)) as [string];
    const [other] = (await join(theirs.token, 1)) as [string];
    const { id: technician, workbench } = await newTechnician([mine.group]);
    const job = await act(workbench, { kind: 'rename', nickname: 'x' }, [own, other]);
    assert.equal(job.counts.failed, 1);
    await admin.rpc.request(accountRequests.update, { technician, groups: [mine.group, theirs.group] });
    const retried = await workbench.rpc.request(deviceActionRequests.retry, { job: newId(), of: job.id });
    const after = await wait(workbench, retried.id);
    assert.deepEqual([after.devices, after.counts.done, after.retries], [1, 1, job.id]);
    assert.equal(await nicknameOf(other), 'x');
    await assert.rejects(
      workbench.rpc.request(deviceActionRequests.retry, { job: newId(), of: after.id }),
      failsWith('deviceJob.nothingFailed'),
    );
  });

  it('X9: asked for twice with one identifier, it is one job', async () => {
    const [from, to] = [await newGroup(), await newGroup()];
    const devices = await join(from.token, 1);
    const wanted = { job: newId(), action: { kind: 'move' as const, group: to.group }, devices };
    await admin.rpc.request(deviceActionRequests.start, wanted);
    await wait(admin, wanted.job);
    await act(admin, { kind: 'move', group: from.group }, devices);
    await admin.rpc.request(deviceActionRequests.start, wanted);
    await wait(admin, wanted.job);
    assert.equal(await groupOf(devices[0]!), from.group);
  });

  it("X9: another technician's job is not there", async () => {
    const { group, token } = await newGroup();
    const devices = await join(token, 1);
    const job = await act(admin, { kind: 'rename', nickname: 'x' }, devices);
    const { workbench } = await newTechnician([group]);
    const asked = [
      workbench.rpc.request(deviceActionRequests.get, { job: job.id }),
      workbench.rpc.request(deviceActionRequests.results, { job: job.id }),
      workbench.rpc.request(deviceActionRequests.cancel, { job: job.id }),
    ];
    await Promise.all(asked.map((answer) => assert.rejects(answer, failsWith('deviceJob.notFound'))));
    for (const contract of [deviceActionRequests.undo, deviceActionRequests.retry]) {
      const params = { job: newId(), of: job.id };
      await assert.rejects(workbench.rpc.request(contract, params), failsWith('deviceJob.notFound'));
    }
    assert.deepEqual(await workbench.rpc.request(deviceActionRequests.list, {} as never), []);
  });

  it('G5: refuses as a whole what an administrator has switched off', async () => {
    const { group, token } = await newGroup();
    const devices = await join(token, 1);
    const { id, workbench } = await newTechnician([group]);
    const setting = { technician: id, permission: 'device.move' as const, allowed: false };
    await admin.rpc.request(permissionRequests.set, setting);
    await assert.rejects(act(workbench, { kind: 'move', group }, devices), failsWith('permission.switchedOff'));
    await assert.rejects(act(admin, { kind: 'move', group: newId() }, devices), failsWith('group.notFound'));
  });
});

describe('Device actions on thousands', () => {
  const count = 10_000;
  /** A hub with so many devices in one group, and an empty group beside it. */
  async function largeHub() {
    const data = temporaryFolder();
    const [full, empty] = (await fillGroups(data)) as [string, string];
    const hub = await startTestHub({ data });
    const admin = await hub.workbench();
    const { read } = hub.get(Store);
    const devices = (await read.selectFrom('devices').select('id').execute()).map(({ id }) => id);
    const inGroup = async (group: string): Promise<number> =>
      (await read.selectFrom('devices').select('id').where('group_id', '=', group).execute()).length;
    return { data, hub, admin, devices, full, empty, inGroup, read };
  }
  /** @returns the group with all devices, and one without any */
  async function fillGroups(data: string): Promise<string[]> {
    const [full] = await fillStore(data, count, 1);
    const empty = newId();
    const store = await openStore({ folder: data });
    await store.write(async (tx) => {
      const row = {
        id: empty,
        name: 'Empty',
        name_key: 'empty',
        created_at: 1,
        deleted_at: null,
        seq: await tx.nextSeq(),
      };
      await tx.db.insertInto('device_groups').values(row).execute();
    });
    await store.close();
    return [full!, empty];
  }

  it('X9: stops what has not happened when it is cancelled, and tries again nothing of it', async () => {
    const { admin, devices, empty, inGroup } = await largeHub();
    const job = newId();
    await admin.rpc.request(deviceActionRequests.start, { job, action: { kind: 'move', group: empty }, devices });
    const { counts, finishedAt } = await admin.rpc.request(deviceActionRequests.cancel, { job });
    assert.ok(counts.cancelled > 0 && counts.done < count && finishedAt !== null);
    assert.equal(counts.done + counts.cancelled, count);
    assert.equal(await inGroup(empty), counts.done);
    assert.deepEqual((await admin.rpc.request(deviceActionRequests.get, { job })).counts, counts);
  });

  it('X5, X9: deletes ten thousand in one go, with one entry of the audit log, and brings them all back', async () => {
    const { admin, devices, full, read } = await largeHub();
    const there = async (): Promise<number> =>
      (await read.selectFrom('devices').select('id').where('deleted_at', 'is', null).execute()).length;
    const { position } = await admin.rpc.request(deviceRequests.changes, { since: null });
    const job = await act(admin, { kind: 'delete' }, devices);
    assert.deepEqual([job.counts.done, await there()], [count, 0]);
    const removed = new Set<string>();
    for (let since = position, more = true; more;) {
      const page = await admin.rpc.request(deviceRequests.changes, { since });
      for (const id of page.removed) removed.add(id);
      ({ position: since, more } = page);
    }
    assert.equal(removed.size, count);
    await act(admin, { kind: 'refresh', whenOnline: { seconds: 60 } }, devices).then(({ counts }) =>
      assert.equal(counts.failed, count),
    );
    const { id } = await admin.rpc.request(deviceActionRequests.undo, { job: newId(), of: job.id });
    assert.deepEqual([(await wait(admin, id)).counts.done, await there()], [count, count]);
    const waiting = await act(admin, { kind: 'refresh', whenOnline: { seconds: 60 } }, devices);
    assert.equal(waiting.counts.queued, count);
    assert.equal((await admin.rpc.request(deviceActionRequests.queued, { limit: 10 })).total, count);
    await admin.rpc.request(deviceActionRequests.cancel, { job: waiting.id });
    const entries = await admin.rpc.request(auditRequests.query, { limit: 100 });
    const deletions = entries.filter(({ action }) => action === 'device.delete');
    assert.deepEqual(
      deletions.map(({ devices: of }) => of.length),
      [count, count],
    );
    const back = await read.selectFrom('devices').select('id').where('group_id', '=', full).execute();
    assert.equal(back.length, count);
  });

  it('G5: a permission that is withdrawn in the middle fails the rest with its reason', async () => {
    const { hub, admin, devices, full, empty } = await largeHub();
    const email = 'middle@example.com';
    const password = 'a long enough password';
    const account = { email, name: 'M', role: 'technician' as const, groups: [full, empty], password };
    const { id: technician } = await admin.rpc.request(accountRequests.create, account);
    const workbench = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const job = newId();
    const begun = firstValueFrom(hub.get(JobProgress).progress$);
    await workbench.rpc.request(deviceActionRequests.start, { job, action: { kind: 'move', group: empty }, devices });
    await begun;
    const setting = { technician, permission: 'device.move' as const, allowed: false };
    await admin.rpc.request(permissionRequests.set, setting);
    const { counts } = await wait(workbench, job);
    assert.ok(counts.failed > 0 && counts.done > 0, JSON.stringify(counts));
    const failed = (await results(workbench, job)).filter(({ state }) => state === 'failed');
    assert.deepEqual([...new Set(failed.map(({ problem }) => problem?.code))], ['permission.switchedOff']);
  });

  it('X2, X9: a group does not vanish under devices that are on their way into it', async () => {
    const { hub, admin, devices, empty, inGroup } = await largeHub();
    const job = newId();
    const begun = firstValueFrom(hub.get(JobProgress).progress$);
    await admin.rpc.request(deviceActionRequests.start, { job, action: { kind: 'move', group: empty }, devices });
    await begun;
    await assert.rejects(admin.rpc.request(groupRequests.delete, { group: empty }), failsWith('group.notEmpty'));
    assert.deepEqual([(await wait(admin, job)).counts.done, await inGroup(empty)], [count, count]);
    const { id: gone } = await admin.rpc.request(groupRequests.create, { name: 'Short-lived' });
    const action = { kind: 'move' as const, group: gone };
    const [deleted, started] = await Promise.allSettled([
      admin.rpc.request(groupRequests.delete, { group: gone }),
      admin.rpc.request(deviceActionRequests.start, { job: newId(), action, devices: devices.slice(0, 50) }),
    ]);
    assert.equal(deleted.status, 'fulfilled');
    if (started.status === 'fulfilled') {
      const failed = await wait(admin, started.value.id);
      const codes = (await results(admin, failed.id)).map(({ problem }) => problem?.code);
      assert.deepEqual([failed.counts.failed, new Set(codes)], [50, new Set(['group.notFound'])]);
    }
    assert.deepEqual([await inGroup(gone), await inGroup(empty)], [0, count]);
  });

  it('X9: two technicians who move the same devices leave each in one of the groups, and both know in which', async () => {
    const { admin, devices, full, empty, inGroup } = await largeHub();
    const { id: third } = await admin.rpc.request(groupRequests.create, { name: 'Third' });
    const [one, two] = await Promise.all([
      act(admin, { kind: 'move', group: empty }, devices),
      act(admin, { kind: 'move', group: third }, devices),
    ]);
    assert.deepEqual([one.counts.done, two.counts.done], [count, count]);
    assert.deepEqual([await inGroup(full), (await inGroup(empty)) + (await inGroup(third))], [0, count]);
  });

  it('X9: a hub that is killed in the middle goes on when it is back, and does nothing twice', async () => {
    const data = temporaryFolder();
    const [full, empty] = (await fillGroups(data)) as [string, string];
    const job = newId();
    const program = join(import.meta.dirname, '../../testing/hub-killed-while-moving.ts');
    const child = spawn(process.execPath, [program, data, job, empty], { stdio: ['ignore', 'inherit', 'inherit'] });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    assert.equal(signal, 'SIGKILL');

    const hub = await startTestHub({ data });
    const admin = await hub.workbench();
    const { counts, finishedAt } = await wait(admin, job);
    assert.deepEqual([counts.done, counts.failed, finishedAt !== null], [count, 0, true]);
    const { read } = hub.get(Store);
    const moved = await read.selectFrom('devices').select(['group_id', 'seq', 'moved_seq']).orderBy('seq').execute();
    assert.ok(moved.every(({ group_id, seq, moved_seq }) => group_id === empty && seq === moved_seq));
    // Each device took one number: none was moved again.
    const seqs = moved.map(({ seq }) => seq);
    assert.deepEqual([new Set(seqs).size, seqs.at(-1)! - seqs[0]!], [count, count - 1]);
    const entries = await admin.rpc.request(auditRequests.query, { limit: 100 });
    assert.equal(entries.filter(({ action }) => action === 'device.move').length, 1);
    // What stood there before outlives the kill too.
    const { id } = await admin.rpc.request(deviceActionRequests.undo, { job: newId(), of: job });
    assert.equal((await wait(admin, id)).counts.done, count);
    const back = await read.selectFrom('devices').select('id').where('group_id', '=', full).execute();
    assert.equal(back.length, count);
  });
});
