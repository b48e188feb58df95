/** Parts of a whole in percent, as they are to be written: with `digits` behind the point, all of them. */
export interface Percentages {
  readonly values: readonly number[];
  readonly digits: 0 | 1;
}

/**
 * What parts are of a whole, rounded so that together they are 100 %: by the largest remainders. Where a part would be below one
 * percent, all of them have a digit behind the point.
 * @param whole where the parts are not all of it
 */
export function percentages(parts: readonly number[], whole = sum(parts)): Percentages {
  if (whole <= 0) return { values: parts.map(() => 0), digits: 0 };
  const digits = parts.some((part) => part > 0 && part / whole < 0.01) ? 1 : 0;
  const units = digits === 1 ? 1000 : 100;
  const all = [...parts, Math.max(0, whole - sum(parts))];
  const exact = all.map((part) => (part / whole) * units);
  const rounded = exact.map(Math.floor);
  const left = units - sum(rounded);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, Math.max(0, left))) rounded[index]!++;
  return { values: rounded.slice(0, parts.length).map((value) => (value * 100) / units), digits };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
