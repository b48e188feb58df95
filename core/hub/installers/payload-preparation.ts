import { LatchkeyError } from '#protocol/errors.ts';
import type { HubPart } from '../hub-part.ts';
import type { PayloadCache } from './formats/payload-cache.ts';
import { linuxPayloadObstacle, type LinuxPayload } from './linux-payload.ts';

export interface PayloadPreparationOptions {
  /** Seconds after the start: all devices come back at once when a hub does, and go first. Undefined: never. */
  readonly after: number | undefined;
  readonly onError: (error: unknown) => void;
}

/** Compresses what installers and customer apps carry before somebody waits for it. */
export class PayloadPreparation implements HubPart {
  private readonly cache: PayloadCache;
  private readonly payload: LinuxPayload;
  private readonly options: PayloadPreparationOptions;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private making: Promise<void> | undefined;

  constructor(cache: PayloadCache, payload: LinuxPayload, options: PayloadPreparationOptions) {
    this.cache = cache;
    this.payload = payload;
    this.options = options;
  }

  start(): void {
    const { after } = this.options;
    if (after !== undefined) this.timer = setTimeout(() => (this.making = this.make()), after * 1000).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort();
    await this.making;
  }

  private async make(): Promise<void> {
    try {
      // Whoever asks for a file is told what is missing.
      if (await linuxPayloadObstacle(this.payload)) return;
      await this.cache.get({ signal: this.stopping.signal });
    } catch (error) {
      if (!(error instanceof LatchkeyError && error.code === 'rpc.cancelled')) this.options.onError(error);
    }
  }
}
