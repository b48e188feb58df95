import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';

/** What PKCS #8 and SubjectPublicKeyInfo put before the 32 raw bytes of an Ed25519 key (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** An Ed25519 key pair; keys and signatures are raw bytes in base64url. The private key stays out of JSON and logs. */
export class KeyPair {
  readonly publicKey: string;
  readonly #privateKey: KeyObject;

  private constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    this.publicKey = der.subarray(publicPrefix.length).toString('base64url');
  }

  static generate(): KeyPair {
    return new KeyPair(generateKeyPairSync('ed25519').privateKey);
  }

  /** @param seed the 32 bytes of the private key */
  static fromSeed(seed: Uint8Array): KeyPair {
    if (seed.length !== 32) throw new RangeError('An Ed25519 private key has 32 bytes.');
    const key = Buffer.concat([privatePrefix, seed]);
    return new KeyPair(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
  }

  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#privateKey).toString('base64url');
  }

  /** The 32 bytes of the private key, to be stored. */
  exportSeed(): Buffer {
    return this.#privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(privatePrefix.length);
  }
}

/** Whether `signature` is the one that the holder of `publicKey` gives to `text`. Malformed ones are not. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const raw = Buffer.from(publicKey, 'base64url');
  if (raw.length !== 32) return false;
  try {
    const key = createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
