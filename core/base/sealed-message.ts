import type { Sealed } from '#protocol/sealed.ts';

/*
 * X25519 (RFC 7748), HKDF-SHA-256 (RFC 5869) and AES-256-GCM (NIST SP 800-38D), by WebCrypto alone: in browsers as in
 * Node.js. The salt of HKDF is the sender's public key and then the receiver's, so that the key is bound to both.
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** A key that messages are sealed for. The private part cannot be taken out of it. */
export interface SealingKey {
  /** 32 raw bytes as base64url. */
  readonly publicKey: string;
  readonly privateKey: CryptoKey;
}

export async function newSealingKey(): Promise<SealingKey> {
  const pair = (await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits'])) as CryptoKeyPair;
  return { publicKey: await exportPublic(pair.publicKey), privateKey: pair.privateKey };
}

/**
 * Seals bytes, so that only whoever holds the private part of `publicKey` reads them.
 * @param purpose what it is for; it opens for the same purpose alone
 * @throws Error where `publicKey` is none
 */
export async function seal(publicKey: string, purpose: string, bytes: Uint8Array): Promise<Sealed> {
  const own = await newSealingKey();
  const key = await messageKey(own.privateKey, publicKey, own.publicKey, publicKey, purpose);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const text = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, new Uint8Array(bytes));
  return { key: own.publicKey, nonce: toBase64url(nonce), text: toBase64url(new Uint8Array(text)) };
}

/**
 * Opens what was sealed for this key and this purpose.
 * @throws Error where it was not, or was altered
 */
export async function open(own: SealingKey, purpose: string, message: Sealed): Promise<Uint8Array> {
  const key = await messageKey(own.privateKey, message.key, message.key, own.publicKey, purpose);
  const iv = fromBase64url(message.nonce);
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, fromBase64url(message.text)));
}

async function messageKey(
  own: CryptoKey,
  other: string,
  sender: string,
  receiver: string,
  purpose: string,
): Promise<CryptoKey> {
  const otherKey = await crypto.subtle.importKey('raw', fromBase64url(other), { name: 'X25519' }, false, []);
  // Fails where the other key is one of those that give zero with any (RFC 7748, 6.1).
  const shared = await crypto.subtle.deriveBits({ name: 'X25519', public: otherKey }, own, 256);
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  new Uint8Array(shared).fill(0);
  const salt = new Uint8Array([...fromBase64url(sender), ...fromBase64url(receiver)]);
  const info = new TextEncoder().encode(purpose);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

async function exportPublic(key: CryptoKey): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', key)));
}

function toBase64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64url(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
