import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who is let in to the page: whoever brings the one-time secret, and from then on the cookie that it buys. */
export class PageAdmission {
  private secret: Buffer | undefined;
  private cookie: Buffer | undefined;

  /** A new secret, which serves once; one that was not used yet no longer does. */
  issueSecret(): string {
    const secret = randomBytes(32).toString('base64url');
    this.secret = digest(secret);
    return secret;
  }

  /** @returns the cookie's value; undefined where the secret is another one, or was spent */
  spend(secret: string): string | undefined {
    if (!this.secret || !timingSafeEqual(this.secret, digest(secret))) return undefined;
    this.secret = undefined;
    const cookie = randomBytes(32).toString('base64url');
    this.cookie = digest(cookie);
    return cookie;
  }

  isAdmitted(cookie: string | undefined): boolean {
    return cookie !== undefined && this.cookie !== undefined && timingSafeEqual(this.cookie, digest(cookie));
  }

  /** Nobody is let in any more. */
  revoke(): void {
    this.secret = undefined;
    this.cookie = undefined;
  }
}

/** Of one length, whatever was sent. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
