import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '#core/testing/expect.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTemporaryPostgres } from '#core/testing/temporary-postgres.ts';
import { startTestHub } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { deviceMatchRequests } from '#protocol/device-matches.ts';
import { assignmentRuleRequests } from '#protocol/assignment-rules.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { LiveEndpoints } from '../endpoints/live-endpoints.ts';

describe('Identity of devices on PostgreSQL', () => {
  it('a re-imaged computer keeps its device; one that is in doubt is asked about, and merged', async () => {
    const postgres = await startTemporaryPostgres();
    whenDone(() => postgres.stop());
    const hub = await startTestHub({ databaseUrl: await postgres.database('identity') });
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group, name: null, limit: 10, expiresAt: null };
    const { token, installer } = await rpc.request(installerRequests.generate, wanted);
    const first = await openEndpoint(hub, { token });
    await first.conversation.close();
    await until(() => hub.get(LiveEndpoints).get(first.standing.device) === undefined);
    const again = await openEndpoint(hub, { token, facts: { ...first.facts, hostName: 'again' } });
    assert.equal(again.standing.device, first.standing.device);
    const facts = { ...first.facts, interfaces: newFacts().interfaces };
    const doubtful = await openEndpoint(hub, { token, facts });
    assert.notEqual(doubtful.standing.device, first.standing.device);
    const { matches } = await rpc.request(deviceMatchRequests.list, {});
    assert.equal(matches.length, 1);
    const settled = await rpc.request(deviceMatchRequests.decide, { match: matches[0]!.id, decision: 'same' });
    assert.equal(settled.device, first.standing.device);
    const [made] = await rpc.request(installerRequests.list, {});
    assert.deepEqual([made?.id, made?.used], [installer.id, 1]);
    const stranger = await openEndpoint(hub, { token });
    const pair = { keep: settled.device, gone: stranger.standing.device };
    assert.equal(
      (await rpc.request(deviceMatchRequests.compare, { one: pair.keep, other: pair.gone })).holder,
      pair.gone,
    );
    assert.equal((await rpc.request(deviceMatchRequests.merge, pair)).device, pair.keep);
  });

  it('a rule decides where a computer belongs, and is applied to those that are there', async () => {
    const postgres = await startTemporaryPostgres();
    whenDone(() => postgres.stop());
    const hub = await startTestHub({ databaseUrl: await postgres.database('rules') });
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const { id: servers } = await rpc.request(groupRequests.create, { name: 'Servers' });
    const { token } = await rpc.request(installerRequests.generate, { group, name: null, limit: 10, expiresAt: null });
    const before = await openEndpoint(hub, { token, facts: { ...newFacts(), hostName: 'srv-1' } });
    const rule = {
      id: 'a'.repeat(16),
      name: 'Servers',
      enabled: true,
      conditions: { hostName: 'srv-*' },
      group: servers,
    };
    await rpc.request(assignmentRuleRequests.save, { rules: [rule], version: 0 });
    const { standing } = await openEndpoint(hub, { token, facts: { ...newFacts(), hostName: 'srv-2' } });
    assert.equal(standing.group, 'Servers');
    const { moves } = await rpc.request(assignmentRuleRequests.preview, { after: null });
    assert.deepEqual(
      moves.map(({ device, to }) => [device, to]),
      [[before.standing.device, servers]],
    );
  });
});
