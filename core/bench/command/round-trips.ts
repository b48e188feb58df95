import { median } from '../statistics.ts';

const batches = 12;
const batch = 250;

/** The milliseconds of a round trip of two ways, one after the other and in turns, so that both meet the same weather. */
export async function roundTrips(
  ours: () => Promise<unknown>,
  bare: () => Promise<unknown>,
): Promise<{ ours: number; bare: number }> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let run = 0; run <= batches; run++) {
    for (const [name, call] of Object.entries({ ours, bare }) as ['ours' | 'bare', () => Promise<unknown>][]) {
      const start = performance.now();
      for (let at = 0; at < batch; at++) await call();
      // The first of each warms up.
      if (run > 0) times[name].push((performance.now() - start) / batch);
    }
  }
  return { ours: median(times.ours), bare: median(times.bare) };
}
