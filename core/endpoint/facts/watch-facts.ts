import { isDeepStrictEqual } from 'node:util';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { Disposable } from '#core/base/lifecycle.ts';
import type { FactsSource } from './facts-source.ts';

/** Computed boot times wander with the clock; a restart moves them by more than this. Milliseconds. */
export const bootTolerance = 60_000;

/** Whether two readings say the same. */
export function sameFacts(a: DeviceFacts, b: DeviceFacts): boolean {
  if (Math.abs(a.bootedAt - b.bootedAt) > bootTolerance) return false;
  return isDeepStrictEqual({ ...a, bootedAt: 0 }, { ...b, bootedAt: 0 });
}

/**
 * Looks at the facts now and again, and tells of a change once two readings in a row agree: an interface that comes up
 * changes several times within a moment.
 * @param sent what was told last
 * @param interval seconds between two looks; 0: never
 */
export function watchFacts(
  source: FactsSource,
  sent: DeviceFacts,
  interval: number,
  onChange: (facts: DeviceFacts) => void,
): Disposable {
  if (interval <= 0) return { dispose: () => {} };
  let disposed = false;
  let timer: NodeJS.Timeout | undefined;
  let candidate: DeviceFacts | undefined;
  const plan = (seconds: number): void => {
    if (!disposed) timer = setTimeout(() => void look(), seconds * 1000);
  };
  const look = async (): Promise<void> => {
    let facts: DeviceFacts;
    try {
      facts = await source.read();
    } catch {
      // What cannot be read now may be readable at the next look.
      return plan(interval);
    }
    if (disposed) return;
    if (sameFacts(facts, sent)) {
      candidate = undefined;
    } else if (candidate && sameFacts(facts, candidate)) {
      sent = facts;
      candidate = undefined;
      onChange(facts);
    } else {
      candidate = facts;
      return plan(Math.min(2, interval));
    }
    plan(interval);
  };
  plan(interval);
  return {
    dispose() {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
