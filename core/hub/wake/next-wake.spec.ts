import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WakeScheduleInput } from '#protocol/wake.ts';
import { isTimeZone, nextWake } from './next-wake.ts';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
const next = (schedule: Partial<Pick<WakeScheduleInput, 'days' | 'time' | 'zone'>>, after: string): string =>
  new Date(
    nextWake({ days: [...weekdays], time: '07:00', zone: 'Europe/Berlin', ...schedule }, Date.parse(after)),
  ).toISOString();

describe('When a schedule wakes next (X6)', () => {
  it('X6: every weekday at seven, as the clocks there show it', () => {
    assert.equal(next({}, '2026-01-09T05:59:59Z'), '2026-01-09T06:00:00.000Z', 'a Friday, before');
    assert.equal(next({}, '2026-01-09T06:00:00Z'), '2026-01-12T06:00:00.000Z', 'at the time itself: not again');
    assert.equal(next({ zone: 'America/New_York' }, '2026-01-11T23:00:00Z'), '2026-01-12T12:00:00.000Z');
    // There Monday has begun while it is Sunday in Europe.
    assert.equal(next({ zone: 'Pacific/Auckland' }, '2026-01-11T12:00:00Z'), '2026-01-11T18:00:00.000Z');
  });

  it('X6: stays at seven when summer time begins and ends', () => {
    assert.equal(next({}, '2026-03-27T12:00:00Z'), '2026-03-30T05:00:00.000Z');
    assert.equal(next({}, '2026-10-23T12:00:00Z'), '2026-10-26T06:00:00.000Z');
  });

  it('X6: a time that is skipped comes an hour later, one that comes twice counts once', () => {
    const sunday = { days: ['sunday' as const], time: '02:30' };
    assert.equal(next(sunday, '2026-03-28T12:00:00Z'), '2026-03-29T01:30:00.000Z', '03:30 in Berlin');
    const first = next(sunday, '2026-10-24T12:00:00Z');
    assert.equal(first, '2026-10-25T00:30:00.000Z', 'the first 02:30');
    assert.equal(next(sunday, first), '2026-11-01T01:30:00.000Z', 'not the second one');
  });

  it('X6: knows time zones by their names alone', () => {
    assert.deepEqual(['Europe/Berlin', 'UTC', '+02:00', 'Mars/Base', ''].map(isTimeZone), [
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
