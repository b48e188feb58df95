import { z } from 'zod';
import { deviceFacts, platform } from './facts.ts';
import { request } from './messages.ts';
import { base64url, id, name, timestamp } from './primitives.ts';
import { sessionKey } from './sessions.ts';

/*
 * How a customer comes into an attended session: enters the key at `/join`, downloads the customer app for that session
 * alone, and runs it.
 */

/** The customer's pages, and what they call. Bodies and answers are JSON; errors are `{ error: ErrorData, message }`. */
export const joinPath = '/join';
export const joinKeyPath = '/api/join';
export const joinDownloadPath = '/api/join/download';

/** `POST /api/join`. The key is used up by it: one customer. Attempts are limited by address and altogether. */
export const joinBody = z.object({ key: sessionKey });
export const joinAnswer = z.object({
  /** Good for the download and for the session. */
  ticket: base64url,
  technician: name,
  expiresAt: timestamp,
  /** When the hub answered: the customer's clock may be wrong by hours. */
  now: timestamp.optional(),
  /** The systems for which there is a customer app, and the name that its file is saved under. */
  platforms: z.array(
    z.object({
      platform,
      architecture: z.enum(['x64', 'arm64']).default('x64'),
      available: z.boolean(),
      reason: z.string().optional(),
      file: z.string().optional(),
    }),
  ),
});
export type JoinAnswer = z.output<typeof joinAnswer>;

/**
 * `POST /api/join/download`, as a form: the file. In the body, because addresses are logged. A browser is led back to
 * `/join#problem=CODE` where there is none for it.
 */
export const joinDownloadBody = z.object({
  ticket: base64url,
  platform,
  architecture: z.enum(['x64', 'arm64']).default('x64'),
});

/** What the customer app proves itself for; see `endpointProof`. */
export const attendPurpose = (ticket: string): string => `attend ${ticket}`;

export const attendRequests = {
  /**
   * Customer app to hub, after `endpoint/hello`: in the place of `join` and `connect`. The first key that brings the ticket is
   * the only one that may again, after a lost connection. Then the app sends `session/held`, and the hub opens the session
   * with `session/open`.
   */
  attend: request(
    'endpoint/attend',
    z.object({ ticket: base64url, publicKey: base64url, signature: base64url, facts: deviceFacts }),
    /** `organisation`: of the support organisation that runs the hub. */
    z.object({ session: id, technician: name, organisation: z.string().max(64).optional() }),
  ),
};
