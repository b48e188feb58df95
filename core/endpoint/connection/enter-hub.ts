import type { EndpointStanding } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { KeyReplacement } from '../identity/identity-file.ts';
import type { KeyPair } from '../identity/key-pair.ts';
import type { HubConversation } from './hub-conversation.ts';

export interface Entry {
  readonly keys: KeyPair;
  readonly facts: DeviceFacts;
  /** Joins with it; without it the hub has to know the key already. */
  readonly token?: string | undefined;
  /** Without it a copy is not let in. */
  readonly replacement?: KeyReplacement | undefined;
}

/**
 * Has the hub let this computer in. Where it is a copy of another one's disk it gets a key of its own, and is a second device.
 * @returns the key that it is known by from now on
 */
export async function enterHub(
  conversation: HubConversation,
  { keys, facts, token, replacement }: Entry,
): Promise<{ readonly standing: EndpointStanding; readonly keys: KeyPair }> {
  try {
    const standing = await (token ? conversation.join(token, keys, facts) : conversation.connect(keys, facts));
    return { standing, keys };
  } catch (error) {
    if (!(error instanceof LatchkeyError) || error.code !== 'endpoint.keyCopied' || !replacement) throw error;
    const own = await replacement.prepare();
    const standing = await conversation.connectAsCopy(keys, own, facts);
    await replacement.adopt();
    return { standing, keys: own };
  }
}
