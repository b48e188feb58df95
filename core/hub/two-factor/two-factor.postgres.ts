import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTemporaryPostgres } from '#core/testing/temporary-postgres.ts';
import { adminEmail, adminPassword, postJson, startTestHub } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { twoFactorRequests } from '#protocol/two-factor.ts';
import { userGroupRequests } from '#protocol/user-groups.ts';
import { oneTimeCode } from './one-time-codes.ts';

describe('Two-factor sign-in and user groups on PostgreSQL (G5)', () => {
  it('hold as on SQLite: each code once, requirement and settings kept, a user group gone with all that is its', async () => {
    const postgres = await startTemporaryPostgres();
    whenDone(() => postgres.stop());
    const databaseUrl = await postgres.database('identity');
    const hub = await startTestHub({ databaseUrl });
    const { rpc } = await hub.workbench();
    const { technician } = await rpc.request(accountRequests.me, {});

    const group = await rpc.request(userGroupRequests.create, { name: 'Field staff', members: [technician.id] });
    const inForce = async (): Promise<string | undefined> => {
      const all = await rpc.request(permissionRequests.effective, {});
      return all.find(({ permission }) => permission === 'device.move')?.userGroup;
    };
    await rpc.request(permissionRequests.set, { userGroup: group.id, permission: 'device.move', allowed: false });
    assert.equal(await inForce(), 'Field staff');
    const changes = { userGroup: group.id, name: 'Field', members: [] };
    assert.deepEqual(await rpc.request(userGroupRequests.update, changes), { ...group, name: 'Field', members: [] });
    assert.equal(await inForce(), undefined);
    await rpc.request(userGroupRequests.update, { userGroup: group.id, members: [technician.id] });

    const { secret } = await rpc.request(twoFactorRequests.begin, { password: adminPassword });
    const { recoveryCodes } = await rpc.request(twoFactorRequests.confirm, { code: oneTimeCode(secret, Date.now()) });
    const signIn = async (code: string): Promise<number> =>
      (await postJson(`${hub.url}/api/sign-in`, { email: adminEmail, password: adminPassword, code })).status;
    for (const code of [recoveryCodes[0]!, oneTimeCode(secret, Date.now() + 30_000)]) {
      const answers = await Promise.all([code, code, code].map(signIn));
      assert.equal(answers.filter((status) => status === 200).length, 1);
    }
    assert.equal((await rpc.request(twoFactorRequests.state, {})).recoveryCodesLeft, 9);
    await rpc.request(twoFactorRequests.setRequirement, { roles: ['technician'] });
    await hub.close();

    const again = await startTestHub({ databaseUrl });
    const answer = await postJson(`${again.url}/api/sign-in`, {
      email: adminEmail,
      password: adminPassword,
      code: recoveryCodes[1],
    });
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
    const { rpc: after } = await again.workbench({ cookie });
    assert.deepEqual(await after.request(twoFactorRequests.requirement, {}), { roles: ['technician'] });
    const [kept] = await after.request(userGroupRequests.list, {});
    assert.deepEqual([kept?.name, kept?.members], ['Field', [technician.id]]);
    await after.request(userGroupRequests.delete, { userGroup: group.id });
    const all = await after.request(permissionRequests.effective, {});
    assert.ok(all.every(({ decidedBy }) => decidedBy === 'default'));
  });
});
