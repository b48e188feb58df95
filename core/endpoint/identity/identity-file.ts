import { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import { keepToOwner, readJsonFile, writeJsonFile } from '../data-folder/atomic-file.ts';
import { KeyPair } from './key-pair.ts';

const rawKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const identityFile = z.object({ version: z.literal(1), publicKey: rawKey, privateKey: rawKey });

/**
 * The endpoint's key, which is what it is to the hub.
 * @returns undefined where none has been made yet
 * @throws LatchkeyError `endpoint.dataDamaged`: a new key would be another device, so none is made in its place
 */
export async function readIdentity(file: string): Promise<KeyPair | undefined> {
  const stored = await readJsonFile(file, identityFile);
  if (!stored) return undefined;
  const keys = KeyPair.fromSeed(Buffer.from(stored.privateKey, 'base64url'));
  if (keys.publicKey !== stored.publicKey)
    throw new LatchkeyError('endpoint.dataDamaged', { file, problem: 'publicKey' });
  await keepToOwner(file, 0o600).catch(() => {});
  return keys;
}

export async function writeIdentity(file: string, keys: KeyPair): Promise<void> {
  const privateKey = keys.exportSeed().toString('base64url');
  await writeJsonFile(file, { version: 1, publicKey: keys.publicKey, privateKey });
}
