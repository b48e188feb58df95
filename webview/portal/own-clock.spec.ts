import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byOwnClock } from './own-clock.ts';

describe('The time that a customer has left (A1)', () => {
  it('is the same, however wrong the clock of the computer is', () => {
    const hub = 1_800_000_000_000;
    const answer = { expiresAt: hub + 600_000, now: hub };
    for (const wrong of [0, 5 * 3_600_000, -30 * 3_600_000]) {
      assert.equal(byOwnClock(answer, hub + wrong).expiresAt, hub + wrong + 600_000);
    }
    assert.equal(byOwnClock({ expiresAt: hub }).expiresAt, hub, 'of a hub that does not tell');
  });
});
