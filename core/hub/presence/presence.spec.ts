import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { unpackPresences } from '#core/base/packed-presences.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { failsWith, until } from '#core/testing/expect.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestAccount, type TestAccount } from '#core/testing/test-account.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { presenceNotifications, presenceRequests, type PresenceEntry } from '#protocol/presence.ts';

describe('Presence', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let newGroup: TestAccount['newGroup'];
  let newTechnician: TestAccount['newTechnician'];
  before(async () => {
    ({ hub, admin, newGroup, newTechnician } = await startTestAccount());
  });
  async function watch({ rpc }: TestWorkbench): Promise<{ first: PresenceEntry[]; told: PresenceEntry[] }> {
    const told: PresenceEntry[] = [];
    rpc.on(presenceNotifications.changed, ({ changes }) => void told.push(...changes));
    return { first: await rpc.request(presenceRequests.watch, {}), told };
  }

  it('tells who is there, who comes and who goes, and writes nothing into the change log', async () => {
    const { token } = await newGroup();
    const here = await openEndpoint(hub, { token });
    const { first, told } = await watch(admin);
    assert.ok(first.some(([device, presence]) => device === here.standing.device && presence === 'online'));
    const { packed } = await admin.rpc.request(presenceRequests.watchPacked, {});
    assert.deepEqual(await unpackPresences(packed), first);
    const { position } = await admin.rpc.request(deviceRequests.changes, { since: null });
    await here.conversation.close();
    await until(() => told.some(([device, presence]) => device === here.standing.device && presence === 'offline'));
    const { keys, facts } = here;
    await openEndpoint(hub, { keys, facts, hubKey: token.split('.')[3]! });
    await until(() => told.some(([device, presence]) => device === here.standing.device && presence === 'online'));
    assert.deepEqual((await admin.rpc.request(deviceRequests.changes, { since: null })).position, position);
  });

  it('shows a technician the devices of the assigned groups alone, and others with them', async () => {
    const [mine, theirs] = [await newGroup(), await newGroup()];
    const hidden = await openEndpoint(hub, { token: theirs.token });
    const { id, workbench } = await newTechnician([mine.group]);
    const { first, told } = await watch(workbench);
    assert.deepEqual(first, []);
    const another = await openEndpoint(hub, { token: theirs.token });
    const seen = await openEndpoint(hub, { token: mine.token });
    await until(() => told.length > 0);
    assert.deepEqual(
      told.map(([device]) => device),
      [seen.standing.device],
    );
    await admin.rpc.request(accountRequests.update, { technician: id, groups: [theirs.group] });
    await until(() => told.length > 1);
    assert.deepEqual(
      told
        .slice(1)
        .map(([device]) => device)
        .sort(),
      [hidden.standing.device, another.standing.device].sort(),
    );
  });

  it('remembers over a restart of the hub when a device was last there', async () => {
    const first = await startTestHub();
    const workbench = await first.workbench();
    const group = (await workbench.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    const wanted = { group, name: null, limit: 1, expiresAt: null };
    const { token } = await workbench.rpc.request(installerRequests.generate, wanted);
    const { standing, conversation } = await openEndpoint(first, { token });
    const { device } = standing;
    // Longer than what the time is rounded to.
    await delay(1500);
    await conversation.close();
    const joinedAt = (await workbench.rpc.request(deviceRequests.get, { device })).device.joinedAt;
    await first.close();
    const second = await startTestHub({ data: first.data });
    const again = await second.workbench();
    const { lastSeenAt } = await again.rpc.request(deviceRequests.get, { device });
    assert.ok(lastSeenAt !== null && lastSeenAt > joinedAt && lastSeenAt <= Date.now());
    await assert.rejects(
      again.rpc.request(deviceRequests.get, { device: 'a'.repeat(16) }),
      failsWith('device.notFound'),
    );
  });
});
