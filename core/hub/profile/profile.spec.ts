import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { accountRequests } from '#protocol/accounts.ts';
import type { LatchkeyError } from '#protocol/errors.ts';
import { profileNotifications, profileRequests } from '#protocol/profile.ts';
import { startTestHub, type TestHub } from '#core/testing/test-hub.ts';

describe('A technician’s profile', () => {
  let hub: TestHub;
  before(async () => (hub = await startTestHub()));
  const document = 'settings';

  it('follows the person, and is told to other windows', async () => {
    const [one, other] = [await hub.workbench(), await hub.workbench()];
    assert.deepEqual(await one.rpc.request(profileRequests.read, { document }), { document, text: '', version: 0 });
    const told = new Promise((resolve) => other.rpc.on(profileNotifications.changed, resolve));
    one.rpc.on(profileNotifications.changed, () => assert.fail('whoever wrote it knows'));
    const written = await one.rpc.request(profileRequests.write, { document, text: '{ /* mine */ }', version: 0 });
    assert.equal(written.version, 1);
    assert.deepEqual(await told, written);
    assert.deepEqual(await other.rpc.request(profileRequests.read, { document }), written);
  });

  it('refuses a write over a change that the writer has not seen', async () => {
    const { rpc } = await hub.workbench();
    const { version } = await rpc.request(profileRequests.read, { document });
    const settled = await Promise.allSettled(
      ['a', 'b'].map((text) => rpc.request(profileRequests.write, { document, text, version })),
    );
    assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    for (const stale of [0, version, version + 5]) {
      await assert.rejects(
        rpc.request(profileRequests.write, { document, text: 'c', version: stale }),
        (error: LatchkeyError) => error.code === 'profile.conflict',
      );
    }
  });

  it('is nobody else’s', async () => {
    const admin = await hub.workbench();
    await admin.rpc.request(profileRequests.write, { document: 'keybindings', text: '[1]', version: 0 });
    const account = { email: 'p@example.com', password: 'a long enough password' };
    await admin.rpc.request(accountRequests.create, { ...account, name: 'P', role: 'technician', groups: [] });
    const { rpc } = await hub.workbench({ cookie: await hub.signIn(account.email, account.password) });
    assert.equal((await rpc.request(profileRequests.read, { document: 'keybindings' })).text, '');
  });
});
