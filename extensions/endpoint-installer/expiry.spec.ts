import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExpiry } from './expiry.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const day = 86_400_000;

describe('The expiry of an installer', () => {
  it('is never, a duration, the end of a day, or a time', () => {
    assert.equal(parseExpiry(undefined, now), null);
    assert.equal(parseExpiry(' ', now), null);
    assert.equal(parseExpiry('never', now), null);
    assert.equal(parseExpiry('12h', now), now + day / 2);
    assert.equal(parseExpiry('30d', now), now + 30 * day);
    assert.equal(parseExpiry('4w', now), now + 28 * day);
    assert.equal(parseExpiry('2026-12-31', now), new Date(2026, 11, 31, 23, 59, 59, 999).getTime());
    assert.equal(parseExpiry('2026-12-31T10:00:00Z', now), Date.parse('2026-12-31T10:00:00Z'));
  });

  it('is refused where it cannot be read or lies in the past', () => {
    for (const text of ['soon', '5', '2026-13-01', '2026-12-31Tx', '-3d']) {
      assert.equal(parseExpiry(text, now), 'error.expiresUnreadable', text);
    }
    for (const text of ['0d', '2026-11-20', '2001-01-01T00:00:00Z']) {
      assert.equal(parseExpiry(text, now), 'error.expiresPast', text);
    }
  });
});
