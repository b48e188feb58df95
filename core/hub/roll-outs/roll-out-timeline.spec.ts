import assert from 'node:assert/strict';
import { it } from 'node:test';
import { timelineOf } from './roll-out-timeline.ts';

it('D1: a roll-out over time has a hundred moments at most, however many joined and when', () => {
  for (const apart of [1, 2, 98, 99, 1000]) {
    const times = Array.from({ length: 5000 }, (_, at) => 1_000_000 + at * apart);
    const timeline = timelineOf(0, times);
    assert.ok(timeline.length <= 100, `${timeline.length}`);
    assert.deepEqual(timeline[0], { at: 0, joined: 0 });
    assert.deepEqual(timeline.at(-1), { at: times.at(-1), joined: 5000 });
  }
});

it('D1: few joins are each a moment of their own', () => {
  assert.deepEqual(timelineOf(0, [7, 5]), [
    { at: 0, joined: 0 },
    { at: 5, joined: 1 },
    { at: 7, joined: 2 },
  ]);
});
