import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { percentages } from './percentages.ts';

describe('Percentages of a list', () => {
  it('are 100 together, whatever is rounded', () => {
    assert.deepEqual(percentages([173, 27]), { values: [87, 13], digits: 0 }, '86.5 and 13.5');
    assert.deepEqual(percentages([1, 1, 1]), { values: [34, 33, 33], digits: 0 });
    for (const parts of [
      [7, 11, 13],
      [1, 999],
      [3, 0, 5, 2000],
      [1, 2, 3, 4, 5, 6, 7],
      [86_499, 13_501],
    ]) {
      const { values } = percentages(parts);
      assert.equal(Math.round(values.reduce((all, value) => all + value, 0) * 10), 1000, parts.join());
    }
  });

  it('have a digit behind the point, all of them, where one is below one percent', () => {
    assert.deepEqual(percentages([995, 5, 0]), { values: [99.5, 0.5, 0], digits: 1 });
    assert.deepEqual(percentages([99, 1]), { values: [99, 1], digits: 0 });
  });

  it('leave room for what is not in the list, and are nothing of nothing', () => {
    assert.deepEqual(percentages([1, 1], 3), { values: [34, 33], digits: 0 });
    assert.deepEqual(percentages([0, 0]), { values: [0, 0], digits: 0 });
    assert.deepEqual(percentages([]), { values: [], digits: 0 });
  });
});
