import { LatchkeyError } from '#protocol/errors.ts';
import type { OfferedExtension } from '#protocol/extensions.ts';

/**
 * Gets an extension's bundle from the hub and checks it against the hash that was offered.
 * @param get fetches a path of the hub with the technician's own credentials
 * @throws LatchkeyError `extension.crashed` where what came is not what was offered, `hub.unreachable` where nothing came
 */
export async function loadBundle(offered: OfferedExtension, get: (path: string) => Promise<Response>): Promise<string> {
  let response: Response;
  try {
    response = await get(offered.bundle);
  } catch (error) {
    if (error instanceof LatchkeyError) throw error;
    throw new LatchkeyError('hub.unreachable', { url: offered.bundle, reason: String((error as Error).message) });
  }
  const extension = offered.manifest.name;
  if (!response.ok) {
    throw new LatchkeyError('extension.crashed', { extension, reason: `HTTP ${response.status} ${offered.bundle}` });
  }
  const bytes = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (hash !== offered.sha256) {
    throw new LatchkeyError('extension.crashed', { extension, reason: `SHA-256 ${hash} ≠ ${offered.sha256}` });
  }
  return new TextDecoder().decode(bytes);
}
