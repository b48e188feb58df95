import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTemporaryPostgres } from '#core/testing/temporary-postgres.ts';
import { startTestHub } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { enrolmentRequests } from '#protocol/enrolment.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';

describe('Enrolment on PostgreSQL', () => {
  it('I2: 120 joins at once against a limit of 100: exactly 100 are in, 20 wait; they are seen, approved and renamed', async () => {
    const postgres = await startTemporaryPostgres();
    whenDone(() => postgres.stop());
    const hub = await startTestHub({ databaseUrl: await postgres.database('enrolment') });
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group, name: null, limit: 100, expiresAt: null };
    const { installer, token } = await rpc.request(installerRequests.generate, wanted);
    const joins = await Promise.all(Array.from({ length: 120 }, () => openEndpoint(hub, { token, patience: 60 })));
    const waiting = joins.filter(({ standing }) => standing.state === 'waiting').map(({ standing }) => standing.device);
    assert.equal(waiting.length, 20);
    await rpc.request(enrolmentRequests.approve, { devices: waiting });
    const nickname = 'Empfang';
    await rpc.request(deviceRequests.rename, { device: waiting[0]!, nickname });
    const { devices } = await rpc.request(deviceRequests.changes, { since: null });
    assert.equal(devices.length, 120);
    assert.ok(devices.every(({ state }) => state === 'active'));
    assert.equal(devices.find(({ id }) => id === waiting[0])?.nickname, nickname);
    const [listed] = await rpc.request(installerRequests.list, {});
    assert.deepEqual([listed?.id, listed?.used], [installer.id, 100]);
  });
});
