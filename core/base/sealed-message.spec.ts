import assert from 'node:assert/strict';
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from 'node:crypto';
import { describe, it } from 'node:test';
import { sealed, sealedPurpose } from '#protocol/sealed.ts';
import { newSealingKey, open, seal, type SealingKey } from './sealed-message.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

// RFC 7748, 6.1
const alice = {
  private: '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
  public: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
};
const bob = {
  private: '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
  public: 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
};
const sharedByBoth = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';

const text = (keyInHex: string): string => hex(keyInHex).toString('base64url');
const pkcs8 = (key: string): Buffer => Buffer.concat([hex('302e020100300506032b656e04220420'), hex(key)]);

/** HKDF-SHA-256 as RFC 5869 writes it, apart from the code that is tested. */
function hkdf(material: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  const mac = (key: Buffer, ...parts: Buffer[]): Buffer =>
    parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', key)).digest();
  const key = mac(salt, material);
  let block: Buffer = Buffer.alloc(0);
  let out: Buffer = Buffer.alloc(0);
  for (let n = 1; out.length < length; n++) {
    block = mac(key, block, info, Buffer.of(n));
    out = Buffer.concat([out, block]);
  }
  return out.subarray(0, length);
}

async function bobsKey(): Promise<SealingKey> {
  const privateKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8(bob.private)), 'X25519', false, [
    'deriveBits',
  ]);
  return { publicKey: text(bob.public), privateKey };
}

describe('Sealed messages (A9)', () => {
  it('what they are checked against is what the RFCs say', () => {
    // RFC 5869, A.1
    const okm = hkdf(hex('0b'.repeat(22)), hex('000102030405060708090a0b0c'), hex('f0f1f2f3f4f5f6f7f8f9'), 42);
    const expected = '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865';
    assert.equal(okm.toString('hex'), expected);
    const privateKey = createPrivateKey({ key: pkcs8(alice.private), format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: text(bob.public) }, format: 'jwk' });
    assert.equal(diffieHellman({ privateKey, publicKey }).toString('hex'), sharedByBoth);
  });

  it('opens what was sealed by the book with the keys of RFC 7748', async () => {
    const salt = Buffer.concat([hex(alice.public), hex(bob.public)]);
    const key = hkdf(hex(sharedByBoth), salt, Buffer.from('purpose'), 32);
    const nonce = Buffer.alloc(12, 7);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const body = Buffer.concat([cipher.update('über'), cipher.final(), cipher.getAuthTag()]);
    const message = {
      key: text(alice.public),
      nonce: nonce.toString('base64url'),
      text: body.toString('base64url'),
    };
    assert.equal(Buffer.from(await open(await bobsKey(), 'purpose', message)).toString(), 'über');
  });

  it('seals so that it opens by the book', async () => {
    const message = await seal(text(bob.public), sealedPurpose('s'), Buffer.from('secret'));
    assert.deepEqual(sealed.parse(message), message);
    const privateKey = createPrivateKey({ key: pkcs8(bob.private), format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: message.key }, format: 'jwk' });
    const salt = Buffer.concat([Buffer.from(message.key, 'base64url'), hex(bob.public)]);
    const key = hkdf(diffieHellman({ privateKey, publicKey }), salt, Buffer.from('latchkey sealed 1\ns'), 32);
    const body = Buffer.from(message.text, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(message.nonce, 'base64url'));
    decipher.setAuthTag(body.subarray(-16));
    assert.equal(Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]).toString(), 'secret');
  });

  it('opens for nobody else, for no other purpose, and not altered', async () => {
    const [own, other] = [await newSealingKey(), await newSealingKey()];
    const message = await seal(own.publicKey, 'one', Buffer.from('secret'));
    assert.equal(Buffer.from(await open(own, 'one', message)).toString(), 'secret');
    await assert.rejects(open(other, 'one', message));
    await assert.rejects(open(own, 'two', message));
    for (const field of ['key', 'nonce', 'text'] as const) {
      const altered = (message[field].startsWith('A') ? 'B' : 'A') + message[field].slice(1);
      await assert.rejects(open(own, 'one', { ...message, [field]: altered }), field);
    }
    await assert.rejects(open(own, 'one', { ...message, text: message.text.slice(0, 10) }));
    const again = await seal(own.publicKey, 'one', Buffer.from('secret'));
    assert.notEqual(again.key, message.key);
    assert.notEqual(again.text, message.text);
  });

  it('takes no key that makes the secret known to everybody, and gives its own to nobody', async () => {
    // RFC 7748, 6.1: zero times anything is zero.
    await assert.rejects(seal(Buffer.alloc(32).toString('base64url'), 'x', Buffer.from('secret')));
    await assert.rejects(seal('short', 'x', Buffer.from('secret')));
    await assert.rejects(crypto.subtle.exportKey('pkcs8', (await newSealingKey()).privateKey));
  });
});
