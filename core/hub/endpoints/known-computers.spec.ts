import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '#core/testing/expect.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub } from '#core/testing/test-hub.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { up as keepMarksOfAll } from '../store/migrations/0005-device-marks.ts';
import { openStore } from '../store/open-store.ts';
import { KnownComputers } from './known-computers.ts';

const bare = ({ smbiosUuid: _, serial: __, ...facts }: DeviceFacts): DeviceFacts => facts;

describe('Computers that are devices already (A4)', () => {
  it('are found by whatever of their hardware is told, as it is now, and until they are deleted', async () => {
    const hub = await startTestHub();
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group, name: null, limit: 5, expiresAt: null };
    const { token } = await rpc.request(installerRequests.generate, wanted);
    const { standing, facts, conversation } = await openEndpoint(hub, { token });
    await openEndpoint(hub, { token });
    const known = hub.get(KnownComputers);
    const find = async (of: DeviceFacts): Promise<string | undefined> => (await known.find(of))?.id;
    const elsewhere = { ...facts, hostName: 'elsewhere' };
    // An app without an administrator's rights reads less than the installed endpoint.
    assert.equal(await find(bare(elsewhere)), standing.device);
    assert.equal(await find({ ...elsewhere, interfaces: [] }), standing.device);
    assert.equal(await find({ ...bare(facts), interfaces: [] }), standing.device);
    assert.equal(await find(newFacts()), undefined);
    assert.equal(await find({ ...newFacts(), hostName: facts.hostName }), undefined);
    const mac = '02:00:00:00:aa:01';
    const replaced = { ...facts, interfaces: [{ name: 'eth0', mac, addresses: [] }] };
    conversation.sendFacts(replaced);
    await until(async () => (await find(bare({ ...replaced, hostName: 'elsewhere' }))) === standing.device);
    assert.equal(await find(bare(elsewhere)), undefined);
    await conversation.leave();
    assert.equal(await find(facts), undefined);
  });

  it('that joined before a hub of this version are found too', async () => {
    const first = await startTestHub();
    const { rpc } = await first.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group, name: null, limit: 5, expiresAt: null };
    const { token } = await rpc.request(installerRequests.generate, wanted);
    const { standing, facts } = await openEndpoint(first, { token });
    await first.close();
    const store = await openStore({ folder: first.data });
    await store.write(async ({ db }) => {
      await db.schema.dropTable('device_marks').execute();
      await keepMarksOfAll(db);
    });
    await store.close();
    const second = await startTestHub({ data: first.data });
    assert.equal((await second.get(KnownComputers).find(facts))?.id, standing.device);
  });
});
