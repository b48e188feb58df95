import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unpackParticulars } from '#core/base/packed-particulars.ts';
import { startTestAccount } from '#core/testing/test-account.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import type { TestWorkbench } from '#core/testing/test-hub.ts';
import { deviceRequests } from '#protocol/devices.ts';

describe('Particulars of devices', () => {
  it('X9: tells last contacts, users and addresses of the devices that a technician may see, and no others', async () => {
    const { hub, newGroup, newTechnician } = await startTestAccount();
    const [mine, theirs] = [await newGroup(), await newGroup()];
    const { workbench } = await newTechnician([mine.group]);
    const nobody = await newTechnician([]);
    const facts = {
      ...newFacts(),
      users: ['OFFICE\\anna'],
      interfaces: [{ name: 'eth0', mac: '00:1a:2b:3c:4d:5e', addresses: ['192.168.7.4/24', 'fe80::1/64'] }],
    };
    const { standing } = await openEndpoint(hub, { token: mine.token, facts });
    const second = await openEndpoint(hub, { token: mine.token });
    await second.conversation.close();
    await openEndpoint(hub, { token: theirs.token });
    const read = async ({ rpc }: TestWorkbench) => {
      const { packed, next } = await rpc.request(deviceRequests.particulars, { after: null });
      assert.equal(next, null);
      return new Map(await unpackParticulars(packed));
    };
    const found = await read(workbench);
    assert.deepEqual([...found.keys()].sort(), [standing.device, second.standing.device].sort());
    const { seenAt, ...rest } = found.get(standing.device)!;
    const { users, interfaces } = facts;
    assert.deepEqual(rest, { users, addresses: interfaces[0]!.addresses, macs: ['001a2b3c4d5e'] });
    assert.ok(seenAt <= Date.now() && seenAt > Date.now() - 60_000);
    assert.equal((await read(nobody.workbench)).size, 0);
    const last = [...found.keys()].sort().at(-1)!;
    const behind = await workbench.rpc.request(deviceRequests.particulars, { after: last });
    assert.deepEqual(await unpackParticulars(behind.packed), []);
  });
});
