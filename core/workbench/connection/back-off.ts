/** Milliseconds to wait before attempt `attempt` (from 1): doubling to a most, of which a random half is taken away. */
export function backOff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(30_000, 500 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(ceiling * (1 - random() / 2));
}
