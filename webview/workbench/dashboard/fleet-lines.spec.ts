import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fleetLines, timeMarks, withGaps, type FleetPoint } from './fleet-lines.ts';

const hour = 3_600_000;
const t = (key: string): string => key;
const point = (at: number, versions: Record<string, number> = { '1.0.0': 10 }): FleetPoint => ({
  ...{ at, total: 10, presence: { online: 4, inSession: 1, asleep: 2 }, systems: { windows: 7, linux: 3 }, versions },
});

describe('The lines of the fleet over time', () => {
  it('add up to all devices, however they are told apart', () => {
    const versions = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`1.${index}.0`, 1]));
    const points = [point(0, versions)];
    for (const dimension of ['presence', 'systems', 'versions'] as const) {
      const lines = fleetLines(dimension, points, t);
      assert.equal(
        lines.reduce((sum, { read }) => sum + read(points[0]!), 0),
        10,
        dimension,
      );
    }
  });

  it('leave a gap where the hub was not there', () => {
    const points = withGaps([point(0), point(hour), point(5 * hour)], hour);
    assert.deepEqual(
      points.map((each) => [each.at / hour, 'total' in each]),
      [
        [0, true],
        [1, true],
        [2, false],
        [5, true],
      ],
    );
  });

  it('have their marks at midnight, by the person’s own calendar, when the clocks change too', () => {
    const to = new Date(2026, 9, 28, 15).getTime();
    const marks = timeMarks(to - 7 * 24 * hour, to, 7);
    assert.equal(marks.length, 7);
    assert.ok(marks.every((mark) => new Date(mark).getHours() === 0));
    assert.ok(timeMarks(to - 24 * hour, to, 1).every((mark) => new Date(mark).getHours() % 4 === 0));
  });
});
