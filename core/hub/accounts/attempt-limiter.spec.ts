import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LatchkeyError } from '#protocol/errors.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { networkOf } from './network-of.ts';

describe('AttemptLimiter', () => {
  const tooMany = (seconds: number) => (error: LatchkeyError) =>
    error.code === 'account.tooManyAttempts' && error.args.seconds === seconds;

  function limiter(): { limiter: AttemptLimiter; pass: (seconds: number) => void } {
    let now = 1_000_000;
    return {
      limiter: new AttemptLimiter({ free: 3, firstDelay: 2, longestDelay: 10, decay: 100 }, () => now),
      pass: (seconds) => void (now += seconds * 1000),
    };
  }

  it('doubles the wait with each failure, up to a longest one', () => {
    const { limiter: limit, pass } = limiter();
    for (let index = 0; index < 3; index++) limit.attempt('a');
    assert.throws(() => limit.attempt('a'), tooMany(2));
    pass(2);
    limit.attempt('a');
    assert.throws(() => limit.attempt('a'), tooMany(4));
    pass(4);
    limit.attempt('a');
    assert.throws(() => limit.attempt('a'), tooMany(8));
    pass(8);
    limit.attempt('a');
    assert.throws(() => limit.attempt('a'), tooMany(10));
    limit.attempt('b');
  });

  it('forgives all at a success, and forgets one after another as time passes', () => {
    const { limiter: limit, pass } = limiter();
    for (let index = 0; index < 3; index++) limit.attempt('a');
    limit.forgive('a');
    for (let index = 0; index < 3; index++) limit.attempt('a');
    assert.throws(() => limit.attempt('a'));
    pass(200);
    limit.attempt('a');
    limit.attempt('a');
    assert.throws(() => limit.attempt('a'));
  });

  it('takes one attempt back and leaves those before', () => {
    const { limiter: limit } = limiter();
    for (let index = 0; index < 5; index++) {
      limit.attempt('a');
      limit.takeBack('a');
    }
    limit.attempt('a');
    limit.attempt('a');
    limit.attempt('a');
    limit.takeBack('a');
    limit.attempt('a');
    assert.throws(() => limit.attempt('a'), tooMany(2));
  });

  it('counts a whole IPv6 network as one address', () => {
    assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
    assert.equal(networkOf('2001:db8:1:2::9'), '2001:db8:1:2');
    assert.equal(networkOf('2001:db8::9'), '2001:db8:0:0');
    assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
  });
});
