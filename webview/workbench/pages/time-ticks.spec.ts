import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { timeTicks } from './time-ticks.ts';

const at = (text: string): number => new Date(text).getTime();
const shownBetween = (from: number, to: number): string[] => {
  const { marks, style } = timeTicks(from, to, 6);
  const format = new Intl.DateTimeFormat('en-GB', style);
  return marks.map((mark) => format.format(mark));
};
const shown = (from: string, to: string): string[] => shownBetween(at(from), at(to));

describe('Marks of a time axis', () => {
  it('stand at full seconds, minutes, hours and days', () => {
    assert.deepEqual(shown('2026-11-21T15:15:13', '2026-11-21T15:16:20'), [
      '15:15:15',
      '15:15:30',
      '15:15:45',
      '15:16:00',
      '15:16:15',
    ]);
    assert.deepEqual(shown('2026-11-21T15:13', '2026-11-21T15:55'), ['15:20', '15:30', '15:40', '15:50']);
    assert.deepEqual(shown('2026-11-21T07:13', '2026-11-22T06:00'), ['12:00', '18:00', '0:00', '6:00']);
    assert.deepEqual(shown('2026-11-19T07:13', '2026-11-23T06:00'), ['20 Nov', '21 Nov', '22 Nov', '23 Nov']);
  });

  it('are few and all of them different, however long it is', () => {
    const from = at('2026-03-01T09:41:07');
    for (let length = 900; length < 400 * 86_400_000; length = Math.ceil(length * 1.3)) {
      const marks = shownBetween(from, from + length);
      assert.ok(marks.length <= 7, `${length}: ${marks.join()}`);
      assert.equal(new Set(marks).size, marks.length, `${length}: ${marks.join()}`);
    }
  });
});
