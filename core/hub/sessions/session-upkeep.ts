import type { HubPart } from '../hub-part.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionEndings } from './session-endings.ts';
import type { SessionEntries } from './session-entries.ts';

/** Milliseconds between two notes of which sessions are open. */
const interval = 60_000;

/** Keeps the entries true to what happens to the hub itself: it stops, or is killed. */
export class SessionUpkeep implements HubPart {
  private readonly live: LiveSessions;
  private readonly entries: SessionEntries;
  private readonly endings: SessionEndings;
  private readonly onError: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(live: LiveSessions, entries: SessionEntries, endings: SessionEndings, onError: (error: unknown) => void) {
    this.live = live;
    this.entries = entries;
    this.endings = endings;
    this.onError = onError;
  }

  async start(): Promise<void> {
    await this.entries.endLeftOpen();
    this.timer = setInterval(() => {
      void this.entries.seen([...this.live].map(({ id }) => id)).catch(this.onError);
    }, interval);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([...this.live].map((session) => this.endings.end(session, 'hubStopped')));
  }
}
