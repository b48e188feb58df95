import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adminEmail, startTestHub } from '#core/testing/test-hub.ts';
import { identity, identityPath, tokenRequests } from '#protocol/accounts.ts';

describe('GET /api/identity', () => {
  it('tells who is signed in, and why nobody is', async () => {
    const hub = await startTestHub();
    const ask = (headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${hub.url}${identityPath}`, { headers });
    const codeOf = async (answer: Response): Promise<[number, string]> => [
      answer.status,
      ((await answer.json()) as { error: { code: string } }).error.code,
    ];

    assert.equal((await ask()).status, 401);
    assert.equal((await ask({ cookie: 'latchkey_session=nonsense' })).status, 401);
    assert.deepEqual(await codeOf(await ask({ authorization: 'Bearer nonsense' })), [401, 'account.tokenInvalid']);

    const cookie = await hub.signIn();
    const signedIn = await ask({ cookie });
    assert.equal(signedIn.headers.get('cache-control'), 'no-store');
    assert.equal(identity.parse(await signedIn.json()).technician.email, adminEmail);

    const { rpc } = await hub.workbench({ cookie });
    const { token, secret } = await rpc.request(tokenRequests.create, { name: 'test', expiresAt: null });
    const authorization = `Bearer ${secret}`;
    assert.equal((await ask({ authorization })).status, 200);
    await rpc.request(tokenRequests.revoke, { token: token.id });
    assert.deepEqual(await codeOf(await ask({ authorization })), [401, 'account.tokenRevoked']);
  });
});
