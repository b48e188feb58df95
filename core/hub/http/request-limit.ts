import { LatchkeyError } from '#protocol/errors.ts';
import { AttemptLimiter, type AttemptLimits } from '../accounts/attempt-limiter.ts';
import { networkOf } from '../accounts/network-of.ts';

/**
 * A limit on what one network may ask of a path that is open to everybody.
 * @returns to be called with the caller's address at each request; throws LatchkeyError `rpc.tooMany`
 */
export function requestLimit(limits: AttemptLimits): (address: string) => void {
  const limiter = new AttemptLimiter(limits);
  return (address) => {
    const network = networkOf(address);
    const seconds = limiter.secondsToWait(network);
    if (seconds > 0) throw new LatchkeyError('rpc.tooMany', { seconds });
    limiter.fail(network);
  };
}
