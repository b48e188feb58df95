import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startTestAccount, type TestAccount } from '#core/testing/test-account.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import type { TestWorkbench } from '#core/testing/test-hub.ts';
import { fleetHistoryRequests, type FleetHistorySpan } from '#protocol/fleet-history.ts';
import { PresenceTracker } from '../presence/presence-tracker.ts';
import { Store } from '../store/store.ts';
import { FleetHistory } from './fleet-history.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const start = Date.parse('2026-01-05T00:00:00Z');

describe('The fleet over time', () => {
  let account: TestAccount;
  let now = start;
  let history: FleetHistory;
  before(async () => {
    account = await startTestAccount({ now: () => now });
    history = account.hub.get(FleetHistory);
  });
  const get = ({ rpc }: TestWorkbench, days: FleetHistorySpan = 1) => rpc.request(fleetHistoryRequests.get, { days });

  it('counts devices by presence, system and version, for each technician those of their groups', async () => {
    const [mine, theirs] = [await account.newGroup(), await account.newGroup()];
    const { workbench } = await account.newTechnician([mine.group]);
    const { facts } = await openEndpoint(account.hub, { token: mine.token });
    const { standing } = await openEndpoint(account.hub, { token: theirs.token });
    account.hub.get(PresenceTracker).set(standing.device, theirs.group, 'asleep');
    now = start + 10 * hour + 17;
    await history.sample();
    const { points } = await get(workbench);
    const own = { total: 1, systems: { [facts.system.platform]: 1 }, versions: { [facts.endpointVersion]: 1 } };
    assert.deepEqual(points, [{ at: start + 10 * hour, ...own, presence: { online: 1 } }]);
    const [all] = (await get(account.admin)).points;
    assert.deepEqual([all?.total, all?.presence], [2, { online: 1, asleep: 1 }]);
    await openEndpoint(account.hub, { token: mine.token });
    now += 20 * 60 * 1000;
    await history.sample();
    assert.deepEqual(
      (await get(workbench)).points.map(({ total }) => total),
      [2],
      'a later count of the same hour stands',
    );
    const { workbench: nobody } = await account.newTechnician([]);
    assert.deepEqual((await get(nobody)).points, []);
  });

  it('keeps all hours for a week and four a day for a quarter of a year', async () => {
    const begun = start + 10 * day;
    for (let at = begun; at < begun + 9 * day; at += hour) {
      now = at;
      await history.sample();
    }
    const points = async (days: FleetHistorySpan): Promise<number> => (await get(account.admin, days)).points.length;
    assert.deepEqual([await points(1), await points(7), await points(30), await points(90)], [25, 56, 36, 9]);
    const store = account.hub.get(Store);
    const kept = await store.read.selectFrom('fleet_samples').select('at').where('group_id', '=', '').execute();
    assert.equal(kept.length, 8 * 24 + 1 + 4);
    now = begun + 120 * day;
    await history.sample();
    const left = await store.read.selectFrom('fleet_samples').select('at').where('group_id', '=', '').execute();
    assert.deepEqual(
      left.map(({ at }) => at),
      [now],
    );
  });
});
