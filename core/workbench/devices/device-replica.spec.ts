import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { makeTestWorkbench, testDevice, testGroup, until } from '#core/testing/workbench/test-workbench.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { packDevices } from '#core/base/packed-devices.ts';
import { packPresences } from '#core/base/packed-presences.ts';
import { deviceNotifications, type DeviceChanges } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { presenceNotifications, presenceRequests } from '#protocol/presence.ts';
import { MemoryKeyValueStorage } from '../storage/workbench-storage.ts';
import type { ReplicaChanges, ReplicaSnapshot, ReplicaStorage, StoredReplica } from './replica-storage.ts';

class MemoryReplicaStorage implements ReplicaStorage {
  readonly stored = new Map<string, StoredReplica>();
  readonly written = new Subject<'replace' | 'add' | 'clear'>();
  private owner = '';
  async open(owner: string): Promise<StoredReplica | undefined> {
    this.owner = owner;
    return this.stored.get(owner);
  }
  async replace(snapshot: ReplicaSnapshot): Promise<void> {
    this.stored.set(this.owner, { snapshot, changes: [] });
    this.written.next('replace');
  }
  async add(change: ReplicaChanges): Promise<void> {
    const { snapshot, changes } = this.stored.get(this.owner)!;
    this.stored.set(this.owner, { snapshot, changes: [...changes, change] });
    this.written.next('add');
  }
  async clear(): Promise<void> {
    this.stored.delete(this.owner);
    this.written.next('clear');
  }
  close(): void {}
}

const at = (seq: number, scope = 'a') => ({ store: 's', scope, seq });
const page = (seq: number, change: Partial<DeviceChanges> = {}): DeviceChanges => ({
  position: at(seq),
  reset: false,
  groups: [],
  devices: [],
  removed: [],
  more: false,
  ...change,
});
const whole = (): DeviceChanges =>
  page(3, { reset: true, groups: [testGroup], devices: [testDevice('b'), testDevice('a')] });

describe('The device replica (G3, I5)', () => {
  it('fills itself page by page, with presence', async () => {
    const hub = new ScriptedHub();
    hub.changes = (since) =>
      since === null
        ? page(1, { reset: true, groups: [testGroup], devices: [testDevice('b')], more: true })
        : page(2, { devices: [testDevice('a')] });
    hub.presences = [['a'.repeat(16), 'online', 5]];
    const { replica, goOnline } = await makeTestWorkbench({ hub });
    assert.equal(replica.state, 'empty');
    await goOnline();
    assert.deepEqual(hub.asked, [null, at(1)]);
    assert.deepEqual(
      replica.inGroup(testGroup.id).map(({ name }) => name),
      ['pc-a', 'pc-b'],
    );
    assert.deepEqual(replica.counts(testGroup.id), { total: 2, online: 1, waiting: 0 });
  });

  it('takes pages that come packed, and asks for the next one meanwhile', async () => {
    const hub = new ScriptedHub();
    const packed = await Promise.all(['b', 'a', 'c'].map((letter) => packDevices([testDevice(letter)])));
    hub.changes = (since) => {
      const seq = since?.seq ?? 0;
      const first = seq === 0 ? { reset: true, groups: [testGroup] } : {};
      return page(seq + 1, { ...first, packed: packed[seq]!, more: seq < 2 });
    };
    const { replica, goOnline } = await makeTestWorkbench({ hub });
    await goOnline();
    assert.deepEqual(hub.asked, [null, at(1), at(2)]);
    assert.deepEqual(
      replica.all().map(({ name }) => name),
      ['pc-a', 'pc-b', 'pc-c'],
    );
  });

  it('tells of what came before it was interrupted, even where nothing more comes', async () => {
    const hub = new ScriptedHub();
    const letters = ['b', 'a', 'c'];
    let broken = true;
    hub.changes = (since) => {
      const seq = since?.seq ?? 0;
      if (seq === 2 && broken) throw new LatchkeyError('internal', { reference: 'x' });
      if (seq === 2) return page(2);
      return page(seq + 1, { reset: seq === 0, groups: [testGroup], devices: [testDevice(letters[seq]!)], more: true });
    };
    const { replica, connection } = await makeTestWorkbench({ hub });
    replica.start();
    connection.start();
    await until(replica.changes$, () => replica.size === 1);
    await until(connection.status$, ({ state }) => state === 'online');
    await delay(50);
    assert.equal(replica.size, 2);
    broken = false;
    const told = until(replica.changes$, ({ reset }) => reset);
    hub.hangUp();
    await until(connection.status$, ({ state }) => state !== 'online');
    connection.retry();
    await told;
    assert.deepEqual(hub.asked.at(-1), at(2));
  });

  it('follows what changes, and drops what it has seen already', async () => {
    const hub = new ScriptedHub();
    hub.changes = whole;
    const { replica, goOnline } = await makeTestWorkbench({ hub });
    await goOnline();
    const changed = until(replica.changes$, ({ devices }) => devices.size === 2);
    hub.rpc!.notify(deviceNotifications.changed, page(3, { devices: [testDevice('c')] }));
    hub.rpc!.notify(
      deviceNotifications.changed,
      page(5, { devices: [testDevice('a', { nickname: 'Zoe', state: 'waiting' })], removed: ['b'.repeat(16)] }),
    );
    await changed;
    assert.deepEqual(
      replica.all().map(({ name }) => name),
      ['Zoe'],
    );
    assert.equal(replica.counts().waiting, 1);
  });

  it('keeps a presence that comes before the device, and counts what goes offline', async () => {
    const hub = new ScriptedHub();
    hub.changes = whole;
    const { replica, goOnline } = await makeTestWorkbench({ hub });
    await goOnline();
    const c = 'c'.repeat(16);
    hub.rpc!.notify(presenceNotifications.changed, {
      changes: [
        [c, 'online', 1],
        ['a'.repeat(16), 'inSession', 1],
      ],
    });
    hub.rpc!.notify(deviceNotifications.changed, page(4, { devices: [testDevice('c')] }));
    await until(replica.changes$, ({ devices }) => devices.has(c));
    assert.equal(replica.get(c)?.presence, 'online');
    assert.equal(replica.counts().online, 2);
    hub.rpc!.notify(presenceNotifications.changed, { changes: [[c, 'offline', 2]] });
    await until(replica.changes$, ({ presence }) => presence.has(c));
    assert.equal(replica.counts(testGroup.id).online, 1);
  });

  it('takes what changes while it is told who is there for later than that', async () => {
    const hub = new ScriptedHub();
    hub.changes = whole;
    const a = 'a'.repeat(16);
    hub.prepare = (rpc) => {
      rpc.handle(presenceRequests.watchPacked, async () => {
        const packed = await packPresences([[a, 'online', 5]]);
        rpc.notify(presenceNotifications.changed, { changes: [[a, 'asleep', 6]] });
        return { packed };
      });
    };
    const { replica, goOnline } = await makeTestWorkbench({ hub });
    await goOnline();
    assert.equal(replica.get(a)?.presence, 'asleep');
  });

  it('is stale while the connection is lost, then asks from where it stood', async () => {
    const hub = new ScriptedHub();
    hub.changes = (since) => (since ? page(4, { removed: ['a'.repeat(16)] }) : whole());
    const { replica, connection, goOnline } = await makeTestWorkbench({ hub });
    await goOnline();
    hub.hangUp();
    await until(replica.state$, (state) => state === 'stale');
    assert.equal(replica.size, 2);
    connection.retry();
    await until(replica.state$, (state) => state === 'live');
    assert.deepEqual(hub.asked.at(-1), at(3));
    assert.deepEqual(
      replica.all().map(({ name }) => name),
      ['pc-b'],
    );
  });

  it('begins anew when other groups become visible, and with a change too large for a message asks for pages', async () => {
    const hub = new ScriptedHub();
    let answer = whole();
    hub.changes = () => answer;
    const { replica, goOnline } = await makeTestWorkbench({ hub });
    await goOnline();
    answer = page(9, { position: at(9, 'b'), reset: true, groups: [testGroup], devices: [testDevice('z')] });
    hub.rpc!.notify(deviceNotifications.changed, page(0, { position: at(0, 'b'), reset: true, more: true }));
    await until(replica.changes$, ({ devices }) => devices.has('z'.repeat(16)));
    assert.deepEqual(
      replica.all().map(({ name }) => name),
      ['pc-z'],
    );
    answer = page(12, { position: at(12, 'b'), devices: [testDevice('y')] });
    hub.rpc!.notify(deviceNotifications.changed, page(9, { position: at(9, 'b'), more: true }));
    await until(replica.changes$, ({ devices }) => devices.has('y'.repeat(16)));
    assert.equal(replica.size, 2);
  });

  it('opens from storage before the hub answers, and never mixes two accounts', async () => {
    const hub = new ScriptedHub();
    hub.changes = whole;
    const replicaStorage = new MemoryReplicaStorage();
    const storage = new MemoryKeyValueStorage();
    const first = await makeTestWorkbench({ hub, storage, replicaStorage });
    const kept = until(replicaStorage.written, (what) => what === 'replace');
    await first.goOnline();
    await kept;
    first.connection.dispose();

    const away = new ScriptedHub();
    const second = await makeTestWorkbench({ hub: away, storage, replicaStorage });
    second.replica.start();
    await until(second.replica.state$, (state) => state === 'cached');
    assert.equal(second.replica.size, 2);

    away.identity = { ...away.identity, technician: { ...away.identity.technician, id: 'uuuuuuuuuuuuuuuu' } };
    second.connection.start();
    await second.replica.whenLive();
    assert.equal(second.replica.size, 0, 'nothing of the other account');
    assert.deepEqual(away.asked, [null]);
    assert.equal([...replicaStorage.stored.values()][0]?.snapshot.devices.kind.length, 2);
  });

  it('stores what changes beside what it has, and opens with both', async () => {
    const hub = new ScriptedHub();
    hub.changes = whole;
    const replicaStorage = new MemoryReplicaStorage();
    const storage = new MemoryKeyValueStorage();
    const first = await makeTestWorkbench({ hub, storage, replicaStorage });
    const kept = until(replicaStorage.written, (what) => what === 'replace');
    await first.goOnline();
    await kept;
    const added = until(replicaStorage.written, (what) => what === 'add');
    const change = { groups: [{ ...testGroup, name: 'Bonn' }], devices: [testDevice('c')], removed: ['a'.repeat(16)] };
    hub.rpc!.notify(deviceNotifications.changed, page(5, change));
    await added;
    first.connection.dispose();

    const again = new ScriptedHub();
    again.changes = (since) => page(since!.seq);
    const second = await makeTestWorkbench({ hub: again, storage, replicaStorage });
    await second.goOnline();
    assert.deepEqual(again.asked, [at(5)]);
    assert.equal(second.replica.groups()[0]?.name, 'Bonn');
    assert.deepEqual(
      second.replica.all().map(({ name }) => name),
      ['pc-b', 'pc-c'],
    );
  });

  it('keeps nothing of what was seen before other groups became visible', async () => {
    const hub = new ScriptedHub();
    let answer = whole();
    hub.changes = () => answer;
    const replicaStorage = new MemoryReplicaStorage();
    const { goOnline, replica } = await makeTestWorkbench({ hub, replicaStorage });
    const kept = until(replicaStorage.written, (what) => what === 'replace');
    await goOnline();
    await kept;
    answer = page(9, { position: at(9, 'b'), reset: true, groups: [testGroup], devices: [testDevice('z')] });
    const cleared = until(replicaStorage.written, (what) => what === 'clear');
    const keptAgain = until(replicaStorage.written, (what) => what === 'replace');
    hub.rpc!.notify(deviceNotifications.changed, page(0, { position: at(0, 'b'), reset: true, more: true }));
    await cleared;
    await keptAgain;
    assert.equal([...replicaStorage.stored.values()][0]?.snapshot.devices.ids, 'z'.repeat(16));
    assert.equal(replica.size, 1);
  });
});
