import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { system } from '#core/hub/store/audit-writer.ts';
import { loadHubIdentity } from '#core/hub/store/hub-identity.ts';
import type { Store } from '#core/hub/store/store.ts';
import type { DeviceGroupRow } from '#core/hub/store/tables.ts';

/** What every engine has to do alike. Run against SQLite and against a real PostgreSQL. */
export function describeStore(engine: string, open: () => Promise<Store>): void {
  describe(`Store on ${engine}`, () => {
    let store: Store;
    before(async () => (store = await open()));
    after(() => store.close());

    const row = (name: string, seq = 0): DeviceGroupRow => ({
      id: newId(),
      name,
      name_key: name,
      created_at: 1_795_238_713_037,
      deleted_at: null,
      seq,
    });
    const counter = async (name: 'seq' | 'audit'): Promise<number> => {
      const found = store.read.selectFrom('counters').select('value').where('name', '=', name);
      return (await found.executeTakeFirstOrThrow()).value;
    };

    it('gives times, counts and flags as numbers', async () => {
      const group = row(newId());
      await store.write(({ db }) => db.insertInto('device_groups').values(group).execute());
      const read = await store.read
        .selectFrom('device_groups')
        .selectAll()
        .where('id', '=', group.id)
        .executeTakeFirstOrThrow();
      assert.deepEqual({ ...read }, group);
      const { n } = await store.read
        .selectFrom('device_groups')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('id', '=', group.id)
        .executeTakeFirstOrThrow();
      assert.equal(n, 1);
    });

    it('undoes the whole of a write that fails, and nothing of those that share its commit', async () => {
      const names = Array.from({ length: 20 }, () => newId());
      const settled = await Promise.allSettled(
        names.map((name, index) =>
          store.write(async (tx) => {
            await tx.db
              .insertInto('device_groups')
              .values(row(name, await tx.nextSeq()))
              .execute();
            await tx.audit({ actor: system, action: 'test', subject: { kind: 'group', id: name, name } });
            if (index % 2) throw new Error(`no ${index}`);
          }),
        ),
      );
      assert.deepEqual(
        settled.map(({ status }) => status),
        names.map((_, index) => (index % 2 ? 'rejected' : 'fulfilled')),
      );
      const kept = await store.read.selectFrom('device_groups').select('name').where('name', 'in', names).execute();
      assert.deepEqual(new Set(kept.map(({ name }) => name)), new Set(names.filter((_, index) => index % 2 === 0)));
      const told = await store.read
        .selectFrom('audit')
        .select('subject_name')
        .where('subject_name', 'in', names)
        .execute();
      assert.equal(told.length, 10);
    });

    it('goes on after a statement that the engine itself refuses', async () => {
      const group = row(newId());
      await store.write(({ db }) => db.insertInto('device_groups').values(group).execute());
      const [twice, other] = await Promise.allSettled([
        store.write(({ db }) => db.insertInto('device_groups').values(group).execute()),
        store.write(({ db }) => db.insertInto('device_groups').values(row(newId())).execute()),
      ]);
      assert.equal(twice.status, 'rejected');
      assert.equal(other.status, 'fulfilled');
    });

    it('refuses a write inside a write, which would wait for itself', async () => {
      await assert.rejects(
        store.write(() => store.write(async () => {})),
        /inside another/,
      );
      // What a write only set off is another matter.
      let later: Promise<number> | undefined;
      await store.write(
        async () => void (later = new Promise(setImmediate).then(() => store.write((tx) => tx.nextSeq()))),
      );
      assert.ok((await later!) > 0);
    });

    it('numbers changes without a gap among those that are kept', async () => {
      const from = await counter('seq');
      const numbers = await Promise.all(
        Array.from({ length: 300 }, (_, index) =>
          store
            .write(async (tx) => {
              const seq = await tx.nextSeq();
              if (index % 3 === 0) throw new Error('no');
              return seq;
            })
            .catch(() => undefined),
        ),
      );
      const kept = numbers.filter((each) => each !== undefined);
      assert.deepEqual(
        kept,
        Array.from({ length: 200 }, (_, index) => from + 1 + index),
      );
      assert.equal(await counter('seq'), from + 200);
    });

    it('gives each number once, however many a write takes at once, and again what a write that failed had taken', async () => {
      const from = await counter('seq');
      const taking = (fails: boolean) =>
        store.write(async ({ nextSeq, nextSeqs }) => {
          const numbers = await Promise.all([nextSeq(), nextSeqs(3), nextSeq()]);
          if (fails) throw new Error('no');
          return numbers.map((number) => number - from);
        });
      const settled = await Promise.allSettled([true, false, true, false].map(taking));
      assert.deepEqual(
        settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined)),
        [undefined, [1, 2, 5], undefined, [6, 7, 10]],
      );
      assert.equal(await counter('seq'), from + 10);
    });

    it('shows reads nothing that is not committed, and tells of a change once it is', async () => {
      const group = row(newId());
      const find = () => store.read.selectFrom('device_groups').select('id').where('id', '=', group.id).execute();
      const order: string[] = [];
      await store
        .write(async (tx) => {
          await tx.db.insertInto('device_groups').values(group).execute();
          assert.equal((await find()).length, 0);
          tx.afterCommit(() => order.push('afterCommit'));
        })
        .then(() => order.push('resolved'));
      assert.equal((await find()).length, 1);
      assert.deepEqual(order, ['afterCommit', 'resolved']);
      await store
        .write(async (tx) => {
          tx.afterCommit(() => order.push('never'));
          throw new Error('no');
        })
        .catch(() => {});
      assert.equal(order.includes('never'), false);
    });

    it('reads one state in a snapshot while others write', async () => {
      await store.snapshot(async (db) => {
        const count = async (): Promise<number> => (await db.selectFrom('device_groups').select('id').execute()).length;
        const first = await count();
        await store.write((tx) => tx.db.insertInto('device_groups').values(row(newId())).execute());
        assert.equal(await count(), first);
      });
    });

    it('counts a limit exactly, whatever arrives at once (I2)', async () => {
      const installer = newId();
      await store.write(({ db }) =>
        db
          .insertInto('installers')
          .values({
            id: installer,
            group_id: newId(),
            name: null,
            max_uses: 50,
            used: 0,
            created_at: 1,
            created_by_id: newId(),
            created_by: 'a@b.example',
            expires_at: null,
            revoked_at: null,
            set_up_by: 'endpointInstaller',
          })
          .execute(),
      );
      const joins = await Promise.all(
        Array.from({ length: 80 }, () =>
          store.write(({ db }) =>
            db
              .updateTable('installers')
              .set((eb) => ({ used: eb('used', '+', 1) }))
              .where('id', '=', installer)
              .whereRef('used', '<', 'max_uses')
              .returning('used')
              .executeTakeFirst(),
          ),
        ),
      );
      assert.equal(joins.filter(Boolean).length, 50);
    });

    it('keeps an audit entry with thousands of devices', async () => {
      const devices = Array.from({ length: 5000 }, () => newId());
      await store.write((tx) => tx.audit({ actor: system, action: 'device.delete', devices, before: { a: 1 } }));
      const number = await counter('audit');
      const kept = await store.read
        .selectFrom('audit_devices')
        .select('device_id')
        .where('number', '=', number)
        .execute();
      assert.equal(kept.length, 5000);
    });

    it('keeps the hub’s own identity', async () => {
      const one = await loadHubIdentity(store);
      const other = await loadHubIdentity(store);
      assert.equal(other.publicKey, one.publicKey);
      assert.match(one.keyFingerprint, /^[0-9a-f]{64}$/);
      assert.deepEqual(other.enrolmentSecret, one.enrolmentSecret);
    });
  });
}
