import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { groupRequests, type Group } from '#protocol/groups.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { newId } from '#core/base/ids.ts';
import { system } from '../store/audit-writer.ts';
import { Store } from '../store/store.ts';

describe('The audit log', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let technician: TestWorkbench;
  let groups: Group[];
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    groups = await Promise.all(['A', 'B'].map((name) => admin.rpc.request(groupRequests.create, { name })));
    const account = { email: 't@example.com', password: 'a long enough password' };
    const role = 'technician';
    await admin.rpc.request(accountRequests.create, { ...account, name: 'T', role, groups: [groups[0]!.id] });
    technician = await hub.workbench({ cookie: await hub.signIn(account.email, account.password) });
  });

  async function deviceIn(group: Group): Promise<string> {
    const id = newId();
    await hub.get(Store).write(({ db }) =>
      db
        .insertInto('devices')
        .values({
          id,
          group_id: group.id,
          nickname: null,
          host_name: 'h',
          state: 'active',
          platform: 'linux',
          system_name: 'Debian',
          system_version: '12',
          endpoint_version: '1',
          joined_at: 1,
          last_seen_at: null,
          public_key: id,
          installer_id: null,
          facts: '{}',
          waiting_for: null,
          deleted_at: null,
          moved_seq: null,
          seq: 0,
          password_stored: 0,
          access_blocked: 0,
          deleted_by: null,
        })
        .execute(),
    );
    return id;
  }
  const record = (action: string, devices: string[]): Promise<void> =>
    hub.get(Store).write((tx) => tx.audit({ actor: system, action, devices }));

  it('shows a technician what concerns devices of their groups, and no other devices', async () => {
    const [mine, others] = [await deviceIn(groups[0]!), await deviceIn(groups[1]!)];
    await record('test.others', [others]);
    await record('test.mine', [mine]);
    await record('test.both', [mine, others]);
    const seen = (await technician.rpc.request(auditRequests.query, { limit: 100 })).filter(({ action }) =>
      action.startsWith('test.'),
    );
    assert.deepEqual(
      seen.map(({ action, devices }) => [action, devices]),
      [
        ['test.both', [mine]],
        ['test.mine', [mine]],
      ],
    );
    assert.deepEqual(await technician.rpc.request(auditRequests.query, { device: others, limit: 100 }), []);
    const all = await admin.rpc.request(auditRequests.query, { device: others, limit: 100 });
    assert.deepEqual(
      all.map(({ action }) => action),
      ['test.both', 'test.others'],
    );
    assert.deepEqual(new Set(all[0]!.devices), new Set([mine, others]));
  });

  it('is read page by page, newest first, without a gap', async () => {
    const device = await deviceIn(groups[0]!);
    for (let index = 0; index < 25; index++) await record(`page.${index}`, [device]);
    const actions: string[] = [];
    let before: number | undefined;
    for (;;) {
      const page = await technician.rpc.request(auditRequests.query, {
        device,
        limit: 10,
        ...(before ? { before } : {}),
      });
      if (page.length === 0) break;
      actions.push(...page.map(({ action }) => action));
      before = page.at(-1)!.number;
    }
    assert.deepEqual(
      actions,
      Array.from({ length: 25 }, (_, index) => `page.${24 - index}`),
    );
  });
});
