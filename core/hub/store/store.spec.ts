import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { newId } from '#core/base/ids.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { backUpStore, restoreStore } from './backup.ts';
import { migrations } from './migrations/index.ts';
import { openStore, storeFile } from './open-store.ts';
import { describeStore } from '#core/testing/store-suite.ts';
import type { Store } from './store.ts';

const failsWith =
  (code: ErrorCode, args: Record<string, unknown> = {}) =>
  (error: LatchkeyError) => {
    assert.equal(error.code, code);
    for (const [key, value] of Object.entries(args)) assert.equal(error.args[key], value, key);
    return true;
  };
const addGroup = (store: Store, name: string): Promise<unknown> =>
  store.write(async ({ db, nextSeq }) =>
    db
      .insertInto('device_groups')
      .values({ id: newId(), name, name_key: name, created_at: 1, deleted_at: null, seq: await nextSeq() })
      .execute(),
  );
const groupNames = async (store: Store): Promise<string[]> =>
  (await store.read.selectFrom('device_groups').select('name').orderBy('seq').execute()).map(({ name }) => name);

describeStore('SQLite', () => openStore({ folder: temporaryFolder() }));

describe('The data folder', () => {
  it('and its files are for their owner alone', { skip: process.platform === 'win32' }, async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    const store = await openStore({ folder });
    await addGroup(store, 'Berlin');
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const file of readdirSync(folder)) assert.equal(statSync(join(folder, file)).mode & 0o077, 0, file);
    await store.close();
    chmodSync(folder, 0o755);
    await (await openStore({ folder })).close();
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  it('is refused to a second hub, which is told the folder and the process', async () => {
    const folder = temporaryFolder();
    const store = await openStore({ folder });
    await assert.rejects(openStore({ folder }), failsWith('data.locked', { folder, process: String(process.pid) }));
    await addGroup(store, 'still works');
    await store.close();
    const again = await openStore({ folder });
    assert.deepEqual(await groupNames(again), ['still works']);
    await again.close();
  });

  it('that cannot be used is named with the reason', async () => {
    const file = join(temporaryFolder(), 'a file');
    writeFileSync(file, '');
    await assert.rejects(openStore({ folder: file }), failsWith('data.notWritable', { folder: file }));
    await assert.rejects(openStore({ folder: join(file, 'below') }), failsWith('data.notWritable'));
  });

  it('with a damaged store is refused, and the store left as it is', async () => {
    const folder = temporaryFolder();
    const file = join(folder, storeFile);
    writeFileSync(file, 'this is no database, but it is long enough to be looked at '.repeat(100));
    const before = statSync(file).mtimeMs;
    await assert.rejects(openStore({ folder }), failsWith('data.damaged', { file }));
    assert.equal(statSync(file).mtimeMs, before);
    await assert.rejects(openStore({ folder }), failsWith('data.damaged'), 'the lock was given back');
  });

  it('with pages of the store overwritten is refused', async () => {
    const folder = temporaryFolder();
    const file = join(folder, storeFile);
    const store = await openStore({ folder });
    for (let index = 0; index < 200; index++) await addGroup(store, `group ${index} ${'x'.repeat(200)}`);
    await store.close();
    const handle = openSync(file, 'r+');
    for (let page = 3; page * 4096 < statSync(file).size; page += 2)
      writeSync(handle, Buffer.alloc(2048, 0xaa), 0, 2048, page * 4096);
    closeSync(handle);
    await assert.rejects(openStore({ folder }), failsWith('data.damaged', { file }));
  });

  it('with a store of a newer version is refused', async () => {
    const folder = temporaryFolder();
    const store = await openStore({ folder });
    await store.write(({ db }) => db.updateTable('meta').set({ value: '1000' }).where('key', '=', 'version').execute());
    await store.close();
    const expected = { file: join(folder, storeFile), version: 1000, supported: migrations.length };
    await assert.rejects(openStore({ folder }), failsWith('data.tooNew', expected));
  });
});

describe('A hub that is killed', () => {
  it('loses no write that it acknowledged, and its lock is no obstacle', async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 3; round++) {
      const script = fileURLToPath(new URL('../../testing/write-for-ever.ts', import.meta.url));
      const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      const acknowledged: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.push(line);
        if (acknowledged.length === 200) {
          child.kill('SIGKILL');
          break;
        }
      }
      if (child.signalCode === null) await once(child, 'exit');
      assert.equal(child.signalCode, 'SIGKILL');
      const store = await openStore({ folder });
      const kept = new Set(await groupNames(store));
      assert.deepEqual(
        acknowledged.filter((name) => !kept.has(name)),
        [],
      );
      await store.close();
    }
  });
});

describe('Backup and restore', () => {
  it('copies the store while it is written to, and brings it back as another store', async () => {
    const folder = temporaryFolder();
    const file = join(temporaryFolder(), 'backup.db');
    const store = await openStore({ folder });
    await addGroup(store, 'before');
    await backUpStore(folder, file);
    await addGroup(store, 'after');
    assert.equal(statSync(file).mode & 0o077, 0);
    await assert.rejects(backUpStore(folder, file), failsWith('file.exists', { file }));
    await assert.rejects(restoreStore(folder, file), failsWith('data.locked', { folder }));
    const id = store.id;
    await store.close();

    const former = await restoreStore(folder, file);
    const restored = await openStore({ folder });
    assert.deepEqual(await groupNames(restored), ['before']);
    assert.notEqual(restored.id, id);
    await restored.close();

    await restoreStore(folder, former!);
    const undone = await openStore({ folder });
    assert.deepEqual(await groupNames(undone), ['before', 'after']);
    await undone.close();
  });

  it('replaces a damaged store, and keeps that too', async () => {
    const folder = temporaryFolder();
    const file = join(temporaryFolder(), 'backup.db');
    const store = await openStore({ folder });
    await addGroup(store, 'kept');
    await backUpStore(folder, file);
    await store.close();
    writeFileSync(join(folder, storeFile), 'damaged '.repeat(1000));
    await restoreStore(folder, file);
    const restored = await openStore({ folder });
    assert.deepEqual(await groupNames(restored), ['kept']);
    await restored.close();
    assert.equal(readdirSync(folder).filter((name) => name.includes('before-restore')).length, 1);
  });

  it('refuses what is no backup, and leaves the store as it was', async () => {
    const folder = temporaryFolder();
    const store = await openStore({ folder });
    await addGroup(store, 'kept');
    await store.close();
    const rubbish = join(temporaryFolder(), 'rubbish');
    writeFileSync(rubbish, 'rubbish '.repeat(1000));
    await assert.rejects(restoreStore(folder, rubbish), failsWith('data.damaged', { file: rubbish }));
    const missing = join(folder, 'missing');
    await assert.rejects(restoreStore(folder, missing), failsWith('file.unreadable', { file: missing }));
    await assert.rejects(backUpStore(temporaryFolder(), rubbish), failsWith('data.noStore'));
    await assert.rejects(backUpStore(folder, join(missing, 'below')), failsWith('file.unwritable'));
    const again = await openStore({ folder });
    assert.deepEqual(await groupNames(again), ['kept']);
    await again.close();
    assert.deepEqual(
      readdirSync(folder).filter((name) => /partial|restoring/.test(name)),
      [],
    );
  });
});
