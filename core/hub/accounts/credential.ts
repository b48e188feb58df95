/** What somebody proved to be a technician with: a cookie's sign-in, or an API token. */
export interface Credential {
  readonly kind: 'signIn' | 'token';
  readonly technicianId: string;
  /** The sign-in's `secret_hash` or the token's identifier. */
  readonly id: string;
  /** When it ends by itself; null: never. */
  readonly expiresAt: number | null;
}
