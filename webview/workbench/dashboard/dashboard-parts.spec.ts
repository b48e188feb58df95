import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeviceCensus } from '#core/workbench/devices/device-census.ts';
import { groupParts, mostGroups, presenceParts, systemParts, versionParts } from './dashboard-parts.ts';

const t = (key: string, args?: Record<string, string | number>): string =>
  [key, ...Object.values(args ?? {})].join(' ');
const census = (change: Partial<DeviceCensus>): DeviceCensus => ({
  ...{ total: 0, waiting: 0, presence: { offline: 0, online: 0, asleep: 0, inSession: 0 } },
  ...{ systems: new Map(), versions: new Map(), groups: new Map() },
  ...change,
});

describe('Parts of the dashboard’s pictures', () => {
  it('shows the largest of 200 groups one by one and the rest as one, with nobody counted twice', () => {
    const groups = new Map(
      Array.from({ length: 200 }, (_, index) => [`g${index}`, { total: index + 1, reachable: index % 3 }]),
    );
    const parts = groupParts(census({ groups }), (id) => `Group ${id}`, t);
    assert.equal(parts.length, mostGroups + 1);
    assert.deepEqual([parts[0]?.id, parts[0]?.query], ['g199', 'group:"Group g199"']);
    const rest = parts.at(-1)!;
    assert.deepEqual([rest.label, rest.query], ['dashboard.otherGroups 190', undefined]);
    const sum = (read: (part: (typeof parts)[number]) => number): number =>
      parts.reduce((all, part) => all + read(part), 0);
    assert.equal(
      sum(({ value }) => value),
      (200 * 201) / 2,
    );
    assert.equal(
      sum(({ reachable = 0 }) => reachable),
      [...groups.values()].reduce((all, { reachable }) => all + reachable, 0),
    );
  });

  it('has the newest version first, by number and not by letter', () => {
    const versions = new Map([
      ['1.9.0', 1],
      ['1.10.0', 2],
      ['0.9.12', 3],
    ]);
    assert.deepEqual(
      versionParts(census({ versions }), t).map(({ id }) => id),
      ['1.10.0', '1.9.0', '0.9.12'],
    );
  });

  it('finds those of each part and no others: in a session is online too', () => {
    const parts = presenceParts(census({}), t);
    assert.deepEqual(
      parts.map(({ query }) => query),
      ['is:online -is:inSession', 'is:inSession', 'is:asleep', 'is:offline'],
    );
    const systems = new Map([
      ['linux', 1],
      ['windows', 9],
    ]);
    assert.deepEqual(
      systemParts(census({ systems })).map(({ query }) => query),
      ['os:windows', 'os:linux'],
    );
  });
});
