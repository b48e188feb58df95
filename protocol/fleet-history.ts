import { z } from 'zod';
import { request } from './messages.ts';
import { timestamp } from './primitives.ts';

/** How far back a history goes, days. */
export const fleetHistorySpan = z.union([z.literal(1), z.literal(7), z.literal(30), z.literal(90)]);
export type FleetHistorySpan = z.output<typeof fleetHistorySpan>;

const count = z.number().int().nonnegative();

/** Devices by what they are like. What nothing is like is left out. */
export const fleetCounts = z.object({
  total: count,
  /** Those that are not offline, by presence. */
  presence: z.partialRecord(z.enum(['online', 'asleep', 'inSession']), count),
  /** By platform. */
  systems: z.partialRecord(z.enum(['windows', 'macos', 'linux']), count),
  /** By the endpoint's version. */
  versions: z.record(z.string().max(32), count),
});
export type FleetCounts = z.output<typeof fleetCounts>;

export const fleetHistoryRequests = {
  /**
   * How many devices there were in the groups that the caller may see now: a point every `step` milliseconds, the oldest
   * first, without those at which the hub was not there.
   */
  get: request(
    'fleetHistory/get',
    z.object({ days: fleetHistorySpan }),
    z.object({
      step: z.number().int().positive(),
      points: z.array(fleetCounts.extend({ at: timestamp })),
    }),
  ),
};
