import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { until } from '#core/testing/expect.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTemporaryPostgres } from '#core/testing/temporary-postgres.ts';
import { startTestHub } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { deviceActionRequests, type DeviceAction } from '#protocol/device-actions.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { endpointRequests } from '#protocol/endpoint.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';

describe('Device actions on PostgreSQL', () => {
  it('X2, X3, X9: devices are moved and renamed, and both is taken back', async () => {
    const postgres = await startTemporaryPostgres();
    whenDone(() => postgres.stop());
    const hub = await startTestHub({ databaseUrl: await postgres.database('device_actions') });
    const { rpc } = await hub.workbench();
    const { id: from } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const { id: to } = await rpc.request(groupRequests.create, { name: 'Hamburg' });
    const wanted = { group: from, name: null, limit: 10, expiresAt: null };
    const { token } = await rpc.request(installerRequests.generate, wanted);
    const devices: string[] = [];
    for (let index = 0; index < 3; index++) devices.push((await openEndpoint(hub, { token })).standing.device);
    const act = async (action: DeviceAction, of: string[]) => {
      const { id } = await rpc.request(deviceActionRequests.start, { job: newId(), action, devices: of });
      return rpc.request(deviceActionRequests.wait, { job: id });
    };
    const read = (device: string) => rpc.request(deviceRequests.get, { device });
    const moved = await act({ kind: 'move', group: to }, [...devices, newId()]);
    assert.deepEqual([moved.counts.done, moved.counts.failed, moved.undoable], [3, 1, true]);
    const renamed = await act({ kind: 'rename', nickname: 'Till' }, devices);
    const { device } = await read(devices[0]!);
    assert.deepEqual([device.group, device.nickname], [to, 'Till']);
    for (const done of [moved.id, renamed.id]) {
      const { id } = await rpc.request(deviceActionRequests.undo, { job: newId(), of: done });
      assert.equal((await rpc.request(deviceActionRequests.wait, { job: id })).counts.done, 3);
    }
    const { device: back } = await read(devices[0]!);
    assert.deepEqual([back.group, back.nickname], [from, null]);
  });

  it('X4, X5, X9: devices are refreshed when they come, deleted, listed and brought back', async () => {
    const postgres = await startTemporaryPostgres();
    whenDone(() => postgres.stop());
    const hub = await startTestHub({ databaseUrl: await postgres.database('removals'), times: { removalGrace: 0 } });
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group, name: null, limit: 10, expiresAt: null };
    const { token } = await rpc.request(installerRequests.generate, wanted);
    const hubKey = token.split('.')[3]!;
    const [one, two] = [await openEndpoint(hub, { token }), await openEndpoint(hub, { token })];
    for (const { conversation } of [one, two]) await conversation.close();
    const devices = [one.standing.device, two.standing.device];
    const act = async (action: DeviceAction) => {
      const { id } = await rpc.request(deviceActionRequests.start, { job: newId(), action, devices });
      return rpc.request(deviceActionRequests.wait, { job: id });
    };
    const waiting = await act({ kind: 'refresh', whenOnline: { seconds: 3600 } });
    assert.equal((await rpc.request(deviceActionRequests.queued, { limit: 10 })).total, 2);
    const back = await openEndpoint(hub, { keys: one.keys, facts: one.facts, hubKey });
    back.conversation.rpc.handle(endpointRequests.facts, () => ({ ...one.facts, hostName: 'NEW' }));
    await until(async () => (await rpc.request(deviceActionRequests.get, { job: waiting.id })).counts.done === 1);
    assert.equal((await rpc.request(deviceRequests.get, { device: devices[0]! })).device.hostName, 'NEW');
    await rpc.request(deviceActionRequests.cancel, { job: waiting.id });
    await back.conversation.close();

    const job = await act({ kind: 'delete' });
    const listed = await rpc.request(deviceActionRequests.deleted, { search: 'ne', limit: 10 });
    assert.deepEqual(
      listed.devices.map(({ name, restorable }) => [name, restorable]),
      [['NEW', true]],
    );
    const { id } = await rpc.request(deviceActionRequests.undo, { job: newId(), of: job.id });
    assert.equal((await rpc.request(deviceActionRequests.wait, { job: id })).counts.done, 2);
    assert.equal((await act({ kind: 'removeAccess' })).counts.done, 2);
    assert.equal((await act({ kind: 'restore' })).counts.done, 2);
    assert.equal((await rpc.request(deviceRequests.get, { device: devices[1]! })).device.state, 'active');
  });
});
