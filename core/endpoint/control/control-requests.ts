import { z } from 'zod';
import { request } from '#protocol/messages.ts';
import { empty } from '#protocol/primitives.ts';

/*
 * To the endpoint that runs on a data folder, over a socket in that folder: whoever may read the folder may speak to it.
 * Beside these it answers what the customer's page asks.
 */
export const controlRequests = {
  /** The page is to be opened by whoever asks, in the browser of the account `user`; null where accounts have no number. */
  openPage: request(
    'control/openPage',
    z.object({ user: z.number().int().nonnegative().nullable() }),
    z.object({ address: z.url() }),
  ),
  /** Answers once a browser has used the address, or it serves no longer. */
  pageOpened: request('control/pageOpened', empty, empty),
};
