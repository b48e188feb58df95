import { z } from 'zod';
import { base64url } from './primitives.ts';

/**
 * What a downloaded customer app carries, signed by the hub as an installer's configuration is: for one attended session,
 * or for the portal. `ticket` is empty in the portal.
 */
export const customerAppConfig = z.object({
  purpose: z.enum(['attend', 'portal']),
  hub: z.url({ protocol: /^https?$/ }),
  hubKey: base64url,
  ticket: z.string().max(512),
  signature: base64url,
});
export type CustomerAppConfig = z.output<typeof customerAppConfig>;
export const customerAppConfigProof = (config: Omit<CustomerAppConfig, 'signature'>): string =>
  ['latchkey customer app 1', config.purpose, config.hub, config.hubKey, config.ticket].join('\n');

/** What the file in a Mac's archive is called: people see it in Finder, and the pages name it. */
export const macFileNames: Readonly<Record<CustomerAppConfig['purpose'], string>> = {
  attend: 'Latchkey Support.command',
  portal: 'Latchkey Unattended Access.command',
};
