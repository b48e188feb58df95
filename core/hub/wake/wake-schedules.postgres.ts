import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '#core/testing/expect.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTemporaryPostgres } from '#core/testing/temporary-postgres.ts';
import { startTestHub } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { wakeRequests, weekday } from '#protocol/wake.ts';
import { WakeScheduler } from './wake-scheduler.ts';
import { WakeService } from './wake-service.ts';

const day = 24 * 60 * 60 * 1000;

describe('Wakes on PostgreSQL', () => {
  it('X6: a schedule is kept, done, told of with its results, and deleted; failures are told of once', async () => {
    const postgres = await startTemporaryPostgres();
    whenDone(() => postgres.stop());
    let now = Date.now();
    const hub = await startTestHub({
      databaseUrl: await postgres.database('wakes'),
      times: { wake: 1 },
      now: () => now,
    });
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const { token } = await rpc.request(installerRequests.generate, { group, name: null, limit: 10, expiresAt: null });
    const { conversation, standing } = await openEndpoint(hub, { token });
    await conversation.close();
    await until(() => !hub.get(WakeService).isOnline(standing.device));
    const wanted = { name: 'Mornings', devices: [], groups: [group], time: '07:00', zone: 'UTC', enabled: true };
    const { id, nextAt } = await rpc.request(wakeRequests.saveSchedule, { ...wanted, days: [...weekday.options] });
    assert.ok(nextAt !== null && nextAt > now);
    now = nextAt;
    const scheduler = hub.get(WakeScheduler);
    await scheduler.look();
    await scheduler.idle();
    const { schedules } = await rpc.request(wakeRequests.schedules, {});
    const [{ last, nextAt: next } = { last: null, nextAt: null }] = schedules;
    assert.deepEqual([last?.state, last?.counts.failed, next], ['done', 1, nextAt + day]);
    const { outcomes } = await rpc.request(wakeRequests.results, { wake: last!.id, after: 0 });
    assert.deepEqual(
      outcomes.map(({ device, state }) => [device, state]),
      [[standing.device, 'refused']],
    );
    assert.equal((await rpc.request(wakeRequests.failures, { limit: 10 })).total, 1);
    await rpc.request(wakeRequests.dismissFailures, { devices: [standing.device] });
    assert.equal((await rpc.request(wakeRequests.failures, { limit: 10 })).total, 0);
    await rpc.request(wakeRequests.deleteSchedule, { schedule: id });
    assert.deepEqual((await rpc.request(wakeRequests.schedules, {})).schedules, []);
  });
});
