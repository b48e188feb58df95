import { expect } from 'chai';
import type { Device } from '#protocol/devices.ts';
import { DeviceTable } from './device-table.ts';
import { IndexedDbReplicaStorage } from './indexed-db-replica-storage.ts';

const idOf = (number: number): string => number.toString(2).padStart(16, '0').replaceAll('0', 'a').replaceAll('1', 'b');
const device = (number: number, change: Partial<Device> = {}): Device => ({
  id: idOf(number),
  group: 'gggggggggggggggg',
  nickname: number % 3 ? null : `Empfang ${number}`,
  hostName: `pc-${number}`,
  state: 'active',
  system: { platform: 'windows', name: 'Windows 11 Pro', version: '10' },
  endpointVersion: '1.0.0',
  joinedAt: 1000 + number,
  ...change,
});
const position = (seq: number) => ({ store: 's', scope: 'a', seq });
const group = { id: 'gggggggggggggggg', name: 'Berlin', createdAt: 0 };

const snapshot = (seq: number, devices: readonly Device[]) => ({
  position: position(seq),
  groups: [group],
  devices: DeviceTable.of(devices).columns,
});

describe('The replica in IndexedDB', () => {
  it('keeps what was written, and the changes since', async () => {
    const owner = `test-${crypto.randomUUID()}`;
    const storage = new IndexedDbReplicaStorage();
    expect(await storage.open(owner)).to.equal(undefined);
    const devices = Array.from({ length: 2500 }, (_, at) => device(at));
    await storage.replace(snapshot(1, devices));
    const renamed = device(7, { nickname: 'Zoë', state: 'blocked' });
    const changes = [
      { position: position(2), groups: [], devices: [renamed, device(3000)], removed: [idOf(8)] },
      { position: position(3), groups: [], devices: [], removed: [idOf(9)] },
    ];
    for (const each of changes) await storage.add(each);
    storage.close();

    const again = new IndexedDbReplicaStorage();
    const stored = await again.open(owner);
    expect(stored?.changes).to.deep.equal(changes);
    expect(stored?.snapshot.position).to.deep.equal(position(1));
    expect(stored?.snapshot.groups).to.deep.equal([group]);
    const table = new DeviceTable(stored!.snapshot.devices);
    expect(Array.from({ length: table.length }, (_, row) => table.device(row))).to.deep.equal(devices);
    await again.replace(snapshot(4, [device(1)]));
    expect(await again.open(owner)).to.deep.equal({ snapshot: snapshot(4, [device(1)]), changes: [] });
    await again.clear();
    expect(await again.open(owner)).to.equal(undefined);
    again.close();
  });

  it('can begin to read before it is known who opens it', async () => {
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
    const before = new IndexedDbReplicaStorage();
    await before.open(one);
    await before.replace(snapshot(1, [device(1)]));
    before.close();
    const storage = new IndexedDbReplicaStorage();
    storage.begin(one);
    expect(await storage.open(two)).to.equal(undefined);
    storage.close();
    storage.begin(one);
    expect((await storage.open(one))?.snapshot.position.seq).to.equal(1);
    await storage.add({ position: position(2), groups: [], devices: [], removed: [] });
    expect((await storage.open(one))?.changes.length).to.equal(1, 'the database is open, for writing too');
    storage.close();
  });

  it('keeps owners apart', async () => {
    const storage = new IndexedDbReplicaStorage();
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
    await storage.open(one);
    await storage.replace(snapshot(1, [device(1)]));
    expect(await storage.open(two)).to.equal(undefined);
    expect((await storage.open(one))?.snapshot.devices.kind.length).to.equal(1);
    storage.close();
  });
});
