import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { until } from '#core/testing/expect.ts';
import { ScriptedComputer } from '#core/testing/scripted-computer.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub } from '#core/testing/test-hub.ts';
import { groupRequests } from '#protocol/groups.ts';
import { hubRequests } from '#protocol/hub.ts';
import { installerRequests } from '#protocol/installers.ts';

describe('A computer that says which sessions it holds', () => {
  it('is told which of them are over; more than a hundred at once is no such list, and the hub goes on', async () => {
    const hub = await startTestHub();
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group, name: null, limit: 1, expiresAt: null };
    const { token } = await rpc.request(installerRequests.generate, wanted);
    const { conversation } = await openEndpoint(hub, { token });
    const computer = new ScriptedComputer(conversation.rpc);
    const many = Array.from({ length: 101 }, () => newId());

    computer.tellHeld(many);
    await conversation.rpc.request(hubRequests.ping, {});
    computer.tellHeld(many.slice(1));
    await until(() => computer.ended.length > 0 && computer.ended.at(-1)?.session === many.at(-1));
    assert.deepEqual(
      computer.ended,
      many.slice(1).map((session) => ({ session, end: 'hubStopped' })),
    );
  });
});
