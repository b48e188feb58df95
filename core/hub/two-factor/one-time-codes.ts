import { Secret, TOTP } from 'otpauth';

/** Seconds that a code is shown for. */
const period = 30;
/** Bytes of a secret: RFC 4226 recommends 160 bits. */
const secretSize = 20;
/** Steps that an authenticator's clock may be ahead or behind. */
const drift = 1;

// SHA-1, 6 digits and 30 seconds: the only values that every authenticator takes.
const settings = { algorithm: 'SHA1', digits: 6, period } as const;

/** A new secret, in base32 as people type it. */
export const newOneTimeSecret = (): string => new Secret({ size: secretSize }).base32;

/** The address that an authenticator reads from a QR code. */
export const oneTimeUri = (secret: string, email: string): string =>
  new TOTP({ ...settings, issuer: 'Latchkey', label: email, secret }).toString();

/** The code of a moment, milliseconds since 1970. */
export const oneTimeCode = (secret: string, at: number): string =>
  TOTP.generate({ ...settings, secret: Secret.fromBase32(secret), timestamp: at });

/** The number of the step that a code is of, where it is good at that moment; compared in constant time. */
export function stepOf(secret: string, code: string, at: number): number | undefined {
  const delta = TOTP.validate({
    ...settings,
    token: code,
    secret: Secret.fromBase32(secret),
    timestamp: at,
    window: drift,
  });
  return delta === null ? undefined : Math.floor(at / 1000 / period) + delta;
}
