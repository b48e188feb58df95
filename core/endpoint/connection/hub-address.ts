import { LatchkeyError } from '#protocol/errors.ts';
import { endpointPath } from '#protocol/hub.ts';

/**
 * The hub's address as it is kept and shown: `http` or `https`, no credentials, query or trailing slash.
 * @throws LatchkeyError `endpoint.hubAddressInvalid`
 */
export function normaliseHubAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new LatchkeyError('endpoint.hubAddressInvalid', { url: address.replace(/\/\/[^/@]*@/, '//') });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Where endpoints connect, of a normalised address. */
export const endpointSocketUrl = (hub: string): string => `${hub.replace(/^http/, 'ws')}${endpointPath}`;
