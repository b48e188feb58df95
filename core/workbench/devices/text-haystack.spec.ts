import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Device } from '#protocol/devices.ts';
import { compileQuery, filterDevices } from './device-query.ts';
import { ReplicaIndex } from './replica-index.ts';

const group = { id: 'g'.repeat(16), name: 'Berlin', createdAt: 0 };
const device = (number: number, hostName: string, nickname: string | null = null): Device => ({
  id: String(number).padStart(16, 'a'),
  group: group.id,
  nickname,
  hostName,
  state: 'active',
  system: { platform: number % 3 === 0 ? 'linux' : 'windows', name: 'System', version: '1' },
  endpointVersion: '1.0.0',
  joinedAt: 0,
});

describe('Filtering long lists of devices (X9)', () => {
  const queries = ['desk', 'desk-1', 'till', '-desk', '-desk -till', 'os:linux -desk', 'till -desk-2 os:windows', 'é'];

  function assertRight(index: ReplicaIndex, step: string): void {
    for (const text of queries) {
      const query = compileQuery(text, { groups: [group] });
      for (const list of [index.all(), index.inGroup(group.id)]) {
        // The plain way: each device by itself, in the order by name.
        const plain = [...index.values()]
          .filter(query.matches)
          .sort((a, b) => (a.sortKey < b.sortKey ? -1 : a.sortKey > b.sortKey ? 1 : a.id < b.id ? -1 : 1));
        const found = filterDevices(list, query);
        assert.deepEqual(
          found.map(({ id }) => id),
          plain.map(({ id }) => id),
          `${text} ${step}`,
        );
      }
    }
  }

  it('finds what looking at each device finds, also after devices changed, came and went', () => {
    const index = new ReplicaIndex();
    for (let i = 0; i < 3000; i++) {
      index.setDevice(device(i, `${i % 2 ? 'DESK' : 'srv'}-${i}`, i % 10 === 0 ? `Till ${i}` : null));
    }
    assertRight(index, 'at first');
    for (let i = 0; i < 12; i++) {
      index.setDevice(device(i * 7, `desk-new-${i}`, i % 2 ? 'Café' : null));
      index.setDevice(device(i * 7, `desk-newer-${i}`));
      index.remove(device(i * 11 + 1, '').id);
      index.setDevice(device(5000 + i, `till-${i}`));
      assertRight(index, `after change ${i}`);
    }
    // More at once than is kept beside the text.
    for (let i = 0; i < 900; i++) index.setDevice(device(i * 3, `till-${i}`));
    assertRight(index, 'after many changes');
    for (let i = 0; i < 2900; i++) index.remove(device(i, '').id);
    assertRight(index, 'when few are left');
  });
});
