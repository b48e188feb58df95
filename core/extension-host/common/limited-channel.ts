import type { WebSocketLike } from '#core/base/rpc/transport.ts';
import { maximumExtensionMessage } from '#protocol/extension-host.ts';
import type { ExtensionProcess, StopReason } from './extension-process.ts';

/** How much an extension may say: at once, and each second in the long run. */
export const extensionLimits = {
  messages: 20_000,
  messagesPerSecond: 5_000,
  characters: 32e6,
  charactersPerSecond: 8e6,
};

/** A store of permits that fills up over time. */
export class Bucket {
  private readonly capacity: number;
  private readonly perSecond: number;
  private level: number;
  private at: number;

  constructor(capacity: number, perSecond: number, now: number) {
    this.capacity = capacity;
    this.perSecond = perSecond;
    this.level = capacity;
    this.at = now;
  }

  take(amount: number, now: number): boolean {
    this.level = Math.min(this.capacity, this.level + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
    if (this.level < amount) return false;
    this.level -= amount;
    return true;
  }
}

/**
 * A process as a socket that ends in `onExcess` when the extension floods it or sends one message that is too large:
 * counted before anything is parsed, so that a flood costs next to nothing.
 */
export function limitedChannel(process: ExtensionProcess, onExcess: (reason: StopReason) => void): WebSocketLike {
  const clock = (): number => performance.now();
  const messages = new Bucket(extensionLimits.messages, extensionLimits.messagesPerSecond, clock());
  const characters = new Bucket(extensionLimits.characters, extensionLimits.charactersPerSecond, clock());
  let stopped = false;
  const stop = (reason: StopReason): void => {
    stopped = true;
    onExcess(reason);
  };
  return {
    send: (text) => process.send(text),
    addEventListener: (type: string, listener: (event: never) => void) => {
      if (type !== 'message') return;
      process.onMessage((data) => {
        if (stopped) return;
        if (data.length > maximumExtensionMessage) return stop('tooLarge');
        const now = clock();
        if (!messages.take(1, now) || !characters.take(data.length, now)) return stop('tooMuch');
        (listener as (event: { data: unknown }) => void)({ data });
      });
    },
  };
}
