import { createHash, randomBytes } from 'node:crypto';
import { newId } from '#core/base/ids.ts';

/** 256 random bits as base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** How a secret of ours is kept and looked up: it has enough entropy for a plain hash. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A password that a person can type off a terminal: six groups of four letters and digits, 120 random bits. */
export const newTypeablePassword = (): string => `${newId()}${newId()}`.slice(0, 24).match(/.{4}/g)!.join('-');
