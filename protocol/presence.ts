import { z } from 'zod';
import { notification, request } from './messages.ts';
import { empty, id, timestamp } from './primitives.ts';

/** Whether a device can be reached now. Kept apart from the change log: a fleet that comes and goes writes nothing. */
export const presence = z.enum(['offline', 'online', 'asleep', 'inSession']);
export type Presence = z.output<typeof presence>;

/** A device, its presence, and since when. */
export const presenceEntry = z.tuple([id, presence, timestamp]);
export type PresenceEntry = z.output<typeof presenceEntry>;

/** Presences by column: what is packed (deflated JSON, as base64) in an answer. All columns are equally long. */
export const packedPresenceColumns = z
  .object({
    /** One after another. */
    ids: z.string().regex(/^([a-z2-7]{16})*$/),
    /** Indexes of the options of `presence`. */
    presences: z.array(
      z
        .number()
        .int()
        .min(0)
        .max(presence.options.length - 1),
    ),
    /** Milliseconds since the one before; the first one since 1970. */
    since: z.array(z.number().int()),
  })
  .refine(({ ids, presences, since }) => ids.length / 16 === presences.length && since.length === presences.length);
export type PackedPresenceColumns = z.output<typeof packedPresenceColumns>;

export const presenceRequests = {
  /** Every device that is not offline; those not named are offline. Starts the stream of changes. */
  watch: request('presence/watch', empty, z.array(presenceEntry)),
  /** The same, as `packedPresenceColumns`. What changes meanwhile may be told before the answer. */
  watchPacked: request('presence/watchPacked', empty, z.object({ packed: z.string() })),
};

export const presenceNotifications = {
  /** Hub to workbench: what changed since the last one, gathered over a fraction of a second. */
  changed: notification('presence/changed', z.object({ changes: z.array(presenceEntry) })),
};
