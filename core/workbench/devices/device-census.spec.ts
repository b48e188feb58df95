import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Device } from '#protocol/devices.ts';
import { ReplicaIndex } from './replica-index.ts';
import { DeviceTable } from './device-table.ts';

const [berlin, paris] = ['b'.repeat(16), 'p'.repeat(16)];
const device = (letter: string, change: Partial<Device> = {}): Device => ({
  ...{ id: letter.repeat(16), group: berlin, nickname: null, hostName: letter, state: 'active', joinedAt: 1 },
  ...{ system: { platform: 'windows', name: 'Windows 11', version: '10' }, endpointVersion: '1.0.0' },
  ...change,
});

describe('The census of devices', () => {
  it('counts the devices of the table and those that changed since, each once', () => {
    const index = new ReplicaIndex();
    index.open(DeviceTable.of([device('a'), device('b'), device('c', { state: 'waiting' }), device('d')]));
    index.setPresence(['a'.repeat(16), 'online', 1]);
    index.setPresence(['b'.repeat(16), 'inSession', 1]);
    index.setPresence(['d'.repeat(16), 'asleep', 1]);
    index.setDevice(device('b', { group: paris, endpointVersion: '1.1.0' }));
    index.setDevice(device('e', { group: paris, system: { platform: 'linux', name: 'Debian', version: '12' } }));
    index.remove('d'.repeat(16));
    const { groups, systems, versions, ...rest } = index.census();
    assert.deepEqual(rest, { total: 4, waiting: 1, presence: { offline: 2, online: 1, asleep: 0, inSession: 1 } });
    assert.deepEqual(Object.fromEntries(systems), { windows: 3, linux: 1 });
    assert.deepEqual(Object.fromEntries(versions), { '1.0.0': 3, '1.1.0': 1 });
    assert.deepEqual(Object.fromEntries(groups), {
      [berlin]: { total: 2, reachable: 1 },
      [paris]: { total: 2, reachable: 1 },
    });
  });

  it('of nothing is nothing', () => {
    const { total, groups } = new ReplicaIndex().census();
    assert.deepEqual([total, groups.size], [0, 0]);
  });
});
