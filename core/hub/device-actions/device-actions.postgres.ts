import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTemporaryPostgres } from '#core/testing/temporary-postgres.ts';
import { startTestHub } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { deviceActionRequests, type DeviceAction } from '#protocol/device-actions.ts';
import { deviceRequests } from '#protocol/devices.ts';
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
});
