import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Device } from '#protocol/devices.ts';
import { deviceColumnIds, parseSort, sortDevices, sortText } from './device-columns.ts';
import { devicesToCsv, devicesToObjects } from './device-export.ts';
import { ReplicaIndex } from './replica-index.ts';

const groups = new Map([
  ['g'.repeat(16), 'Zürich'],
  ['h'.repeat(16), 'Berlin'],
]);
const context = { groupName: (id: string) => groups.get(id) };
const device = (number: number, change: Partial<Device> = {}): Device => ({
  id: String(number).padStart(16, 'a').replace(/[01]/g, 'b'),
  group: 'g'.repeat(16),
  nickname: null,
  hostName: `pc-${number}`,
  state: 'active',
  system: { platform: 'windows', name: 'Windows 11', version: '10' },
  endpointVersion: '1.9.0',
  joinedAt: 1_700_000_000_000 + number,
  ...change,
});

function index(): ReplicaIndex {
  const made = new ReplicaIndex();
  made.setDevice(device(2, { endpointVersion: '1.10.0' }));
  made.setDevice(device(3, { group: 'h'.repeat(16), nickname: '=Till "3", left' }));
  made.gather();
  made.setDevice(device(4, { joinedAt: 0, nickname: 'Aquarium' }));
  made.setPresence([device(2).id, 'online', 5]);
  return made;
}

describe('Lists of devices by column (X9)', () => {
  it('are sorted by each column both ways, by name where devices are alike, and those without a value last', () => {
    const all = index().all();
    const hosts = (sort: string): string[] =>
      sortDevices(all, parseSort(sort), context).map(({ device }) => device.hostName.slice(3));
    assert.deepEqual(hosts('name'), ['3', '4', '2']);
    assert.deepEqual(hosts('-name'), ['2', '4', '3']);
    assert.deepEqual(hosts('host'), ['2', '3', '4']);
    assert.deepEqual(hosts('-host'), ['4', '3', '2']);
    assert.deepEqual(hosts('group'), ['3', '4', '2']);
    assert.deepEqual(hosts('-group'), ['4', '2', '3']);
    assert.deepEqual(hosts('version'), ['3', '4', '2']);
    assert.deepEqual(hosts('presence'), ['2', '3', '4']);
    assert.deepEqual(hosts('joined'), ['4', '2', '3']);
    assert.deepEqual(hosts('nickname'), ['3', '4', '2']);
    assert.deepEqual(hosts('-nickname'), ['4', '3', '2']);
    assert.deepEqual(hosts('nothing'), hosts('name'));
    for (const id of deviceColumnIds) assert.equal(hosts(`-${id}`).length, 3);
    assert.equal(sortText(parseSort('-joined')), '-joined');
    assert.equal(sortDevices(all, parseSort('-host'), context).idAt(0), device(4).id);
  });

  it('become CSV and JSON, with particulars where they are known and no formulas', () => {
    const made = index();
    made.particulars.set(
      new Map([[device(2).id, { seenAt: 9000, users: ['a', 'b'], addresses: ['10.0.0.1/8'], macs: ['001a2b3c4d5e'] }]]),
    );
    const csv = devicesToCsv(made.all(), ['name', 'group', 'joined', 'user', 'mac'], context);
    assert.deepEqual(csv.split('\r\n'), [
      'name,group,joined,user,mac',
      '"\'=Till ""3"", left",Berlin,2023-11-14T22:13:20.003Z,,',
      'Aquarium,Zürich,1970-01-01T00:00:00.000Z,,',
      'pc-2,Zürich,2023-11-14T22:13:20.002Z,"a\nb",00:1a:2b:3c:4d:5e',
      '',
    ]);
    assert.equal(devicesToCsv([], ['name'], context, { bom: true }), '\ufeffname\r\n');
    assert.deepEqual(devicesToObjects(made.all().slice(1), ['name', 'nickname', 'ip', 'joined'], context), [
      { name: 'Aquarium', nickname: 'Aquarium', ip: null, joined: '1970-01-01T00:00:00.000Z' },
      { name: 'pc-2', nickname: null, ip: ['10.0.0.1'], joined: '2023-11-14T22:13:20.002Z' },
    ]);
  });
});
