const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];
/** What people count in, milliseconds. */
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * day),
];

export interface TimeTicks {
  readonly marks: readonly number[];
  /** How one is written: no more than tells it from the next. */
  readonly style: Intl.DateTimeFormatOptions;
}

/**
 * Where a time axis is marked: full seconds, minutes, hours or days of the reader's own clock.
 * @param most how many marks there is room for
 */
export function timeTicks(from: number, to: number, most: number): TimeTicks {
  const step = steps.find((each) => (to - from) / each < most) ?? steps.at(-1)!;
  const marks: number[] = [];
  const mark = new Date(from);
  if (step >= day) mark.setHours(0, 0, 0, 0);
  else if (step >= hour) mark.setMinutes(0, 0, 0);
  else mark.setSeconds(0, 0);
  if (step >= hour && step < day) mark.setHours(Math.floor(mark.getHours() / (step / hour)) * (step / hour));
  if (step >= minute && step < hour) mark.setMinutes(Math.floor(mark.getMinutes() / (step / minute)) * (step / minute));
  while (mark.getTime() <= to) {
    if (mark.getTime() >= from) marks.push(mark.getTime());
    // By the calendar: a day when the clocks change has 23 hours, or 25.
    if (step >= day) mark.setDate(mark.getDate() + step / day);
    else mark.setTime(mark.getTime() + step);
  }
  return { marks, style: styleOf(step, to - from) };
}

function styleOf(step: number, length: number): Intl.DateTimeFormatOptions {
  if (step >= day) return { day: 'numeric', month: 'short' };
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  if (step < minute) return { ...time, second: '2-digit' };
  return length > day ? { weekday: 'short', ...time } : time;
}
