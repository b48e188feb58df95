import { z } from 'zod';
import { deviceState } from './devices.ts';
import { deviceFacts } from './facts.ts';
import { notification, request } from './messages.ts';
import { base64url, empty, id, name } from './primitives.ts';

/*
 * Endpoint to hub, over a WebSocket at `/endpoint`. First `hello`: the hub proves that it holds the key that the
 * installer pinned. Then either `join` (first time, with the installer's token) or `connect` (ever after): the endpoint
 * proves that it holds its own key. Both keys are Ed25519, as 32 raw bytes in base64url. What is signed is the UTF-8 text
 * that `hubProof` and `endpointProof` give, so that a signature for one purpose serves no other.
 */

const nonce = base64url.min(22).max(64);

/** What the hub signs to prove itself. */
export const hubProof = (endpointNonce: string, hubNonce: string): string =>
  `latchkey hub 1\n${endpointNonce}\n${hubNonce}`;

/** The purposes for which an endpoint proves itself. The token is part of the second: a proof joins with no other token. */
export const connectPurpose = 'connect';
export const removalPurpose = 'removal';
export const joinPurpose = (token: string): string => `join ${token}`;
/** Both keys of a copy prove themselves for this one, each with the other's name in it. */
export const copyPurpose = (otherPublicKey: string): string => `copy ${otherPublicKey}`;

/** What an endpoint signs to prove itself; `purpose` is one of the above. */
export const endpointProof = (purpose: string, endpointNonce: string, hubNonce: string, publicKey: string): string =>
  `latchkey endpoint 1\n${purpose}\n${endpointNonce}\n${hubNonce}\n${publicKey}`;

/** An error as data: a code of `errors.ts`, and what fills its text. */
const problem = z.object({
  code: z.string().max(100),
  args: z.record(z.string().max(100), z.union([z.string().max(500), z.number()])),
});

/**
 * Why a device waits for approval: past the installer's limit or expiry, or because a technician has to say which computer
 * it is.
 */
export const waitingReason = z.enum(['limit', 'expiry', 'identity']);
export type WaitingReason = z.output<typeof waitingReason>;

/** How the hub knows the endpoint now. */
export const endpointStanding = z.object({
  device: id,
  state: deviceState,
  /** The device group's name. */
  group: z.string(),
  /** Why a device has to wait for approval. */
  waitingFor: waitingReason.optional(),
  /** As technicians named it. */
  nickname: name.nullable().default(null),
  /** Of the support organisation that runs the hub, as customers are to see it. */
  organisation: z.string().max(64).default(''),
});
export type EndpointStanding = z.output<typeof endpointStanding>;

export const endpointRequests = {
  hello: request(
    'endpoint/hello',
    z.object({ nonce }),
    z.object({ nonce, publicKey: base64url, signature: base64url }),
  ),
  join: request(
    'endpoint/join',
    z.object({ token: z.string().max(512), publicKey: base64url, signature: base64url, facts: deviceFacts }),
    endpointStanding,
  ),
  connect: request(
    'endpoint/connect',
    z.object({ publicKey: base64url, signature: base64url, facts: deviceFacts }),
    endpointStanding,
  ),
  /**
   * After `endpoint.keyCopied`: this is a copy of another computer's disk and has made a key of its own, `publicKey`. It
   * becomes a second device beside the one whose key, `copied`, it had. Both keys are proved.
   */
  connectAsCopy: request(
    'endpoint/connectAsCopy',
    z.object({
      publicKey: base64url,
      signature: base64url,
      copied: z.object({ publicKey: base64url, signature: base64url }),
      facts: deviceFacts,
    }),
    endpointStanding,
  ),
  /** The customer removes the endpoint: the device is deleted, and this key is never let in again. */
  leave: request('endpoint/leave', empty, empty),
  /**
   * Endpoint to hub, after `hello` and with its proof, or as the device that it is: how its removal goes. `begin`, before it
   * deletes anything: where the answer is not to remove itself, somebody has taken it back meanwhile. `failed`: it could
   * not, and why. `done`: what is left needs no hub.
   */
  removal: request(
    'endpoint/removal',
    z.object({
      publicKey: base64url,
      signature: base64url,
      stage: z.enum(['begin', 'failed', 'done']),
      problem: problem.nullable().default(null),
    }),
    z.object({ remove: z.boolean() }),
  ),
  /** Hub to endpoint: the facts as they are now. */
  facts: request('endpoint/facts', empty, deviceFacts),
};

export const endpointNotifications = {
  /** Endpoint to hub: a fact has changed. */
  factsChanged: notification('endpoint/factsChanged', deviceFacts),
  /**
   * Endpoint to hub, after each connect and at each change: what the customer has decided. Where access is blocked the
   * device's state is `blocked`, until it no longer is.
   */
  accessChanged: notification(
    'endpoint/accessChanged',
    z.object({ blocked: z.boolean(), passwordStored: z.boolean() }),
  ),
  /** Hub to endpoint: approved, moved, blocked… */
  standingChanged: notification('endpoint/standingChanged', endpointStanding),
  /** Hub to endpoint: uninstall yourself. */
  remove: notification('endpoint/remove', z.object({ reason: z.enum(['deleted', 'rejected']) })),
};
