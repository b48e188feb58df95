import type { IncomingMessage } from 'node:http';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubAddress } from './hub-address.ts';

/**
 * Keeps web pages of others from using the cookie: whoever names an origin must name the hub's own. Programs name none.
 * @throws LatchkeyError `account.originRefused`
 */
export function checkOrigin({ headers }: IncomingMessage, address: HubAddress): void {
  const { origin } = headers;
  if (origin !== undefined) {
    if (!address.isOwnOrigin(origin)) throw new LatchkeyError('account.originRefused', { origin });
    return;
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new LatchkeyError('account.originRefused', { origin: String(site) });
  }
}
