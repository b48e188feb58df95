import { createHmac, timingSafeEqual } from 'node:crypto';
import { tokenPattern } from '#protocol/enrolment.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubIdentity } from '../store/hub-identity.ts';

/*
 * An installer's token is its identifier, a proof that this hub gave it, and the hub's key. The proof is computed, so the
 * store holds nothing that would let a thief of it join.
 */

type Secrets = Pick<HubIdentity, 'enrolmentSecret' | 'publicKey'>;

const proofOf = (installer: string, { enrolmentSecret }: Secrets): Buffer =>
  createHmac('sha256', enrolmentSecret).update(`latchkey installer token 1\n${installer}`).digest();

/** The token of an installer, by its identifier. */
export const tokenOf = (installer: string, secrets: Secrets): string =>
  `lk1.${installer}.${proofOf(installer, secrets).toString('base64url')}.${secrets.publicKey}`;

/**
 * @returns the installer's identifier
 * @throws LatchkeyError `enrolment.tokenInvalid`
 */
export function verifyToken(token: string, secrets: Secrets): string {
  const [, installer, proof, hubKey] = tokenPattern.exec(token) ?? [];
  if (installer === undefined || proof === undefined || hubKey !== secrets.publicKey) {
    throw new LatchkeyError('enrolment.tokenInvalid');
  }
  // A computed proof and a given one are compared in a time that tells nothing of where they differ.
  const given = Buffer.from(proof, 'base64url');
  const right = proofOf(installer, secrets);
  if (given.length !== right.length || !timingSafeEqual(given, right))
    throw new LatchkeyError('enrolment.tokenInvalid');
  return installer;
}
