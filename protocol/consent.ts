import { z } from 'zod';
import { request } from './messages.ts';
import { id, name } from './primitives.ts';

/** What the customer is asked for, on their own computer. Hub to endpoint; cancelling the request closes the dialog. */
export const consentRequests = {
  ask: request(
    'consent/ask',
    z.object({
      /** The set-up that it is for. Asked again after a lost connection, the same dialog answers. */
      setUp: id,
      technician: name,
    }),
    z.object({ allowed: z.boolean(), passwordStored: z.boolean() }),
  ),
};
