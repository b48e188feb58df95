import type { Subscription } from 'rxjs';
import type { HubPart } from '../hub-part.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionEntries } from './session-entries.ts';

/** Milliseconds between two notes of which sessions are open. */
export const seenInterval = 60_000;

/** Keeps the entries true to what happens, so that the sessions outlive a hub that stops, or is killed, and is back soon. */
export class SessionUpkeep implements HubPart {
  private readonly live: LiveSessions;
  private readonly entries: SessionEntries;
  private readonly onError: (error: unknown) => void;
  private readonly waiting = new Set<LiveSession>();
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private subscription: Subscription | undefined;

  constructor(live: LiveSessions, entries: SessionEntries, onError: (error: unknown) => void) {
    this.live = live;
    this.entries = entries;
    this.onError = onError;
  }

  start(): void {
    this.subscription = this.live.toKeep$.subscribe((session) => {
      this.waiting.add(session);
      this.writing ??= this.write();
    });
    this.timer = setInterval(() => void this.seen(), seenInterval);
    this.timer.unref();
  }

  /** What goes on is left open: its computers and technicians come back to it. */
  async stop(): Promise<void> {
    this.subscription?.unsubscribe();
    clearInterval(this.timer);
    await this.writing;
    await this.seen();
    for (const session of this.live) session.stopWaiting();
  }

  private seen(): Promise<void> {
    return this.entries.seen([...this.live].map(({ id }) => id)).catch(this.onError);
  }

  /** Each as it is by then: what changes meanwhile is written once more. */
  private async write(): Promise<void> {
    await Promise.resolve();
    while (this.waiting.size > 0) {
      const sessions = [...this.waiting];
      this.waiting.clear();
      await Promise.all(sessions.map((session) => this.entries.record(session).catch(this.onError)));
    }
    this.writing = undefined;
  }
}
