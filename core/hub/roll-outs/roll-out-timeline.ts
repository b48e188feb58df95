import type { RollOutProgress } from '#protocol/roll-outs.ts';

/** The most moments: more than a picture of this size shows. */
const moments = 100;

/**
 * How many had joined, from a beginning on: at each join, or, where these are many, at moments as far apart as each other.
 * @param times of the joins, milliseconds since 1970, in any order
 */
export function timelineOf(begin: number, times: readonly number[]): RollOutProgress['timeline'] {
  const sorted = [...times].sort((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start = { at: Math.min(begin, first), joined: 0 };
  if (sorted.length < moments) return [start, ...sorted.map((at, index) => ({ at, joined: index + 1 }))];
  // From just before the first: between the beginning and that nothing happened. Three are beginning, that, and the first itself.
  const step = Math.max(1, Math.ceil((last - first) / (moments - 3)));
  const timeline = [start, { at: first, joined: 0 }];
  let joined = 0;
  for (let at = first; ; at += step) {
    while (joined < sorted.length && sorted[joined]! <= at) joined++;
    const point = { at: Math.min(at, last), joined };
    if (point.joined !== timeline.at(-1)!.joined) timeline.push(point);
    if (at >= last) return timeline;
  }
}
