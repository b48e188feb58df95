import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { accountRequests, type Technician } from '#protocol/accounts.ts';
import type { ErrorCode, LatchkeyError } from '#protocol/errors.ts';
import { permissionNotifications, permissionRequests, type EffectivePermission } from '#protocol/permissions.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { newId } from '#core/base/ids.ts';
import { PermissionService } from './permission-service.ts';

const failsWith = (code: ErrorCode) => (error: LatchkeyError) => {
  assert.equal(error.code, code);
  return true;
};
const password = 'a long enough password';

describe('Permissions (G5)', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let person: TestWorkbench;
  let technician: Technician;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    const email = 'person@example.com';
    technician = await admin.rpc.request(accountRequests.create, {
      email,
      name: 'P',
      role: 'technician',
      groups: [],
      password,
    });
    person = await hub.workbench({ cookie: await hub.signIn(email, password) });
  });

  const set = (permission: 'unattended' | 'device.rename', allowed: boolean | null, of?: string): Promise<unknown> =>
    admin.rpc.request(permissionRequests.set, { permission, allowed, ...(of === undefined ? {} : { technician: of }) });
  const inForce = async (wanted: string): Promise<EffectivePermission> =>
    (await person.rpc.request(permissionRequests.effective, {})).find(({ permission }) => permission === wanted)!;

  it('allow what nobody has set', async () => {
    const all = await person.rpc.request(permissionRequests.effective, {});
    assert.ok(all.every(({ allowed, decidedBy }) => allowed && decidedBy === 'default'));
  });

  it('follow the nearest setting, at once', async () => {
    const rename = 'device.rename';
    await set(rename, false);
    assert.deepEqual(await inForce(rename), { permission: rename, allowed: false, decidedBy: 'account' });
    await set(rename, true, technician.id);
    assert.deepEqual(await inForce(rename), { permission: rename, allowed: true, decidedBy: 'technician' });
    await set(rename, null, technician.id);
    assert.equal((await inForce(rename)).allowed, false);
    const settings = await admin.rpc.request(permissionRequests.settings, {});
    assert.equal(settings.find(({ permission }) => permission === rename)!.allowed, false);
    await set(rename, null);
    assert.equal((await inForce(rename)).decidedBy, 'default');
  });

  it('have nothing in force where unattended support is off as a whole (A3, I6)', async () => {
    await set('device.rename', true, technician.id);
    await set('unattended', false);
    assert.deepEqual(await inForce('device.rename'), {
      permission: 'device.rename',
      allowed: false,
      decidedBy: 'unattended',
    });
    const permissions = hub.get(PermissionService);
    assert.throws(
      () => permissions.require(technician, 'device.rename'),
      (error: LatchkeyError) => error.code === 'permission.switchedOff' && error.args.permission === 'unattended',
    );
    await set('unattended', null);
    permissions.require(technician, 'device.rename');
    await set('device.rename', null, technician.id);
  });

  it('are told to the workbenches that they concern', async () => {
    const told = new Promise<EffectivePermission[]>((resolve) =>
      person.rpc.on(permissionNotifications.changed, ({ permissions }) => resolve(permissions)),
    );
    admin.rpc.on(permissionNotifications.changed, () => assert.fail('this is not about the administrator'));
    await set('device.rename', false, technician.id);
    assert.equal((await told).find(({ permission }) => permission === 'device.rename')!.allowed, false);
    await set('device.rename', null, technician.id);
  });

  it('survive a restart', async () => {
    const other = await startTestHub();
    await (
      await other.workbench()
    ).rpc.request(permissionRequests.set, { permission: 'device.rename', allowed: false });
    await other.close();
    const again = await startTestHub({ data: other.data });
    const all = await (await again.workbench()).rpc.request(permissionRequests.effective, {});
    assert.equal(all.find(({ permission }) => permission === 'device.rename')!.allowed, false);
  });

  it('are an administrator’s business alone', async () => {
    for (const refused of [
      () =>
        person.rpc.request(permissionRequests.set, {
          permission: 'unattended',
          allowed: true,
          technician: technician.id,
        }),
      () => person.rpc.request(permissionRequests.settings, {}),
      () => person.rpc.request(permissionRequests.settings, { userGroup: newId() }),
      () => person.rpc.request(permissionRequests.effective, { technician: newId() }),
    ]) {
      await assert.rejects(refused(), failsWith('permission.administratorOnly'));
    }
    await assert.rejects(set('unattended', false, newId()), failsWith('account.notFound'));
    const both = { technician: technician.id, userGroup: newId() };
    await assert.rejects(admin.rpc.request(permissionRequests.settings, both), failsWith('rpc.invalidParams'));
    const unknown = { userGroup: newId(), permission: 'unattended', allowed: false } as const;
    await assert.rejects(admin.rpc.request(permissionRequests.set, unknown), failsWith('userGroup.notFound'));
  });
});
