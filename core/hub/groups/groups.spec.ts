import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { installerRequests } from '#protocol/installers.ts';
import { groupRequests } from '#protocol/groups.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { newId } from '#core/base/ids.ts';
import { Store } from '../store/store.ts';
import { GroupService, type GroupChange } from './group-service.ts';

const failsWith =
  (code: ErrorCode, args: Record<string, unknown> = {}) =>
  (error: LatchkeyError) => {
    assert.equal(error.code, code);
    for (const [key, value] of Object.entries(args)) assert.equal(error.args[key], value, key);
    return true;
  };

describe('Device groups', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
  });

  it('are made, renamed and deleted, each change numbered, told and recorded', async () => {
    const changes: GroupChange[] = [];
    hub.get(GroupService).changed$.subscribe((change) => changes.push(change));
    const made = await admin.rpc.request(groupRequests.create, { name: '  Berlin  ' });
    assert.equal(made.name, 'Berlin');
    await admin.rpc.request(groupRequests.rename, { group: made.id, name: 'Hamburg' });
    await admin.rpc.request(groupRequests.rename, { group: made.id, name: 'Hamburg' });
    await admin.rpc.request(groupRequests.delete, { group: made.id });
    assert.deepEqual(
      changes.map(({ seq, group, deleted }) => [seq, group.name, deleted]),
      [
        [1, 'Berlin', false],
        [2, 'Hamburg', false],
        [3, 'Hamburg', true],
      ],
    );
    const [deleted, renamed, created] = await admin.rpc.request(auditRequests.query, { limit: 3 });
    assert.deepEqual(
      [created, renamed, deleted].map((entry) => [entry!.action, entry!.before, entry!.after]),
      [
        ['group.create', null, { name: 'Berlin' }],
        ['group.rename', { name: 'Berlin' }, { name: 'Hamburg' }],
        ['group.delete', { name: 'Hamburg' }, null],
      ],
    );
  });

  it('have names that nobody confuses; one that is gone leaves its name', async () => {
    const { id } = await admin.rpc.request(groupRequests.create, { name: 'Köln' });
    for (const name of ['KÖLN', 'Ko\u0308ln']) {
      await assert.rejects(admin.rpc.request(groupRequests.create, { name }), failsWith('group.nameTaken', { name }));
    }
    await admin.rpc.request(groupRequests.rename, { group: id, name: 'KÖLN' });
    await admin.rpc.request(groupRequests.delete, { group: id });
    await admin.rpc.request(groupRequests.create, { name: 'köln' });
    await assert.rejects(
      admin.rpc.request(groupRequests.rename, { group: id, name: 'x' }),
      failsWith('group.notFound'),
    );
    await assert.rejects(admin.rpc.request(groupRequests.delete, { group: newId() }), failsWith('group.notFound'));
  });

  it('of one name that are made at once are one', async () => {
    const made = await Promise.allSettled(
      [1, 2, 3, 4].map(() => admin.rpc.request(groupRequests.create, { name: 'At once' })),
    );
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('are kept while a device is in them (G7)', async () => {
    const group = await admin.rpc.request(groupRequests.create, { name: 'Full' });
    const device = newId();
    await hub.get(Store).write(async (tx) =>
      tx.db
        .insertInto('devices')
        .values({
          id: device,
          group_id: group.id,
          nickname: null,
          host_name: 'front-desk',
          state: 'waiting',
          platform: 'linux',
          system_name: 'Debian',
          system_version: '12',
          endpoint_version: '1',
          joined_at: 1,
          last_seen_at: null,
          public_key: device,
          installer_id: null,
          facts: '{}',
          waiting_for: 'limit',
          deleted_at: null,
          moved_seq: null,
          seq: await tx.nextSeq(),
          password_stored: 0,
          access_blocked: 0,
          deleted_by: null,
        })
        .execute(),
    );
    const refused = admin.rpc.request(groupRequests.delete, { group: group.id });
    await assert.rejects(refused, failsWith('group.notEmpty', { name: 'Full', devices: 1 }));
    await hub
      .get(Store)
      .write(({ db }) => db.updateTable('devices').set({ deleted_at: 2 }).where('id', '=', device).execute());
    await admin.rpc.request(groupRequests.delete, { group: group.id });
  });

  it('take their installers with them, each of which stands in the audit log', async () => {
    const group = await admin.rpc.request(groupRequests.create, { name: 'With installers' });
    const wanted = { group: group.id, name: 'Roll-out', limit: 5, expiresAt: null };
    const { installer } = await admin.rpc.request(installerRequests.generate, wanted);
    await admin.rpc.request(groupRequests.delete, { group: group.id });
    const [deleted, revoked] = await admin.rpc.request(auditRequests.query, { limit: 2 });
    assert.deepEqual([deleted?.action, deleted?.subject?.id], ['group.delete', group.id]);
    assert.deepEqual(
      [revoked?.action, revoked?.subject],
      ['installer.revoke', { kind: 'installer', id: installer.id, name: 'Roll-out' }],
    );
  });

  it('are seen by those who are assigned to them, and changed by administrators alone (I1)', async () => {
    const [mine, others] = await Promise.all(
      ['Mine', 'Others'].map((name) => admin.rpc.request(groupRequests.create, { name })),
    );
    const account = { email: 'groups@example.com', password: 'a long enough password' };
    await admin.rpc.request(accountRequests.create, { ...account, name: 'T', role: 'technician', groups: [mine!.id] });
    const { rpc } = await hub.workbench({ cookie: await hub.signIn(account.email, account.password) });
    assert.deepEqual(await rpc.request(groupRequests.list, {}), [mine]);
    for (const refused of [
      () => rpc.request(groupRequests.create, { name: 'No' }),
      () => rpc.request(groupRequests.rename, { group: mine!.id, name: 'No' }),
      () => rpc.request(groupRequests.delete, { group: others!.id }),
    ]) {
      await assert.rejects(refused(), failsWith('permission.administratorOnly'));
    }
  });
});
