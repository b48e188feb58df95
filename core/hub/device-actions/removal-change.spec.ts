import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { EndpointConnection } from '#core/endpoint/connection/endpoint-connection.ts';
import { reportRemoval } from '#core/endpoint/removal/removal-report.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { startTestAccount, type TestAccount } from '#core/testing/test-account.ts';
import { openEndpoint, type TestEndpoint } from '#core/testing/test-endpoint.ts';
import type { TestWorkbench } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceActionRequests, type DeviceAction, type DeviceJob } from '#protocol/device-actions.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { endpointRequests, removalPurpose } from '#protocol/endpoint.ts';
import { enrolmentRequests } from '#protocol/enrolment.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { presenceRequests } from '#protocol/presence.ts';
import { endpointSessionRequests, sessionRequests } from '#protocol/sessions.ts';

async function act({ rpc }: TestWorkbench, action: DeviceAction, devices: string[]): Promise<DeviceJob> {
  const { id } = await rpc.request(deviceActionRequests.start, { job: newId(), action, devices });
  return rpc.request(deviceActionRequests.wait, { job: id });
}
async function undo({ rpc }: TestWorkbench, of: string): Promise<DeviceJob> {
  const { id } = await rpc.request(deviceActionRequests.undo, { job: newId(), of });
  return rpc.request(deviceActionRequests.wait, { job: id });
}
const codes = async ({ rpc }: TestWorkbench, job: string): Promise<(string | undefined)[]> =>
  (await rpc.request(deviceActionRequests.results, { job })).map(({ problem }) => problem?.code);
const deleted = async ({ rpc }: TestWorkbench, device: string, search = '') =>
  (await rpc.request(deviceActionRequests.deleted, { search, limit: 100 })).devices.find(
    (each) => each.device === device,
  );
const read = async ({ rpc }: TestWorkbench, device: string) =>
  (await rpc.request(deviceRequests.get, { device })).device;
const isGone = ({ rpc }: TestWorkbench, device: string) =>
  assert.rejects(rpc.request(deviceRequests.get, { device }), failsWith('device.notFound'));

/** A hub on which what is removed can be taken back for `removalGrace` seconds while its endpoint is online. */
async function hubWith(removalGrace: number) {
  const account = await startTestAccount({ times: { removalGrace } });
  const { hub, admin, newGroup } = account;
  const keyOf = new WeakMap<TestEndpoint, string>();
  return {
    ...account,
    async join(given?: { group: string; token: string }) {
      const { group, token } = given ?? (await newGroup());
      const endpoint = await openEndpoint(hub, { token });
      keyOf.set(endpoint, token.split('.')[3]!);
      return { group, token, endpoint, device: endpoint.standing.device };
    },
    again: (endpoint: TestEndpoint): Promise<TestEndpoint> =>
      openEndpoint(hub, { keys: endpoint.keys, facts: endpoint.facts, hubKey: keyOf.get(endpoint)! }),
    reference: (endpoint: TestEndpoint) => ({ address: hub.url, key: keyOf.get(endpoint)! }),
    isOnline: async (device: string): Promise<boolean> =>
      (await admin.rpc.request(presenceRequests.watch, {})).some(([id]) => id === device),
  };
}

describe('Deleting devices, and removing unattended access', () => {
  let world: Awaited<ReturnType<typeof hubWith>>;
  let admin: TestWorkbench;
  let join: Awaited<ReturnType<typeof hubWith>>['join'];
  let again: Awaited<ReturnType<typeof hubWith>>['again'];
  let account: TestAccount;
  before(async () => {
    world = await hubWith(60);
    ({ admin, join, again } = world);
    account = world;
  });
  const joinOffline: typeof join = async (given) => {
    const joined = await join(given);
    await joined.endpoint.conversation.close();
    return joined;
  };

  it('X5: access ends at once: session, lists and presence; undone, everything is as it was', async () => {
    const { endpoint, device, group } = await join();
    endpoint.conversation.rpc.handle(endpointSessionRequests.open, () => ({ sealingKey: null }));
    await act(admin, { kind: 'rename', nickname: 'Till' }, [device]);
    const before = await read(admin, device);
    const session = await admin.rpc.request(sessionRequests.start, { device });
    const { position } = await admin.rpc.request(deviceRequests.changes, { since: null });
    const job = await act(admin, { kind: 'delete' }, [device]);
    assert.deepEqual([job.counts.done, job.undoable], [1, true]);
    await isGone(admin, device);
    const { removed } = await admin.rpc.request(deviceRequests.changes, { since: position });
    assert.ok(removed.includes(device));
    const ended = await admin.rpc.request(sessionRequests.get, { session: session.id });
    assert.deepEqual([ended.state, ended.end], ['ended', 'device']);
    await assert.rejects(admin.rpc.request(sessionRequests.start, { device }), failsWith('device.notFound'));
    assert.equal(await world.isOnline(device), false);
    // It asks whether it is to go, and is told to wait: there is still a way back.
    assert.equal(await endpoint.conversation.removal(endpoint.keys, 'begin'), false);

    assert.equal((await undo(admin, job.id)).counts.done, 1);
    assert.deepEqual(await read(admin, device), before);
    assert.equal(before.group, group);
    assert.equal(await world.isOnline(device), true);
    assert.equal(endpoint.conversation.rpc.isClosed, false);
    await admin.rpc.request(sessionRequests.start, { device });
  });

  it('X5: a deleted device that comes back is told to go, and does not come back by itself', async () => {
    const { hub, admin, join, again } = await hubWith(0);
    const { endpoint, device, token, group } = await join();
    await endpoint.conversation.close();
    const job = await act(admin, { kind: 'delete' }, [device]);
    assert.deepEqual((await deleted(admin, device))?.removal, 'waiting');
    await until(async () => {
      await assert.rejects(again(endpoint), failsWith('enrolment.deviceRemoved'));
      return true;
    });
    await assert.rejects(openEndpoint(hub, { keys: endpoint.keys, token }), failsWith('enrolment.deviceRemoved'));
    // The real endpoint's connection: told, it asks, and then removes itself.
    const connection = new EndpointConnection({
      hub: { address: hub.url, key: token.split('.')[3]! },
      keys: endpoint.keys,
      facts: { read: () => Promise.resolve(endpoint.facts) },
      timings: { retryFirst: 0.05 },
    });
    await connection.run();
    assert.deepEqual(connection.current, { kind: 'removed', reason: 'deleted' });
    assert.equal((await deleted(admin, device))?.removal, 'begun');
    assert.equal((await deleted(admin, device))?.restorable, false);
    assert.equal((await admin.rpc.request(deviceActionRequests.get, { job: job.id })).undoable, false);
    assert.deepEqual(await codes(admin, (await undo(admin, job.id)).id), ['device.removalBegun']);
    assert.deepEqual(await codes(admin, (await act(admin, { kind: 'restore' }, [device])).id), ['device.removalBegun']);
    const reporter = { hub: { address: hub.url, key: token.split('.')[3]! }, keys: endpoint.keys };
    const stuck = new LatchkeyError('endpoint.removalFailed', { folder: '/opt', reason: 'EROFS' });
    for (let times = 0; times < 3; times++) await reportRemoval(reporter, 'failed', stuck);
    const failed = await deleted(admin, device);
    assert.deepEqual([failed?.removal, failed?.problem?.code], ['failed', 'endpoint.removalFailed']);
    await reportRemoval(reporter, 'done', null);
    assert.deepEqual([(await deleted(admin, device))?.removal], ['gone']);
    const entries = await admin.rpc.request(auditRequests.query, { limit: 20 });
    const uninstalls = entries.filter(({ action }) => action === 'device.uninstall').map(({ outcome }) => outcome);
    assert.deepEqual(uninstalls, ['done', 'failed']);

    // With an installer from before it does not come back, under another key neither; a new one brings it back on purpose.
    await assert.rejects(openEndpoint(hub, { token, facts: endpoint.facts }), failsWith('enrolment.deviceRemoved'));
    const wanted = { group, name: null, limit: 1, expiresAt: null };
    const fresh = await admin.rpc.request(installerRequests.generate, wanted);
    const back = await openEndpoint(hub, { token: fresh.token, facts: endpoint.facts });
    assert.deepEqual([back.standing.device, back.standing.state], [device, 'active']);
    assert.equal(await deleted(admin, device), undefined);
    // What its endpoint is told of now is about now.
    assert.equal(await back.conversation.removal(back.keys, 'begin'), false);
  });

  it('X5: an endpoint that is online removes itself once the time for taking it back is over', async () => {
    const { hub, admin, join } = await hubWith(0.3);
    const { endpoint, device, token } = await join();
    const connection = new EndpointConnection({
      hub: { address: hub.url, key: token.split('.')[3]! },
      keys: endpoint.keys,
      facts: { read: () => Promise.resolve(endpoint.facts) },
    });
    const run = connection.run();
    whenDone(() => connection.stop());
    await until(() => connection.current.kind === 'connected');
    await undo(admin, (await act(admin, { kind: 'delete' }, [device])).id);
    await act(admin, { kind: 'delete' }, [device]);
    await run;
    assert.deepEqual(connection.current, { kind: 'removed', reason: 'deleted' });
    assert.equal((await deleted(admin, device))?.removal, 'begun');
  });

  it('X5: restored before its endpoint heard of it, a device comes back with group, nickname and history', async () => {
    const { endpoint, device, group } = await joinOffline();
    await act(admin, { kind: 'rename', nickname: 'Archive' }, [device]);
    await act(admin, { kind: 'delete' }, [device]);
    const listed = await deleted(admin, device, 'archi');
    assert.deepEqual([listed?.name, listed?.group, listed?.restorable], ['Archive', group, true]);
    assert.equal(listed?.deletedBy, 'admin@example.com');
    assert.equal((await act(admin, { kind: 'restore' }, [device])).counts.done, 1);
    const now = await again(endpoint);
    assert.deepEqual([now.standing.device, now.standing.state, now.standing.nickname], [device, 'active', 'Archive']);
    assert.equal(await now.conversation.removal(now.keys, 'begin'), false);
    const entries = await admin.rpc.request(auditRequests.query, { device, limit: 50 });
    const actions = entries.map(({ action }) => action);
    assert.deepEqual(actions, ['device.restore', 'device.delete', 'device.rename', 'device.join']);
    assert.deepEqual(entries[1]?.after?.['names'], ['Archive']);
    assert.equal(await deleted(admin, device), undefined);
  });

  it('X5: without unattended access the device stays listed until its endpoint is gone', async () => {
    const { endpoint, device } = await joinOffline();
    const job = await act(admin, { kind: 'removeAccess' }, [device]);
    assert.equal((await read(admin, device)).state, 'removing');
    await assert.rejects(admin.rpc.request(sessionRequests.start, { device }), failsWith('session.deviceNotActive'));
    assert.equal((await undo(admin, job.id)).counts.done, 1);
    assert.equal((await read(admin, device)).state, 'active');

    await act(admin, { kind: 'removeAccess' }, [device]);
    const now = await again(endpoint);
    assert.equal(await now.removed, 'deleted');
    const quick = await hubWith(0);
    const online = await quick.join();
    await act(quick.admin, { kind: 'removeAccess' }, [online.device]);
    assert.equal(await online.endpoint.removed, 'deleted');
    await until(() => online.endpoint.conversation.removal(online.endpoint.keys, 'begin'));
    assert.equal((await read(quick.admin, online.device)).state, 'removing');
    const restored = await act(quick.admin, { kind: 'restore' }, [online.device]);
    assert.deepEqual(await codes(quick.admin, restored.id), ['device.removalBegun']);
    await online.endpoint.conversation.removal(online.endpoint.keys, 'done');
    await isGone(quick.admin, online.device);
    assert.equal((await deleted(quick.admin, online.device))?.removal, 'gone');
  });

  it('X5: bringing a device back approves nothing, and unblocks nothing', async () => {
    const { group } = await account.newGroup();
    const wanted = { group, name: null, limit: 1, expiresAt: null };
    const { token } = await admin.rpc.request(installerRequests.generate, wanted);
    await joinOffline({ group, token });
    const { device } = await joinOffline({ group, token });
    assert.equal((await read(admin, device)).state, 'waiting');
    for (const kind of ['delete', 'removeAccess'] as const) {
      await act(admin, { kind }, [device]);
      await act(admin, { kind: 'restore' }, [device]);
      assert.equal((await read(admin, device)).state, 'waiting');
    }
    await admin.rpc.request(enrolmentRequests.approve, { devices: [device] });
    await act(admin, { kind: 'delete' }, [device]);
    await act(admin, { kind: 'restore' }, [device]);
    assert.equal((await read(admin, device)).state, 'active');
  });

  it('X9: two technicians who remove the same device are both told what became of it', async () => {
    const { device, group } = await joinOffline();
    const { workbench } = await account.newTechnician([group]);
    const first = await act(workbench, { kind: 'delete' }, [device]);
    assert.deepEqual(await codes(admin, (await act(admin, { kind: 'delete' }, [device])).id), ['device.notFound']);
    // Somebody has brought it back already: nothing is left to undo, and nothing is wrong.
    await act(admin, { kind: 'restore' }, [device]);
    assert.equal((await undo(workbench, first.id)).counts.done, 1);
    const second = await act(workbench, { kind: 'delete' }, [device]);
    await act(admin, { kind: 'restore' }, [device]);
    await act(admin, { kind: 'delete' }, [device]);
    const undone = await undo(workbench, second.id);
    const [result] = await workbench.rpc.request(deviceActionRequests.results, { job: undone.id });
    assert.deepEqual(
      [result?.problem?.code, result?.problem?.args['technician']],
      ['device.removedAgain', 'admin@example.com'],
    );
    await isGone(admin, device);
  });

  it('X5: a device whose group has vanished is restored into another one', async () => {
    const { device, group } = await joinOffline();
    await act(admin, { kind: 'delete' }, [device]);
    await admin.rpc.request(groupRequests.delete, { group });
    assert.equal((await deleted(admin, device))?.groupName, '');
    assert.deepEqual(await codes(admin, (await act(admin, { kind: 'restore' }, [device])).id), ['device.groupGone']);
    const other = await account.newGroup();
    await act(admin, { kind: 'restore', group: other.group }, [device]);
    assert.equal((await read(admin, device)).group, other.group);
  });

  it('X5, G5: needs the right, and the device’s group', async () => {
    const { device, group } = await joinOffline();
    const { workbench } = await account.newTechnician([]);
    for (const kind of ['delete', 'removeAccess', 'restore'] as const) {
      assert.deepEqual(await codes(workbench, (await act(workbench, { kind }, [device])).id), ['device.notFound']);
    }
    const own = await account.newTechnician([group]);
    const set = (permission: 'device.delete' | 'device.removeAccess') =>
      admin.rpc.request(permissionRequests.set, { technician: own.id, permission, allowed: false });
    await set('device.removeAccess');
    await assert.rejects(act(own.workbench, { kind: 'removeAccess' }, [device]), failsWith('permission.switchedOff'));
    await act(own.workbench, { kind: 'delete' }, [device]);
    await set('device.delete');
    await assert.rejects(act(own.workbench, { kind: 'restore' }, [device]), failsWith('permission.switchedOff'));
    assert.equal((await deleted(own.workbench, device))?.device, device);
    assert.equal(await deleted(workbench, device), undefined);
  });

  it('X5: nobody says that another’s endpoint is gone', async () => {
    const { endpoint, device } = await join();
    const { endpoint: other } = await join();
    await act(admin, { kind: 'removeAccess' }, [device]);
    const { publicKey } = endpoint.keys;
    const signature = other.keys.sign(`latchkey endpoint 1\n${removalPurpose}\n${publicKey}`);
    await assert.rejects(
      other.conversation.rpc.request(endpointRequests.removal, { publicKey, signature, stage: 'done', problem: null }),
      failsWith('endpoint.proofInvalid'),
    );
    assert.equal((await read(admin, device)).state, 'removing');
    // One that nobody wants to remove is told so.
    assert.equal(await other.conversation.removal(other.keys, 'done'), false);
  });

  it('X5: a customer who has removed the endpoint is not called back', async () => {
    const { endpoint, device } = await join();
    await endpoint.conversation.leave();
    const listed = await deleted(admin, device);
    assert.deepEqual([listed?.removal, listed?.deletedBy, listed?.restorable], ['gone', null, false]);
    assert.deepEqual(await codes(admin, (await act(admin, { kind: 'restore' }, [device])).id), ['device.removalBegun']);
  });
});
