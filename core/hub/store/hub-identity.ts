import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import type { Store } from './store.ts';

/**
 * What makes the hub this hub: its Ed25519 key, which endpoints pin, and the secret that its installers' tokens are made
 * with. Both are kept in the store, so that a backup is whole.
 */
export class HubIdentity {
  /** The Ed25519 public key, 32 bytes as base64url. */
  readonly publicKey: string;
  /** SHA-256 of the public key's 32 bytes, hexadecimal: what a person compares. */
  readonly keyFingerprint: string;
  /** 32 random bytes for HMACs over installers' tokens. */
  readonly enrolmentSecret: Buffer;
  private readonly privateKey: KeyObject;

  constructor(privateKeyPem: string, enrolmentSecret: Buffer) {
    this.privateKey = createPrivateKey(privateKeyPem);
    const raw = Buffer.from(createPublicKey(this.privateKey).export({ format: 'jwk' }).x as string, 'base64url');
    this.publicKey = raw.toString('base64url');
    this.keyFingerprint = createHash('sha256').update(raw).digest('hex');
    this.enrolmentSecret = enrolmentSecret;
  }

  /** The Ed25519 signature of a UTF-8 text, as base64url. */
  sign(text: string): string {
    return sign(null, Buffer.from(text, 'utf8'), this.privateKey).toString('base64url');
  }

  /** 32 bytes that nobody but this hub can know, for one purpose alone. */
  deriveKey(purpose: string): Buffer {
    const secret = this.privateKey.export({ format: 'der', type: 'pkcs8' });
    return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  }
}

/** Reads the hub's identity, or makes it where the store is new. */
export async function loadHubIdentity(store: Store): Promise<HubIdentity> {
  const key = await secret(store, 'hubKey', () =>
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  );
  const enrolment = await secret(store, 'enrolment', () => randomBytes(32).toString('base64url'));
  return new HubIdentity(key, Buffer.from(enrolment, 'base64url'));
}

/** Two hubs that start on one new store at once agree on what the first of them made. */
function secret(store: Store, name: string, make: () => string): Promise<string> {
  return store.write(async ({ db }) => {
    const find = db.selectFrom('secrets').select('value').where('name', '=', name);
    const existing = await find.executeTakeFirst();
    if (existing) return existing.value;
    await db
      .insertInto('secrets')
      .values({ name, value: make() })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    return (await find.executeTakeFirstOrThrow()).value;
  });
}
