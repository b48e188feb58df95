import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { offeredExtensions, type OfferedExtensions } from '#protocol/extensions.ts';

/**
 * Tells whether hub and workbench have the same extensions. Of what the contract of now reads: what another version has
 * kept, and has read less of, is something else.
 */
export const fingerprintOfExtensions = (offered: OfferedExtensions): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify(offeredExtensions.parse(offered)))));
