import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import type { PresenceTracker } from './presence-tracker.ts';

/** Milliseconds between two writes. */
const interval = 60_000;
/** Devices in one statement. */
const rowsAtOnce = 500;

/** Writes down in batches when devices were last seen. Replicas don't have it, so it is no change for them. */
export class LastSeenWriter implements HubPart {
  private readonly store: Store;
  private readonly presence: PresenceTracker;
  private readonly onError: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(store: Store, presence: PresenceTracker, onError: (error: unknown) => void) {
    this.store = store;
    this.presence = presence;
    this.onError = onError;
  }

  start(): void {
    this.timer = setInterval(() => void this.write(), interval);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  /** Writes what is known now. */
  write(): Promise<void> {
    this.writing = this.writing.then(() => this.writeBatches()).catch(this.onError);
    return this.writing;
  }

  private async writeBatches(): Promise<void> {
    const { gone, here } = this.presence.takeLastSeen();
    const now = Date.now();
    // To the second: those that went together are written together.
    const bySecond = new Map<number, string[]>([[now, [...here]]]);
    for (const [device, at] of gone) {
      const second = Math.floor(at / 1000) * 1000;
      const devices = bySecond.get(second);
      if (devices) devices.push(device);
      else bySecond.set(second, [device]);
    }
    for (const [at, devices] of bySecond) {
      for (let start = 0; start < devices.length; start += rowsAtOnce) {
        const batch = devices.slice(start, start + rowsAtOnce);
        await this.store.write(async ({ db }) => {
          await db.updateTable('devices').set({ last_seen_at: at }).where('id', 'in', batch).execute();
        });
      }
    }
  }
}
