import { median } from '../statistics.ts';

const batches = 12;
const batch = 250;

/** The milliseconds of a round trip of several ways, one after the other and in turns, so that all meet the same weather. */
export async function roundTrips<Way extends string>(
  ways: Readonly<Record<Way, () => Promise<unknown>>>,
): Promise<Record<Way, number>> {
  const names = Object.keys(ways) as Way[];
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (let run = 0; run <= batches; run++) {
    for (const name of names) {
      const start = performance.now();
      for (let at = 0; at < batch; at++) await ways[name]();
      // The first of each warms up.
      if (run > 0) times.get(name)!.push((performance.now() - start) / batch);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name)!)])) as Record<Way, number>;
}
