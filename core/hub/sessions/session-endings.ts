import { endpointSessionNotifications, type SessionEnd } from '#protocol/sessions.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import { system, type Actor } from '../store/audit-writer.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionEntries } from './session-entries.ts';

/** Milliseconds that a customer app gets to say goodbye. */
const farewell = 2000;

/** The customer, as the audit log names whoever sits at the computer. */
export const customerOf = ({ device, name, peer }: LiveSession): Actor => ({
  kind: 'endpoint',
  id: device,
  name,
  from: peer?.from ?? null,
});

/** How sessions end, whatever the reason. */
export class SessionEndings {
  private readonly live: LiveSessions;
  private readonly entries: SessionEntries;
  private readonly presence: PresenceTracker;
  private readonly onError: (error: unknown) => void;

  constructor(
    live: LiveSessions,
    entries: SessionEntries,
    presence: PresenceTracker,
    onError: (error: unknown) => void,
  ) {
    this.live = live;
    this.entries = entries;
    this.presence = presence;
    this.onError = onError;
  }

  /**
   * Ends it at once, and tells both sides. One that has ended stays as it ended.
   * @param by whoever did; the hub itself unless told
   * @param name a technician's, where one did
   * @returns when its entry is written
   */
  async end(session: LiveSession, end: SessionEnd, by: Actor = system, name: string | null = null): Promise<void> {
    if (session.isOver) return;
    const { peer, target, id } = session;
    const used = [...session.used];
    session.stopWaiting();
    session.state = 'ended';
    session.endedAt = Date.now();
    session.end = end;
    session.endedBy = name;
    session.resumeUntil = null;
    session.inControl = null;
    session.participants.clear();
    peer?.rpc.notify(endpointSessionNotifications.ended, { session: id, end });
    if (target) {
      peer?.allowMuch(false);
      this.presence.setInSession(target.id, false);
    } else setTimeout(() => peer?.close(1000, 'The session is over'), farewell).unref();
    this.live.changed(session);
    const seconds = session.startedAt === null ? 0 : Math.round((session.endedAt - session.startedAt) / 1000);
    await this.entries
      .record(session, { actor: by, action: 'session.end', after: { end, seconds, used } })
      .catch(this.onError);
  }
}
