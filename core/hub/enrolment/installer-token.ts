import { createHmac, timingSafeEqual } from 'node:crypto';
import { tokenPattern } from '#protocol/enrolment.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubIdentity } from '../store/hub-identity.ts';

/*
 * A token is the identifier of an installer or of a set-up, a proof that this hub gave it, and the hub's key. The proof is
 * computed, so the store holds nothing that would let a thief of it join.
 */

type Secrets = Pick<HubIdentity, 'enrolmentSecret' | 'publicKey'>;

/** What a token is for: a proof for one serves not for the other. */
export type TokenPurpose = 'installer' | 'set-up';

const proofOf = (id: string, { enrolmentSecret }: Secrets, purpose: TokenPurpose): Buffer =>
  createHmac('sha256', enrolmentSecret).update(`latchkey ${purpose} token 1\n${id}`).digest();

/** The token of an installer, or of a set-up, by its identifier. */
export const tokenOf = (id: string, secrets: Secrets, purpose: TokenPurpose = 'installer'): string =>
  `lk1.${id}.${proofOf(id, secrets, purpose).toString('base64url')}.${secrets.publicKey}`;

/** Whether this hub has given the token for that purpose. */
export function isTokenOf(token: string, secrets: Secrets, purpose: TokenPurpose): boolean {
  const [, id, proof, hubKey] = tokenPattern.exec(token) ?? [];
  if (id === undefined || proof === undefined || hubKey !== secrets.publicKey) return false;
  // A computed proof and a given one are compared in a time that tells nothing of where they differ.
  const given = Buffer.from(proof, 'base64url');
  const right = proofOf(id, secrets, purpose);
  return given.length === right.length && timingSafeEqual(given, right);
}

/**
 * @returns the installer's or the set-up's identifier
 * @throws LatchkeyError `enrolment.tokenInvalid`
 */
export function verifyToken(token: string, secrets: Secrets, purpose: TokenPurpose = 'installer'): string {
  const [, id] = tokenPattern.exec(token) ?? [];
  if (id === undefined || !isTokenOf(token, secrets, purpose)) throw new LatchkeyError('enrolment.tokenInvalid');
  return id;
}
