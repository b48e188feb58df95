import { z } from 'zod';
import { notification, request } from './messages.ts';
import { empty, id, timestamp } from './primitives.ts';

/** Whether a device can be reached now. Kept apart from the change log: a fleet that comes and goes writes nothing. */
export const presence = z.enum(['offline', 'online', 'asleep', 'inSession']);
export type Presence = z.output<typeof presence>;

/** A device, its presence, and since when. */
export const presenceEntry = z.tuple([id, presence, timestamp]);
export type PresenceEntry = z.output<typeof presenceEntry>;

export const presenceRequests = {
  /** Every device that is not offline; those not named are offline. Starts the stream of changes. */
  watch: request('presence/watch', empty, z.array(presenceEntry)),
};

export const presenceNotifications = {
  /** Hub to workbench: what changed since the last one, gathered over a fraction of a second. */
  changed: notification('presence/changed', z.object({ changes: z.array(presenceEntry) })),
};
