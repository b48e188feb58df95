import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Device } from '#protocol/devices.ts';
import type { DeviceEntry } from './device-entry.ts';
import { compileQuery, filterDevices } from './device-query.ts';
import { DeviceTable } from './device-table.ts';
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
  const queries = [
    ...[
      'desk',
      'desk-1',
      'till',
      '-desk',
      '-desk -till',
      'desk till',
      'os:linux -desk',
      'till -desk-2 os:windows',
      'é',
    ],
    ...['is:online srv', 'name~till', 'host:srv-10', 'nickname:"till 30"', 'state:active version:1', 'group:berlin 7'],
    ...['desk (is:online or os:linux)', 'till or host~srv-2', '-(srv or -is:online)', 'joined>1d -till'],
    // Ends one name and begins the next.
    ...['0d', '9srv', '0t'],
  ];

  function assertRight(index: ReplicaIndex, step: string): void {
    for (const text of queries) {
      const query = compileQuery(text, { groups: [group] });
      for (const list of [index.all(), index.inGroup(group.id)]) {
        // The plain way: each device by itself, in the order by name.
        const plain = [...index.all()]
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

  const many = (nickname: (number: number) => string | null): ReplicaIndex => {
    const index = new ReplicaIndex();
    index.setGroup(group);
    for (let i = 0; i < 3000; i++) index.setDevice(device(i, `${i % 2 ? 'DESK' : 'srv'}-${i}`, nickname(i)));
    for (let i = 0; i < 3000; i += 5) index.setPresence([device(i, '').id, 'online', i]);
    return index;
  };
  const till = (number: number): string | null => (number % 10 === 0 ? `Till ${number}` : null);

  it('finds what looking at each device finds, also after devices changed, came and went', () => {
    const index = many(till);
    assertRight(index, 'at first');
    for (let i = 0; i < 12; i++) {
      // From then on most devices stand in a table, the others beside it.
      if (i % 5 === 2) index.gather();
      index.setDevice(device(i * 7, `desk-new-${i}`, i % 2 ? 'Café' : null));
      index.setDevice(device(i * 7, `desk-newer-${i}`));
      index.remove(device(i * 11 + 1, '').id);
      index.setDevice(device(5000 + i, `till-${i}`));
      assertRight(index, `after change ${i}`);
    }
    for (let i = 0; i < 900; i++) index.setDevice(device(i * 3, `till-${i}`));
    assertRight(index, 'after many changes');
    for (let i = 0; i < 2900; i++) index.remove(device(i, '').id);
    assertRight(index, 'when few are left');
    index.gather();
    assertRight(index, 'when few are left, in a table');
  });

  it('finds names with accents in a table too', () => {
    const index = many((number) => (number % 100 === 0 ? `Straße ${number} Café` : null));
    index.gather();
    assertRight(index, 'with accents');
    const found = filterDevices(index.all(), compileQuery('STRASSE cafe 200 -2000', { groups: [] }));
    assert.deepEqual(
      found.map(({ name }) => name),
      ['Straße 200 Café', 'Straße 1200 Café', 'Straße 2200 Café'],
    );
  });

  const summary = ({ device, presence, presenceSince }: DeviceEntry) => ({ device, presence, presenceSince });

  it('keeps devices, order, presence and counts when they are gathered in a table', () => {
    const index = many(till);
    index.remove(device(5, '').id);
    const before = index.all().map(summary);
    const counts = [{ ...index.counts() }, { ...index.counts(group.id) }];
    index.gather();
    const same = (): void => {
      assert.deepEqual(index.all().map(summary), before);
      assert.deepEqual([{ ...index.counts() }, { ...index.counts(group.id) }], counts);
      assert.deepEqual(index.inGroup(group.id).slice(10, 20).map(summary), before.slice(10, 20));
      assert.equal(index.all().indexOf(before[77]!.device.id), 77);
      assert.equal(index.get(device(5, '').id), undefined);
    };
    same();
    // As it is opened: nothing but the columns.
    const { columns } = index.gather();
    index.open(new DeviceTable(columns));
    for (const { device, presence, presenceSince } of before) {
      if (presence !== 'offline') index.setPresence([device.id, presence, presenceSince!]);
    }
    same();
  });
});
