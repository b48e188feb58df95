import { createHmac, randomInt } from 'node:crypto';
import { LatchkeyError } from '#protocol/errors.ts';
import { AttemptLimiter } from '../accounts/attempt-limiter.ts';
import { networkOf } from '../accounts/network-of.ts';

interface Kept {
  readonly session: string;
  readonly expiresAt: number;
  state: 'open' | 'used' | 'over';
}

/** Keys that are open at once: the more there are, the easier one is guessed. */
const mostOpen = 1000;
/** Milliseconds for which a key that is no longer good is told from one that never was. */
const memory = 60 * 60 * 1000;

/**
 * The nine-digit keys of sessions that wait for a customer, each good for one.
 *
 * Why guessing is hopeless: a guess is right with a chance of K in 1,000,000,000 where K keys are open. One network has five
 * guesses, then ever longer waits, and in the long run one in ten minutes: with 20 keys open, one success in some 950
 * years. All networks together have 60 guesses at once and ten a minute in the long run, whoever they are: with 20 keys
 * open, one success in nine to ten years of an attack that never stops, keeps every customer out meanwhile, and shows in
 * `latchkey_session_keys_total`. What it wins is to be looked at by a technician.
 *
 * Keys are kept as HMACs with a secret of this hub: too few digits for a plain hash to hide. Looking one up takes a time
 * that depends on the HMAC alone, of which a guesser knows nothing.
 */
export class SessionKeys {
  private readonly secret: Buffer;
  private readonly keys = new Map<string, Kept>();
  private readonly bySession = new Map<string, string>();
  private readonly byNetwork = new AttemptLimiter({ free: 5, firstDelay: 10, longestDelay: 3600, decay: 600 });
  private readonly altogether = new AttemptLimiter({ free: 60, firstDelay: 6, longestDelay: 6, decay: 6 });

  /** @param secret 32 bytes for this alone */
  constructor(secret: Buffer) {
    this.secret = secret;
  }

  /**
   * A new key; the one that the session had before is good no more.
   * @throws LatchkeyError `rpc.tooMany` where too many are open
   */
  issue(session: string, expiresAt: number): string {
    this.forget();
    this.drop(session);
    if (this.bySession.size >= mostOpen) throw new LatchkeyError('rpc.tooMany', { seconds: 60 });
    for (;;) {
      const key = String(randomInt(1_000_000_000)).padStart(9, '0');
      const hash = this.hash(key);
      if (this.keys.has(hash)) continue;
      this.keys.set(hash, { session, expiresAt, state: 'open' });
      this.bySession.set(session, hash);
      return key;
    }
  }

  /** The HMAC of the session's key that is open. */
  hashOf(session: string): string | undefined {
    return this.bySession.get(session);
  }

  /** A key that was issued before the hub's start. */
  restore(session: string, hash: string, expiresAt: number, used: boolean): void {
    this.keys.set(hash, { session, expiresAt, state: used ? 'used' : 'open' });
    if (!used) this.bySession.set(session, hash);
  }

  /**
   * Uses the key up.
   * @param from the network address that it came from
   * @returns the session that it leads into
   * @throws LatchkeyError `session.keyWrong`, `session.keyUsed`, `session.keyExpired`, `rpc.tooMany`
   */
  use(key: string, from: string): string {
    const network = networkOf(from);
    const seconds = Math.max(this.byNetwork.secondsToWait(network), this.altogether.secondsToWait(''));
    // A right key is not let through either: else a guess would cost nothing.
    if (seconds > 0) throw new LatchkeyError('rpc.tooMany', { seconds });
    const kept = this.keys.get(this.hash(key));
    if (kept?.state === 'open' && kept.expiresAt > Date.now()) {
      kept.state = 'used';
      this.bySession.delete(kept.session);
      return kept.session;
    }
    this.byNetwork.fail(network);
    this.altogether.fail('');
    if (!kept) throw new LatchkeyError('session.keyWrong');
    throw new LatchkeyError(kept.state === 'used' ? 'session.keyUsed' : 'session.keyExpired');
  }

  /** The session's key is good no more. */
  drop(session: string): void {
    const hash = this.bySession.get(session);
    const kept = hash === undefined ? undefined : this.keys.get(hash);
    this.bySession.delete(session);
    if (kept) kept.state = 'over';
  }

  private hash(key: string): string {
    return createHmac('sha256', this.secret).update(key).digest('base64url');
  }

  private forget(): void {
    const long = Date.now() - memory;
    for (const [hash, { expiresAt, session }] of this.keys) {
      if (expiresAt > long) continue;
      this.keys.delete(hash);
      if (this.bySession.get(session) === hash) this.bySession.delete(session);
    }
  }
}
