import { hash, verify } from '@node-rs/argon2';

// argon2id with 19 MiB, two passes, one lane: what OWASP recommends, and the library's own defaults, named so that an
// update of it can't change them.
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A hash that no password fits, checked for e-mails that nobody has, so that they take as long as others. */
const nobody = hash(crypto.randomUUID(), options);

export const hashPassword = (password: string): Promise<string> => hash(password, options);

/** Whether the password fits; as slow for a hash that is absent. */
export async function checkPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  const fits = await verify(passwordHash ?? (await nobody), password);
  return fits && passwordHash !== undefined;
}
