import { createHash, createHmac, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import { newPrivateKey, privateKeyOf, publicKeyOf, signText } from './ed25519.ts';

/**
 * The hub's own secrets: the key that endpoints pin, and the one that installers' tokens are made with. Made at the first
 * start and kept in the store, so that they move with it.
 */
export class HubKeys implements HubPart {
  private readonly store: Store;
  private privateKey: KeyObject | undefined;
  private enrolmentSecret: Buffer | undefined;
  private ownPublicKey = '';

  constructor(store: Store) {
    this.store = store;
  }

  async start(): Promise<void> {
    this.privateKey = privateKeyOf(await this.secret('hub-key', newPrivateKey));
    this.ownPublicKey = publicKeyOf(this.privateKey);
    this.enrolmentSecret = await this.secret('enrolment', () => randomBytes(32));
  }

  /** Ed25519, 32 bytes, base64url. */
  get publicKey(): string {
    return this.ownPublicKey;
  }

  /** SHA-256 of the public key, hexadecimal. */
  get fingerprint(): string {
    return fingerprintOf(this.ownPublicKey);
  }

  /** @returns the hub's signature, base64url */
  sign(text: string): string {
    if (!this.privateKey) throw new Error('HubKeys is not started');
    return signText(this.privateKey, text);
  }

  /** What proves an installer's identifier to be one that this hub gave. */
  installerProof(installer: string): string {
    if (!this.enrolmentSecret) throw new Error('HubKeys is not started');
    return createHmac('sha256', this.enrolmentSecret).update(`latchkey installer token 1\n${installer}`).digest('base64url');
  }

  /** In a time that tells nothing about the right proof. */
  isInstallerProof(installer: string, proof: string): boolean {
    const expected = Buffer.from(this.installerProof(installer));
    const given = Buffer.from(proof);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private async secret(name: string, make: () => Buffer): Promise<Buffer> {
    const value = await this.store.write(async ({ db }) => {
      const kept = await db.selectFrom('secrets').select('value').where('name', '=', name).executeTakeFirst();
      if (kept) return kept.value;
      const made = make().toString('base64url');
      await db.insertInto('secrets').values({ name, value: made }).execute();
      return made;
    });
    return Buffer.from(value, 'base64url');
  }
}

/** SHA-256 of a public key, hexadecimal: what a person compares. */
export const fingerprintOf = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');
