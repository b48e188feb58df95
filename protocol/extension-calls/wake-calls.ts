import { z } from 'zod';
import { request } from '../messages.ts';
import { empty, id } from '../primitives.ts';
import { wakeOutcomes, wakeRequests } from '../wake.ts';
import { needs } from './needs.ts';

/** Results of a wake, with what their devices go by, in the same order. */
const namedWakeOutcomes = wakeOutcomes
  .safeExtend({ names: z.array(z.string()) })
  .refine(({ outcomes, names }) => names.length === outcomes.length);

/** Waking devices, now and by a schedule. */
export const wakeCalls = {
  /** Reports progress; cancelled, it answers at once with what became of each. */
  devicesWake: needs('devices:write', request(wakeRequests.run.method, wakeRequests.run.params, namedWakeOutcomes)),
  devicesWakeRelays: needs('devices:read', wakeRequests.relays),
  devicesSetWakeRelays: needs('devices:write', wakeRequests.setRelays),
  devicesSetWakePassword: needs('devices:write', wakeRequests.setPassword),
  wakeSchedulesList: needs('devices:read', wakeRequests.schedules),
  wakeSchedulesSave: needs('devices:write', wakeRequests.saveSchedule),
  wakeSchedulesDelete: needs('devices:write', wakeRequests.deleteSchedule),
  wakeSchedulesSubscribe: needs('devices:read', request('wake/subscribeSchedules', empty, empty)),
  wakeSchedulesHistory: needs('devices:read', wakeRequests.history),
  wakeSchedulesResults: needs(
    'devices:read',
    request(
      wakeRequests.results.method,
      z.object({ wake: id, after: z.number().int().nonnegative() }),
      namedWakeOutcomes.safeExtend({ next: z.number().int().nullable() }),
    ),
  ),
};
