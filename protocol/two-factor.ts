import { z } from 'zod';
import { role } from './accounts.ts';
import { request } from './messages.ts';
import { empty, id } from './primitives.ts';

/*
 * Two-factor sign-in: time-based one-time passwords (RFC 6238: SHA-1, 6 digits, 30 seconds) and recovery codes, each good
 * once.
 */

export const recoveryCodeCount = 10;

const code = z.string().trim().max(32);

export const twoFactorRequests = {
  state: request(
    'twoFactor/state',
    empty,
    z.object({ on: z.boolean(), required: z.boolean(), recoveryCodesLeft: z.number().int() }),
  ),
  /**
   * A new secret, in force once `confirm` has shown that the authenticator has it. Takes the caller's password, and a code
   * where it is on already.
   */
  begin: request(
    'twoFactor/begin',
    z.object({ password: z.string().max(1024), code: code.optional() }),
    z.object({ secret: z.string(), uri: z.string() }),
  ),
  /** Switches it on. The recovery codes are shown this once. */
  confirm: request('twoFactor/confirm', z.object({ code }), z.object({ recoveryCodes: z.array(z.string()) })),
  /** New recovery codes in place of the old. */
  renewRecoveryCodes: request(
    'twoFactor/renewRecoveryCodes',
    z.object({ password: z.string().max(1024), code }),
    z.object({ recoveryCodes: z.array(z.string()) }),
  ),
  /** Refused where the role requires it. */
  switchOff: request('twoFactor/switchOff', z.object({ password: z.string().max(1024), code }), empty),
  /** An administrator takes it off a technician who has lost the authenticator; their sign-ins end. */
  reset: request('twoFactor/reset', z.object({ technician: id }), empty),
  /** The roles that have to have it. Technicians without it can do nothing but set it up. */
  requirement: request('twoFactor/requirement', empty, z.object({ roles: z.array(role) })),
  setRequirement: request('twoFactor/setRequirement', z.object({ roles: z.array(role) }), empty),
};
