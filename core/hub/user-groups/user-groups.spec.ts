import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests, type Technician } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import {
  permissionNotifications,
  permissionRequests,
  type EffectivePermission,
  type Permission,
} from '#protocol/permissions.ts';
import { userGroupNotifications, userGroupRequests, type UserGroup } from '#protocol/user-groups.ts';
import { PermissionService } from '../permissions/permission-service.ts';

const failsWith =
  (code: ErrorCode, args: Record<string, unknown> = {}) =>
  (error: unknown): boolean => {
    assert.equal((error as LatchkeyError).code, code);
    for (const [key, value] of Object.entries(args)) assert.equal((error as LatchkeyError).args[key], value, key);
    return true;
  };
const password = 'a long enough password';

describe('User groups (G5)', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let made = 0;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
  });

  async function newTechnician(): Promise<Technician & { workbench: () => Promise<TestWorkbench> }> {
    const email = `member${++made}@example.com`;
    const account = { email, name: 'T', role: 'technician' as const, groups: [], password };
    const technician = await admin.rpc.request(accountRequests.create, account);
    return { ...technician, workbench: async () => hub.workbench({ cookie: await hub.signIn(email, password) }) };
  }
  const create = (name: string, ...members: string[]): Promise<UserGroup> =>
    admin.rpc.request(userGroupRequests.create, { name, members });
  const set = (userGroup: string, permission: Permission, allowed: boolean | null): Promise<unknown> =>
    admin.rpc.request(permissionRequests.set, { userGroup, permission, allowed });
  const inForce = async (technician: string, wanted: Permission): Promise<EffectivePermission> =>
    (await admin.rpc.request(permissionRequests.effective, { technician })).find((each) => each.permission === wanted)!;
  /** The technicians, in order, of whom is told from now on that what is in force may be another. */
  function told(): (string | undefined)[] {
    const technicians: (string | undefined)[] = [];
    hub.get(PermissionService).changed$.subscribe((technician) => technicians.push(technician));
    return technicians;
  }

  it('are made, changed and deleted, each change told to administrators and recorded', async () => {
    const [anna, bert] = [await newTechnician(), await newTechnician()];
    let notices = 0;
    admin.rpc.on(userGroupNotifications.changed, () => void notices++);
    const outsider = await anna.workbench();
    outsider.rpc.on(userGroupNotifications.changed, () => assert.fail('this is for administrators'));

    const group = await create('  Field staff ', anna.id, anna.id);
    assert.deepEqual([group.name, group.members], ['Field staff', [anna.id]]);
    const update = (changes: object) =>
      admin.rpc.request(userGroupRequests.update, { userGroup: group.id, ...changes });
    const renamed = await update({ name: 'Field' });
    assert.deepEqual([renamed.name, renamed.members], ['Field', [anna.id]]);
    await update({ members: [bert.id] });
    await update({ name: 'Field', members: [bert.id] });
    assert.deepEqual(await admin.rpc.request(userGroupRequests.list, {}), [
      { ...group, name: 'Field', members: [bert.id] },
    ]);
    await set(group.id, 'device.move', false);
    await admin.rpc.request(userGroupRequests.delete, { userGroup: group.id });
    assert.deepEqual(await admin.rpc.request(userGroupRequests.list, {}), []);
    assert.equal(notices, 4, 'a change that changes nothing is none');

    const entries = (await admin.rpc.request(auditRequests.query, { limit: 5 })).reverse();
    assert.deepEqual(
      entries.map(({ action, subject, before, after }) => [action, subject?.name, before, after]),
      [
        ['userGroup.create', 'Field staff', null, { name: 'Field staff', members: [anna.email] }],
        ['userGroup.update', 'Field', { name: 'Field staff' }, { name: 'Field' }],
        ['userGroup.update', 'Field', { members: [anna.email] }, { members: [bert.email] }],
        ['permission.set', 'Field', { 'device.move': null }, { 'device.move': false }],
        ['userGroup.delete', 'Field', { name: 'Field', members: [bert.email], 'device.move': false }, null],
      ],
    );
    assert.ok(entries.every(({ subject }) => subject?.kind === 'userGroup' && subject.id === group.id));
  });

  it('have names that nobody confuses, and members that there are', async () => {
    const { id } = await create('Köln');
    await assert.rejects(create('KÖLN'), failsWith('userGroup.nameTaken', { name: 'KÖLN' }));
    await assert.rejects(create('Nobody', newId()), failsWith('account.notFound'));
    await admin.rpc.request(userGroupRequests.update, { userGroup: id, name: 'köln' });
    const unknown = newId();
    for (const refused of [
      () => admin.rpc.request(userGroupRequests.update, { userGroup: unknown, name: 'x' }),
      () => admin.rpc.request(userGroupRequests.delete, { userGroup: unknown }),
      () => admin.rpc.request(permissionRequests.settings, { userGroup: unknown }),
    ]) {
      await assert.rejects(refused(), failsWith('userGroup.notFound', { userGroup: unknown }));
    }
    const atOnce = await Promise.allSettled([1, 2, 3].map(() => create('At once')));
    assert.equal(atOnce.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('decide before the account and after the technician; of two that differ the one that refuses', async () => {
    const anna = await newTechnician();
    const wanted = 'device.wake';
    const [lenient, strict] = [await create('Lenient', anna.id), await create('Strict', anna.id)];
    await admin.rpc.request(permissionRequests.set, { permission: wanted, allowed: false });
    assert.equal((await inForce(anna.id, wanted)).decidedBy, 'account');
    await set(lenient.id, wanted, true);
    assert.deepEqual(await inForce(anna.id, wanted), {
      permission: wanted,
      allowed: true,
      decidedBy: 'userGroup',
      userGroup: 'Lenient',
    });
    await set(strict.id, wanted, false);
    assert.deepEqual(await inForce(anna.id, wanted), {
      permission: wanted,
      allowed: false,
      decidedBy: 'userGroup',
      userGroup: 'Strict',
    });
    const own = { technician: anna.id, permission: wanted, allowed: true } as const;
    await admin.rpc.request(permissionRequests.set, own);
    assert.deepEqual(await inForce(anna.id, wanted), { permission: wanted, allowed: true, decidedBy: 'technician' });
    await admin.rpc.request(permissionRequests.set, { permission: wanted, allowed: null });
  });

  it('tell everybody concerned at once: of settings, members who come and go, names, and the end', async () => {
    const [anna, bert, cleo] = [await newTechnician(), await newTechnician(), await newTechnician()];
    const group = await create('Concerned', anna.id);
    const update = (changes: object) =>
      admin.rpc.request(userGroupRequests.update, { userGroup: group.id, ...changes });
    const { rpc } = await bert.workbench();
    const heard: EffectivePermission[] = [];
    rpc.on(
      permissionNotifications.changed,
      ({ permissions }) => void heard.push(permissions.find(({ permission }) => permission === 'session')!),
    );
    const technicians = told();

    await update({ members: [anna.id, cleo.id] });
    assert.deepEqual(technicians.splice(0), [], 'a group without settings changes nothing for anybody');
    await set(group.id, 'session', false);
    assert.deepEqual(technicians.splice(0).sort(), [anna.id, cleo.id].sort());
    await update({ members: [anna.id, bert.id] });
    assert.deepEqual(technicians.splice(0).sort(), [bert.id, cleo.id].sort());
    await update({ name: 'Renamed' });
    assert.deepEqual(new Set(technicians.splice(0)), new Set([anna.id, bert.id]));
    assert.throws(
      () => hub.get(PermissionService).require(bert, 'session.terminal'),
      failsWith('permission.switchedOff', { permission: 'session' }),
    );
    await admin.rpc.request(userGroupRequests.delete, { userGroup: group.id });
    assert.deepEqual(technicians.splice(0).sort(), [anna.id, bert.id].sort());
    await rpc.request(permissionRequests.effective, {});
    assert.deepEqual(
      heard.map(({ allowed, userGroup }) => [allowed, userGroup]),
      [
        [false, 'Concerned'],
        [false, 'Renamed'],
        [true, undefined],
      ],
    );
  });

  it('that is deleted while it is being set leaves no setting behind', async () => {
    const group = await create('Short-lived');
    const deleted = admin.rpc.request(userGroupRequests.delete, { userGroup: group.id });
    await assert.rejects(set(group.id, 'unattended', false), failsWith('userGroup.notFound'));
    await deleted;
  });

  it('survive a restart', async () => {
    const first = await startTestHub();
    const { rpc } = await first.workbench();
    const { technician } = await rpc.request(accountRequests.me, {});
    const group = await rpc.request(userGroupRequests.create, { name: 'Lasting', members: [technician.id] });
    await rpc.request(permissionRequests.set, { userGroup: group.id, permission: 'device.move', allowed: false });
    await first.close();
    const again = await (await startTestHub({ data: first.data })).workbench();
    assert.deepEqual(await again.rpc.request(userGroupRequests.list, {}), [group]);
    const all = await again.rpc.request(permissionRequests.effective, {});
    assert.deepEqual(
      all.find(({ permission }) => permission === 'device.move'),
      { permission: 'device.move', allowed: false, decidedBy: 'userGroup', userGroup: 'Lasting' },
    );
  });

  it('are an administrator’s business alone', async () => {
    const anna = await newTechnician();
    const group = await create('Not yours', anna.id);
    const { rpc } = await anna.workbench();
    for (const refused of [
      () => rpc.request(userGroupRequests.list, {}),
      () => rpc.request(userGroupRequests.create, { name: 'Mine', members: [] }),
      () => rpc.request(userGroupRequests.update, { userGroup: group.id, members: [] }),
      () => rpc.request(userGroupRequests.delete, { userGroup: group.id }),
      () => rpc.request(permissionRequests.set, { userGroup: group.id, permission: 'unattended', allowed: true }),
    ]) {
      await assert.rejects(refused(), failsWith('permission.administratorOnly'));
    }
    const [entry] = await admin.rpc.request(auditRequests.query, { limit: 1 });
    assert.deepEqual([entry?.action, entry?.outcome], ['permission.set', 'refused']);
    const named = await rpc.request(accountRequests.administrators, {});
    assert.deepEqual(named, [{ name: 'Administrator', email: 'admin@example.com' }]);
  });
});
