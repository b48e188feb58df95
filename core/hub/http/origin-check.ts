import type { IncomingMessage } from 'node:http';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubAddress } from './hub-address.ts';

/**
 * Keeps web pages of others from using the cookie: whoever names an origin must name the hub's own. Programs name none.
 * @throws LatchkeyError `account.originRefused`
 */
export function checkOrigin({ headers }: IncomingMessage, address: HubAddress): void {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  // Our pages tell no referrer, so a browser hides the origin of a form that one of them sends; what it says of the site
  // no page can set.
  if (origin === 'null' && site === 'same-origin') return;
  if (origin !== undefined) {
    if (!address.isOwnOrigin(origin)) throw new LatchkeyError('account.originRefused', { origin });
    return;
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new LatchkeyError('account.originRefused', { origin: String(site) });
  }
}
