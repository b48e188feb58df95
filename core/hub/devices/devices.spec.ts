import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { unpackDevices } from '#core/base/packed-devices.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestAccount, type TestAccount } from '#core/testing/test-account.ts';
import type { TestHub, TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceNotifications, deviceRequests, type DeviceChanges } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { permissionRequests } from '#protocol/permissions.ts';

describe('Devices', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let newGroup: TestAccount['newGroup'];
  let newTechnician: TestAccount['newTechnician'];
  before(async () => {
    ({ hub, admin, newGroup, newTechnician } = await startTestAccount());
  });
  const changes = ({ rpc }: TestWorkbench, since: DeviceChanges['position'] | null) =>
    rpc.request(deviceRequests.changes, { since });
  function follow({ rpc }: TestWorkbench): DeviceChanges[] {
    const told: DeviceChanges[] = [];
    rpc.on(deviceNotifications.changed, (change) => void told.push(change));
    return told;
  }

  it('G3: a device is seen by whoever follows as soon as it has joined', async () => {
    const { group, token } = await newGroup();
    const { workbench } = await newTechnician([group]);
    const told = follow(workbench);
    const start = await changes(workbench, null);
    assert.equal(start.reset, true);
    assert.deepEqual(
      start.groups.map(({ id }) => id),
      [group],
    );
    const { standing, facts } = await openEndpoint(hub, { token });
    await until(() => told.length > 0);
    assert.equal(told[0]?.devices[0]?.id, standing.device);
    assert.equal(told[0]?.devices[0]?.hostName, facts.hostName);
    assert.equal(told[0]?.reset, false);
    const missed = await changes(workbench, start.position);
    assert.deepEqual(missed.devices, told[0]?.devices);
    assert.deepEqual((await changes(workbench, missed.position)).devices, []);
  });

  it('says the same packed', async () => {
    const { group, token } = await newGroup();
    const { workbench } = await newTechnician([group]);
    const start = await changes(workbench, null);
    for (let index = 0; index < 3; index++) await openEndpoint(hub, { token });
    const { devices, ...rows } = await changes(workbench, start.position);
    assert.equal(devices.length, 3);
    const { packed, ...answer } = await workbench.rpc.request(deviceRequests.changes, {
      since: start.position,
      packed: true,
    });
    assert.deepEqual(answer, { ...rows, devices: [] });
    assert.deepEqual(await unpackDevices(packed!), devices);
  });

  it('shows a technician the devices of the assigned groups alone', async () => {
    const [mine, theirs] = [await newGroup(), await newGroup()];
    const { workbench } = await newTechnician([mine.group]);
    const told = follow(workbench);
    const { position } = await changes(workbench, null);
    const hidden = await openEndpoint(hub, { token: theirs.token });
    const seen = await openEndpoint(hub, { token: mine.token });
    await until(() => told.length > 0);
    assert.deepEqual(
      told.flatMap(({ devices, removed }) => [...devices.map(({ id }) => id), ...removed]),
      [seen.standing.device],
    );
    const log = await changes(workbench, position);
    assert.deepEqual(
      log.devices.map(({ id }) => id),
      [seen.standing.device],
    );
    const device = hidden.standing.device;
    await assert.rejects(workbench.rpc.request(deviceRequests.get, { device }), failsWith('device.notFound'));
    await assert.rejects(
      workbench.rpc.request(deviceRequests.rename, { device, nickname: 'mine' }),
      failsWith('device.notFound'),
    );
  });

  it('misses nothing and doubles nothing while devices join, however often it asks', async () => {
    const { group, token } = await newGroup();
    const { workbench } = await newTechnician([group]);
    const told = follow(workbench);
    const known = new Set<string>();
    const apply = (change: DeviceChanges): void => {
      for (const { id } of change.devices) known.add(id);
    };
    let position: DeviceChanges['position'] | null = null;
    let over = false;
    const joins = Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await delay(index * 5);
        return (await openEndpoint(hub, { token })).standing.device;
      }),
    ).finally(() => (over = true));
    while (!over) {
      const answer: DeviceChanges = await changes(workbench, position);
      apply(answer);
      position = answer.position;
      const upTo = told.length;
      await delay(30);
      for (const change of told.slice(upTo)) {
        assert.ok(change.position.seq > position.seq, 'told of what it has already');
        apply(change);
        position = change.position;
      }
    }
    const devices = await joins;
    apply(await changes(workbench, position));
    assert.deepEqual([...known].sort(), devices.sort());
  });

  it('fills a replica anew where the store, the scope or the number is not its own', async () => {
    const { position } = await changes(admin, null);
    assert.equal((await changes(admin, position)).reset, false);
    for (const other of [{ store: 'another' }, { scope: 'another' }, { seq: position.seq + 1 }]) {
      assert.equal((await changes(admin, { ...position, ...other })).reset, true);
    }
  });

  it('empties a replica whose technician sees other groups from now on', async () => {
    const [one, two] = [await newGroup(), await newGroup()];
    await openEndpoint(hub, { token: one.token });
    const other = await openEndpoint(hub, { token: two.token });
    const { id, workbench } = await newTechnician([one.group]);
    const told = follow(workbench);
    await changes(workbench, null);
    await admin.rpc.request(accountRequests.update, { technician: id, groups: [two.group] });
    await until(() => told.length > 0);
    assert.equal(told[0]?.reset, true);
    assert.equal(told[0]?.more, true);
    const anew = await changes(workbench, told[0]!.position);
    assert.equal(anew.reset, false);
    assert.deepEqual(
      anew.devices.map(({ id: device }) => device),
      [other.standing.device],
    );
    assert.deepEqual(
      anew.groups.map(({ id: group }) => group),
      [two.group],
    );
  });

  it('tells of groups, and of those that are gone', async () => {
    const told = follow(admin);
    const { position } = await changes(admin, null);
    const { id } = await admin.rpc.request(groupRequests.create, { name: 'Short-lived' });
    await until(() => told.some(({ groups }) => groups.some((group) => group.id === id)));
    await admin.rpc.request(groupRequests.delete, { group: id });
    await until(() => told.some(({ removed }) => removed.includes(id)));
    const log = await changes(admin, position);
    assert.deepEqual(log.removed, [id]);
  });

  it('X3: renames by nickname alone, an offline device too, and the old name comes back', async () => {
    const { token } = await newGroup();
    const { standing, facts, conversation } = await openEndpoint(hub, { token });
    await conversation.close();
    const { device } = standing;
    const told = follow(admin);
    await changes(admin, null);
    const renamed = await admin.rpc.request(deviceRequests.rename, { device, nickname: 'Reception' });
    assert.equal(renamed.nickname, 'Reception');
    assert.equal(renamed.hostName, facts.hostName);
    await until(() => told.some(({ devices }) => devices.some(({ nickname }) => nickname === 'Reception')));
    const back = await admin.rpc.request(deviceRequests.rename, { device, nickname: null });
    assert.equal(back.nickname, null);
    const [last, first] = await admin.rpc.request(auditRequests.query, { device, limit: 2 });
    assert.deepEqual([first?.before, first?.after], [{ nickname: null }, { nickname: 'Reception' }]);
    assert.deepEqual([last?.before, last?.after], [{ nickname: 'Reception' }, { nickname: null }]);
  });

  it('G5, X3: refuses to rename where an administrator has switched it off', async () => {
    const { group, token } = await newGroup();
    const { standing } = await openEndpoint(hub, { token });
    const { device } = standing;
    const { id, workbench } = await newTechnician([group]);
    const rename = () => workbench.rpc.request(deviceRequests.rename, { device, nickname: 'x' });
    await rename();
    const setting = { technician: id, permission: 'device.rename' as const, allowed: false };
    await admin.rpc.request(permissionRequests.set, setting);
    await assert.rejects(rename(), failsWith('permission.switchedOff'));
  });
});
