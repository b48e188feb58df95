import { expect } from 'chai';
import type { Device } from '#protocol/devices.ts';
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

describe('The replica in IndexedDB', () => {
  it('keeps what was written, across chunks, with changes and removals', async () => {
    const owner = `test-${crypto.randomUUID()}`;
    const storage = new IndexedDbReplicaStorage();
    expect(await storage.open(owner)).to.equal(undefined);
    const devices = Array.from({ length: 2500 }, (_, at) => device(at));
    await storage.write({ position: position(1), reset: true, groups: [group], devices, removed: [] });
    const renamed = device(7, { nickname: 'Zoë', state: 'blocked' });
    await storage.write({
      position: position(2),
      reset: false,
      groups: [],
      devices: [renamed, device(3000)],
      removed: [idOf(8)],
    });
    storage.close();

    const again = new IndexedDbReplicaStorage();
    const stored = await again.open(owner);
    expect(stored?.position).to.deep.equal(position(2));
    expect(stored?.groups).to.deep.equal([group]);
    expect(stored?.devices.length).to.equal(2500);
    const byId = new Map(stored?.devices.map((each) => [each.id, each]));
    expect(byId.get(idOf(7))).to.deep.equal(renamed);
    expect(byId.get(idOf(2499))).to.deep.equal(devices[2499]);
    expect(byId.has(idOf(8))).to.equal(false);
    await again.write({ position: position(3), reset: true, groups: [], devices: [device(1)], removed: [] });
    expect((await again.open(owner))?.devices).to.deep.equal([device(1)]);
    again.close();
  });

  it('keeps owners apart', async () => {
    const storage = new IndexedDbReplicaStorage();
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
    await storage.open(one);
    await storage.write({ position: position(1), reset: true, groups: [], devices: [device(1)], removed: [] });
    expect(await storage.open(two)).to.equal(undefined);
    expect((await storage.open(one))?.devices.length).to.equal(1);
    storage.close();
  });
});
