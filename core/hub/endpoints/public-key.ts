import { createHash, createPublicKey, verify } from 'node:crypto';

/** What SubjectPublicKeyInfo puts before the 32 raw bytes of an Ed25519 key (RFC 8410). */
const prefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether `signature` is the one that the holder of `publicKey` gives to `text`. Malformed ones are not. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const raw = Buffer.from(publicKey, 'base64url');
  // Only one way of writing a key counts: else one key could be two devices.
  if (raw.length !== 32 || raw.toString('base64url') !== publicKey) return false;
  try {
    const key = createPublicKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** SHA-256 of a public key, hexadecimal: what a person compares. */
export const fingerprintOf = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');
