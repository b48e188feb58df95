/// <reference lib="esnext.temporal" />
import { weekday, type WakeScheduleInput } from '#protocol/wake.ts';

/** Days looked at: a zone that skips one (it has happened) still has each weekday within two weeks. */
const mostDays = 14;

/** Whether there is such a time zone. A mere offset is none: it knows no summer time. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first time after `after` (milliseconds since 1970) at which the clocks in the zone show the schedule's time on one of
 * its days. A time that is skipped when summer time begins comes as much later as the clocks are put forward; of one that
 * comes twice when it ends, the first counts.
 */
export function nextWake(
  { days, time, zone }: Pick<WakeScheduleInput, 'days' | 'time' | 'zone'>,
  after: number,
): number {
  const today = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(zone).toPlainDate();
  const wanted = new Set(days.map((day) => weekday.options.indexOf(day) + 1));
  const plainTime = Temporal.PlainTime.from(time);
  for (let ahead = 0; ahead <= mostDays; ahead++) {
    const date = today.add({ days: ahead });
    if (!wanted.has(date.dayOfWeek)) continue;
    const at = date.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
    if (at > after) return at;
  }
  throw new Error(`No day of ${days.join()} was found in ${zone}`);
}
