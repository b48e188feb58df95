import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { newFacts } from '#core/testing/test-endpoint.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { newId } from '#core/base/ids.ts';
import type { ReplicaPosition } from '#protocol/devices.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import { ChangeLog } from './change-log.ts';
import { factColumns } from './device-row.ts';

const actor = (...groups: string[]): TechnicianActor => ({
  kind: 'technician',
  id: newId(),
  name: 'a@example.com',
  role: groups.length === 0 ? 'administrator' : 'technician',
  groups: groups.length === 0 ? 'all' : new Set(groups),
  from: null,
});

describe('Change log', () => {
  let store: Store;
  let log: ChangeLog;
  before(async () => {
    store = await openStore({ folder: temporaryFolder() });
    whenDone(() => store.close());
    log = new ChangeLog(store);
  });

  const newGroup = (): Promise<string> =>
    store.write(async (tx) => {
      const id = newId();
      const row = { id, name: id, name_key: id, created_at: 1, deleted_at: null, seq: await tx.nextSeq() };
      await tx.db.insertInto('device_groups').values(row).execute();
      return id;
    });
  const add = (group: string): Promise<string> =>
    store.write(async (tx) => {
      const facts = newFacts();
      const row: DeviceRow = {
        ...{ id: newId(), group_id: group, nickname: null, state: 'active', joined_at: 1, last_seen_at: null },
        ...{ public_key: newId(), installer_id: null, waiting_for: null, deleted_at: null, moved_seq: null },
        ...{ set_up_by: null, password_stored: 0, access_blocked: 0, deleted_by: null },
        ...factColumns(facts),
        facts: JSON.stringify(facts),
        seq: await tx.nextSeq(),
      };
      await tx.db.insertInto('devices').values(row).execute();
      return row.id;
    });
  const change = (id: string, values: (seq: number) => Partial<DeviceRow>): Promise<void> =>
    store.write(async (tx) => {
      const seq = await tx.nextSeq();
      await tx.db
        .updateTable('devices')
        .set({ ...values(seq), seq })
        .where('id', '=', id)
        .execute();
    });
  async function readAll(who: TechnicianActor, since: ReplicaPosition | null, limit: number) {
    const pages = [];
    for (let position = since; ;) {
      const page = await log.read(who, position, limit);
      pages.push(page);
      position = page.position;
      if (!page.more) return pages;
    }
  }

  it('comes in pages that together hold each device once', async () => {
    const group = await newGroup();
    const ids = [];
    for (let index = 0; index < 25; index++) ids.push(await add(group));
    const pages = await readAll(actor(group), null, 10);
    assert.deepEqual(
      pages.map(({ devices }) => devices.length),
      [10, 10, 5],
    );
    assert.deepEqual(
      pages.map(({ reset }) => reset),
      [true, false, false],
    );
    assert.deepEqual(
      pages.flatMap(({ devices }) => devices.map(({ id }) => id)),
      ids,
    );
    assert.deepEqual(
      pages[0]?.groups.map(({ id }) => id),
      [group],
    );
  });

  it('says nothing of deleted devices to an empty replica, and of each to a filled one', async () => {
    const group = await newGroup();
    const who = actor(group);
    const id = await add(group);
    const { position } = await log.read(who, null);
    await change(id, () => ({ deleted_at: 2 }));
    const later = await log.read(who, position);
    assert.deepEqual([later.devices, later.removed], [[], [id]]);
    const fresh = await log.read(who, null);
    assert.deepEqual([fresh.devices, fresh.removed], [[], []]);
  });

  it('takes a device that was moved out of sight out of the replica, and brings it to whom it came into sight', async () => {
    const [one, two] = [await newGroup(), await newGroup()];
    const id = await add(one);
    const position = (await log.read(actor(one), null)).position;
    const otherPosition = (await log.read(actor(two), null)).position;
    await change(id, (seq) => ({ group_id: two, moved_seq: seq }));
    const [lost, found] = [await log.read(actor(one), position), await log.read(actor(two), otherPosition)];
    assert.deepEqual([lost.devices, lost.removed], [[], [id]]);
    assert.deepEqual([found.devices.map((device) => device.id), found.removed], [[id], []]);
  });

  it('is open to a technician without any group, and empty', async () => {
    const nobody = { ...actor('x'), groups: new Set<string>() };
    const answer = await log.read(nobody, null);
    assert.deepEqual([answer.devices, answer.groups, answer.more], [[], [], false]);
    assert.equal((await log.read(nobody, answer.position)).reset, false);
  });
});
