import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { adminEmail, adminPassword, postJson, startTestHub, type TestHub } from '#core/testing/test-hub.ts';
import { accountRequests, identityPath } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { twoFactorRequests } from '#protocol/two-factor.ts';
import { SignInService } from '../accounts/sign-in-service.ts';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { TokenService } from '../tokens/token-service.ts';
import { SignInWatch } from '../workbench/sign-in-watch.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { oneTimeCode } from './one-time-codes.ts';
import { resetTwoFactor } from './reset-two-factor.ts';

async function locked(options: { data?: string } = {}): Promise<TestHub & { cookie: string }> {
  const hub = await startTestHub(options);
  const cookie = await hub.signIn();
  const { rpc } = await hub.workbench({ cookie });
  const { secret } = await rpc.request(twoFactorRequests.begin, { password: adminPassword });
  await rpc.request(twoFactorRequests.confirm, { code: oneTimeCode(secret, Date.now()) });
  return { ...hub, cookie };
}
const signIn = (hub: TestHub): Promise<Response> =>
  postJson(`${hub.url}/api/sign-in`, { email: adminEmail, password: adminPassword });

describe('An administrator who lost the authenticator (G5)', () => {
  it('comes in again with the password alone, while the hub runs; former sign-ins have ended, and it is put down', async () => {
    const hub = await locked();
    assert.equal(((await (await signIn(hub)).json()) as any).error.code, 'account.codeRequired');
    assert.equal(await resetTwoFactor({ folder: hub.data }, adminEmail.toUpperCase()), true);
    assert.equal((await fetch(hub.url + identityPath, { headers: { cookie: hub.cookie } })).status, 401);
    const answer = await signIn(hub);
    assert.equal(answer.status, 200);
    assert.equal(((await answer.json()) as any).identity.twoFactor, 'off');
    const { rpc } = await hub.workbench({ cookie: answer.headers.get('set-cookie')!.split(';')[0]! });
    assert.deepEqual(await rpc.request(twoFactorRequests.state, {}), {
      on: false,
      required: false,
      recoveryCodesLeft: 0,
    });
    const [entry] = (await rpc.request(auditRequests.query, { limit: 10 })).filter(
      ({ action }) => action === 'twoFactor.reset',
    );
    assert.deepEqual([entry?.actor.kind, entry?.subject?.name], ['system', adminEmail]);
    assert.equal(await resetTwoFactor({ folder: hub.data }, adminEmail), false);
  });

  it('is hung up on where somebody was still connected, while the hub runs; others are not', async () => {
    const hub = await locked();
    const { closed } = await hub.workbench({ cookie: hub.cookie });
    const { rpc } = await hub.workbench({ cookie: hub.cookie });
    const who = { email: 'tess@example.com', name: 'Tess', role: 'technician' as const, groups: [] };
    await rpc.request(accountRequests.create, { ...who, password: adminPassword });
    const other = await hub.workbench({ cookie: await hub.signIn(who.email, adminPassword) });
    const watch = new SignInWatch(
      hub.get(SignInService),
      hub.get(TokenService),
      hub.get(TechnicianDirectory),
      hub.get(WorkbenchConnections),
      (error) => assert.fail(String(error)),
    );
    await watch.check();
    await rpc.request(twoFactorRequests.state, {});
    await resetTwoFactor({ folder: hub.data }, adminEmail);
    await watch.check();
    assert.equal(await closed, 4001);
    await other.rpc.request(accountRequests.me, {});
  });

  it('has to set it up again first, where the role requires it', async () => {
    const hub = await startTestHub();
    const { rpc } = await hub.workbench();
    await rpc
      .request(twoFactorRequests.begin, { password: adminPassword })
      .then(({ secret }) => rpc.request(twoFactorRequests.confirm, { code: oneTimeCode(secret, Date.now()) }));
    await rpc.request(twoFactorRequests.setRequirement, { roles: ['administrator'] });
    await resetTwoFactor({ folder: hub.data }, adminEmail);
    const answer = await signIn(hub);
    assert.equal(((await answer.json()) as any).identity.twoFactor, 'missing');
    const again = await hub.workbench({ cookie: answer.headers.get('set-cookie')!.split(';')[0]! });
    await assert.rejects(
      again.rpc.request(deviceRequests.changes, { since: null }),
      failsWith('account.twoFactorMissing'),
    );
  });

  it('comes in where the hub was stopped meanwhile; nobody else is touched, and no store is made up', async () => {
    const hub = await locked();
    await hub.close();
    await assert.rejects(resetTwoFactor({ folder: hub.data }, 'nobody@example.com'), failsWith('account.notFound'));
    assert.equal(await resetTwoFactor({ folder: hub.data }, adminEmail), true);
    assert.equal((await signIn(await startTestHub({ data: hub.data }))).status, 200);
    await assert.rejects(resetTwoFactor({ folder: temporaryFolder() }, adminEmail), failsWith('data.noStore'));
  });
});
