import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LatchkeyError } from '#protocol/errors.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from '#core/testing/temporary-postgres.ts';
import { startHub } from '../hub.ts';
import { openStore } from './open-store.ts';
import { describeStore } from '#core/testing/store-suite.ts';
import type { Store } from './store.ts';

const server: TemporaryPostgres = await startTemporaryPostgres();
after(() => server.stop());

describeStore('PostgreSQL', async () =>
  openStore({ folder: temporaryFolder(), databaseUrl: await server.database('suite') }),
);

describe('Store on PostgreSQL', () => {
  let url: string;
  const stores: Store[] = [];
  before(async () => (url = await server.database('several')));
  after(() => Promise.all(stores.map((store) => store.close())));

  it('is migrated once by hubs that start at once, which then number changes together', async () => {
    stores.push(
      ...(await Promise.all([1, 2, 3].map(() => openStore({ folder: temporaryFolder(), databaseUrl: url })))),
    );
    assert.equal(new Set(stores.map(({ id }) => id)).size, 1);
    const numbers = await Promise.all(
      Array.from({ length: 150 }, (_, index) => stores[index % 3]!.write((tx) => tx.nextSeq())),
    );
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      Array.from({ length: 150 }, (_, index) => index + 1),
    );
  });

  it('refuses a store of a newer version', async () => {
    const [store] = stores;
    await store!.write(({ db }) => db.updateTable('meta').set({ value: '999' }).where('key', '=', 'version').execute());
    await assert.rejects(
      openStore({ folder: temporaryFolder(), databaseUrl: url }),
      (error: LatchkeyError) => error.code === 'data.tooNew' && error.args.version === 999,
    );
  });

  it('says so where the database cannot be reached', async () => {
    await assert.rejects(
      openStore({ folder: temporaryFolder(), databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' }),
      (error: LatchkeyError) => error.code === 'data.unreachable' && error.args.database === '127.0.0.1:1/nothing',
    );
  });

  it('carries a whole hub', async () => {
    const databaseUrl = await server.database('hub');
    const hub = await startHub({
      host: '127.0.0.1',
      port: 0,
      data: temporaryFolder(),
      databaseUrl,
      logLevel: 'silent',
    });
    try {
      const answer = await fetch(`${hub.url}/api/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(hub.initialAdmin),
      });
      assert.equal(answer.status, 200);
    } finally {
      await hub.close();
    }
  });
});
