import { LatchkeyError } from '#protocol/errors.ts';

interface Attempts {
  failures: number;
  /** No attempt is let through before. */
  blockedUntil: number;
  lastAt: number;
}

export interface AttemptLimits {
  /** Failures that cost nothing yet. */
  readonly free: number;
  /** Seconds to wait after the first failure beyond; doubled with each further one. */
  readonly firstDelay: number;
  /** The longest wait, seconds. */
  readonly longestDelay: number;
  /** In so many seconds without an attempt one failure is forgotten. */
  readonly decay: number;
}

/** After so long without an attempt a key is dropped, milliseconds. */
const memory = 24 * 60 * 60 * 1000;
const mostKeys = 50_000;

/** Slows down whoever guesses: each failure beyond the free ones doubles the wait until the next attempt. */
export class AttemptLimiter {
  private readonly limits: AttemptLimits;
  private readonly now: () => number;
  private readonly keys = new Map<string, Attempts>();

  constructor(limits: AttemptLimits, now: () => number = Date.now) {
    this.limits = limits;
    this.now = now;
  }

  /**
   * Counts an attempt as failed from the start, so that many at once count as many; `forgive` and `takeBack` undo that.
   * @throws LatchkeyError `account.tooManyAttempts` with the seconds to wait
   */
  attempt(key: string): void {
    const seconds = this.secondsToWait(key);
    if (seconds > 0) throw new LatchkeyError('account.tooManyAttempts', { seconds });
    this.fail(key);
  }

  /** How long this key has to wait for its next attempt; 0: not at all. */
  secondsToWait(key: string): number {
    const blockedUntil = this.keys.get(key)?.blockedUntil ?? 0;
    return Math.max(0, Math.ceil((blockedUntil - this.now()) / 1000));
  }

  /** Counts a failure, for those whose many good attempts at once must not count as bad ones. */
  fail(key: string): void {
    const now = this.now();
    const attempts = this.keys.get(key) ?? { failures: 0, blockedUntil: 0, lastAt: now };
    const forgotten = Math.floor((now - attempts.lastAt) / (this.limits.decay * 1000));
    attempts.failures = Math.max(0, attempts.failures - forgotten) + 1;
    attempts.lastAt = now;
    const beyond = attempts.failures - this.limits.free;
    if (beyond >= 0) {
      const seconds = Math.min(this.limits.firstDelay * 2 ** Math.min(beyond, 30), this.limits.longestDelay);
      attempts.blockedUntil = now + seconds * 1000;
    }
    this.keys.delete(key);
    this.keys.set(key, attempts);
    this.drop(now);
  }

  /** The attempt was no guess, and neither were those before: all is forgotten for this key. */
  forgive(key: string): void {
    this.keys.delete(key);
  }

  /** The attempt was no guess: it does not count. Those before do. */
  takeBack(key: string): void {
    const attempts = this.keys.get(key);
    if (!attempts) return;
    attempts.failures--;
    attempts.blockedUntil = 0;
  }

  /** Keys stand in the order of their last attempt: the oldest come first. */
  private drop(now: number): void {
    for (const [key, { lastAt }] of this.keys) {
      if (now - lastAt < memory && this.keys.size <= mostKeys) return;
      this.keys.delete(key);
    }
  }
}
