import { z } from 'zod';
import { base64url } from './primitives.ts';

/*
 * What only one computer may read, though others carry it: the account and password that a technician gives for a
 * computer pass through the hub sealed. A fresh X25519 key of the sender and the receiver's key give, by HKDF-SHA-256
 * with the sender's and then the receiver's public key as its salt and `sealedPurpose` as its info, a key for AES-256-GCM
 * (RFC 7748, RFC 5869, NIST SP 800-38D).
 */

/** An X25519 public key: 32 raw bytes as base64url. */
export const sealingKey = base64url.length(43);

export const sealed = z.object({
  /** The sender's own key, made for this one message. */
  key: sealingKey,
  /** 12 bytes. */
  nonce: base64url.length(16),
  /** With the 16 bytes of the tag at its end. */
  text: base64url,
});
export type Sealed = z.output<typeof sealed>;

/** What is sealed for one session serves no other. */
export const sealedPurpose = (session: string): string => `latchkey sealed 1\n${session}`;
