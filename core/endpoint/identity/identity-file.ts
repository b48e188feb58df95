import { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import { keepToOwner, readJsonFile, writeJsonFile } from '../data-folder/atomic-file.ts';
import { KeyPair } from './key-pair.ts';

const rawKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const identityFile = z.object({
  version: z.literal(1),
  publicKey: rawKey,
  privateKey: rawKey,
  /** The private key that takes their place as soon as the hub knows it: this computer is a copy of another one's disk. */
  next: rawKey.optional(),
});

/**
 * The endpoint's key, which is what it is to the hub.
 * @returns undefined where none has been made yet
 * @throws LatchkeyError `endpoint.dataDamaged`: a new key would be another device, so none is made in its place
 */
export async function readIdentity(file: string): Promise<KeyPair | undefined> {
  return (await readKeys(file))?.keys;
}

export async function writeIdentity(file: string, keys: KeyPair, next?: KeyPair): Promise<void> {
  const privateKey = seedOf(keys);
  await writeJsonFile(file, { version: 1, publicKey: keys.publicKey, privateKey, ...(next && { next: seedOf(next) }) });
}

/** How a copy of another computer's disk gets a key of its own. */
export interface KeyReplacement {
  /** The key of its own: the same one until it is adopted, whatever happens in between. */
  prepare(): Promise<KeyPair>;
  /** The hub knows it: from now on it is the only one. */
  adopt(): Promise<void>;
}

/** On disk before the hub hears of it: should the answer get lost, the next attempt comes from the same computer. */
export const keyReplacement = (file: string): KeyReplacement => ({
  async prepare() {
    const kept = await requireKeys(file);
    if (kept.next) return kept.next;
    const next = KeyPair.generate();
    await writeIdentity(file, kept.keys, next);
    return next;
  },
  async adopt() {
    const { next } = await requireKeys(file);
    if (next) await writeIdentity(file, next);
  },
});

async function readKeys(file: string): Promise<{ keys: KeyPair; next: KeyPair | undefined } | undefined> {
  const stored = await readJsonFile(file, identityFile);
  if (!stored) return undefined;
  const keys = KeyPair.fromSeed(Buffer.from(stored.privateKey, 'base64url'));
  if (keys.publicKey !== stored.publicKey)
    throw new LatchkeyError('endpoint.dataDamaged', { file, problem: 'publicKey' });
  await keepToOwner(file, 0o600).catch(() => {});
  return {
    keys,
    next: stored.next === undefined ? undefined : KeyPair.fromSeed(Buffer.from(stored.next, 'base64url')),
  };
}

async function requireKeys(file: string): Promise<{ keys: KeyPair; next: KeyPair | undefined }> {
  const kept = await readKeys(file);
  if (!kept) throw new LatchkeyError('endpoint.dataDamaged', { file, problem: 'ENOENT' });
  return kept;
}

const seedOf = (keys: KeyPair): string => keys.exportSeed().toString('base64url');
