import { z } from 'zod';

// Zod would compile its validators with `Function`, which the workbench's Content-Security-Policy forbids.
z.config({ jitless: true });

/** An identifier that the hub gives: 16 characters of lower-case base32, 80 random bits. */
export const id = z.string().regex(/^[a-z2-7]{16}$/);

/** Milliseconds since 1970-01-01 UTC. */
export const timestamp = z.number().int().nonnegative();

/** A name that a person gives to something: one line, trimmed, 1 to 64 characters, no control characters. */
export const name = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u);

/** Bytes as base64url without padding. */
export const base64url = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .max(4096);

export const empty = z.object({});
