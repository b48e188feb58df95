import { setTimeout as delay } from 'node:timers/promises';
import type { LatchkeyError } from '#protocol/errors.ts';
import { BackOff } from '../connection/back-off.ts';
import { HubConversation, type HubReference } from '../connection/hub-conversation.ts';
import type { KeyPair } from '../identity/key-pair.ts';

export interface RemovalReporter {
  readonly hub: HubReference;
  readonly keys: KeyPair;
  /** Seconds that the first wait before another attempt takes at most; 2 unless told. */
  readonly retryFirst?: number | undefined;
}

const attempts = 5;

/**
 * Tells the hub how the removal goes; a hub that can't be reached for half a minute never hears of it.
 * @returns whether it knows
 */
export async function reportRemoval(
  { hub, keys, retryFirst = 2 }: RemovalReporter,
  stage: 'failed' | 'done',
  problem: LatchkeyError | null,
  signal?: AbortSignal,
): Promise<boolean> {
  const backOff = new BackOff({ first: retryFirst, longest: 16, random: Math.random });
  for (let attempt = 1; attempt <= attempts && !signal?.aborted; attempt++) {
    let conversation: HubConversation | undefined;
    try {
      conversation = await HubConversation.open(hub, { patience: 8, signal });
      await conversation.removal(keys, stage, problem);
      return true;
    } catch {
      if (attempt === attempts) break;
      await delay(backOff.next() * 1000, undefined, signal && { signal }).catch(() => {});
    } finally {
      await conversation?.close();
    }
  }
  return false;
}
