import { z } from 'zod';
import { request } from './messages.ts';
import { empty } from './primitives.ts';

/** The version of all contracts in this folder together. A peer of another major version is told to update. */
export const protocolVersion = 1;

/** WebSocket paths on the hub. */
export const workbenchPath = '/workbench';
export const endpointPath = '/endpoint';

/** The WebSocket close code that tells a workbench to sign in again. */
export const closeSignedOut = 4001;

/** The WebSocket close code that tells a workbench to connect anew at once: two-factor sign-in has to be set up first. */
export const closeTwoFactorMissing = 4002;

/** The most bytes that one message may have. */
export const maximumMessageBytes = 4 * 1024 * 1024;

export const hubRequests = {
  /** Answered at once by either side of any connection: is the other one there, and how long does it take? */
  ping: request('hub/ping', empty, empty),
  about: request(
    'hub/about',
    empty,
    z.object({
      version: z.string(),
      protocol: z.number().int(),
      /** Where endpoints and browsers reach the hub. */
      publicUrl: z.string(),
      /** SHA-256 of the hub's public key, hexadecimal. */
      keyFingerprint: z.string(),
    }),
  ),
};
