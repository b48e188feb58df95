import { z } from 'zod';
import { notification, request } from '#protocol/messages.ts';
import { empty } from '#protocol/primitives.ts';

/*
 * Between the endpoint and its file helper, a process with the rights of the account that technicians work as: the file
 * requests of a session as they are, and these.
 */

const path = z.string().max(4200);

export const helperRequests = {
  /** Gives all transfers up; answered once nothing of them is left. */
  giveUp: request('helper/giveUp', empty, empty),
  /** Deletes what interrupted transfers left behind. */
  cleanUp: request('helper/cleanUp', z.object({ paths: z.array(path).max(10_000) }), empty),
};

export const helperNotifications = {
  /** A file that is not whole is about to be there, or no longer is. */
  partial: notification('helper/partial', z.object({ path, there: z.boolean() })),
};
