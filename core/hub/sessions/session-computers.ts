import { LatchkeyError } from '#protocol/errors.ts';
import {
  endpointSessionNotifications as notifications,
  endpointSessionRequests as requests,
  type SessionEnd,
} from '#protocol/sessions.ts';
import type { ComputerConnection } from '../endpoints/endpoint-handlers.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import { customerOf, type SessionEndings } from './session-endings.ts';
import type { SessionEntries } from './session-entries.ts';
import type { SessionParticipation } from './session-participation.ts';
import type { SessionTimes } from './session-times.ts';
import type { TerminalRelay } from './terminal-relay.ts';

/** Seconds that a computer has to open a session. */
export const openTimeout = 30;
/** The ends that a computer can know of by itself; whatever else it says, the customer did it. */
const computersEnds: readonly SessionEnd[] = ['customer', 'blocked', 'connectionLost', 'signInFailed'];

export interface SessionComputersParts {
  readonly live: LiveSessions;
  readonly entries: SessionEntries;
  readonly endings: SessionEndings;
  readonly participation: SessionParticipation;
  readonly terminals: TerminalRelay;
  readonly times: SessionTimes;
  readonly onError: (error: unknown) => void;
}

/** The computers' side of sessions: they come, go, come back, and say that it is over. */
export class SessionComputers {
  private readonly parts: SessionComputersParts;

  constructor(parts: SessionComputersParts) {
    this.parts = parts;
  }

  /**
   * Hears a computer from now on.
   * @param isOwn whether a session is this computer's
   */
  serve(peer: ComputerConnection, isOwn: (session: LiveSession) => boolean): void {
    const { live, onError } = this.parts;
    const own = (): LiveSession[] => [...live].filter(isOwn);
    peer.rpc.on(notifications.held, ({ sessions }) => this.held(peer, own(), new Set(sessions)).catch(onError));
    peer.rpc.on(notifications.ended, ({ session, end }) => {
      const ended = own().find(({ id }) => id === session);
      if (ended) this.endedThere(ended, end);
    });
    peer.rpc.onClose(() => {
      for (const session of own()) if (session.peer === peer) this.lost(session);
    });
  }

  /** The computer of an attended session is connected; work begins once it says that it is ready. */
  arrived(session: LiveSession, peer: ComputerConnection): void {
    const before = session.peer;
    session.setComputer(peer.facts);
    if (session.state === 'waiting') session.peer = peer;
    this.serve(peer, (each) => each === session);
    before?.close(4000, 'Replaced by a newer connection of the same customer app');
    this.parts.live.changed(session);
  }

  /** Its session goes on over this connection. */
  attach(session: LiveSession, peer: ComputerConnection): void {
    session.peer = peer;
    session.setComputer(peer.facts);
    peer.allowMuch(true);
    const { live, terminals } = this.parts;
    terminals.serve(peer, (id) => {
      const found = live.get(id);
      return found?.peer === peer ? found : undefined;
    });
  }

  private async held(peer: ComputerConnection, own: readonly LiveSession[], held: ReadonlySet<string>): Promise<void> {
    for (const session of own) {
      if (session.state === 'waiting') await this.openAttended(session, peer);
      else if (held.has(session.id)) this.resume(session, peer);
      // The program there was started anew: it knows nothing of the session.
      else if (session.isInterrupted || session.peer === peer) await this.parts.endings.end(session, 'connectionLost');
    }
    for (const id of held) {
      if (own.some((session) => session.id === id)) continue;
      const entry = await this.parts.entries.find(id);
      peer.rpc.notify(notifications.ended, { session: id, end: entry?.session.end ?? 'hubStopped' });
    }
  }

  private async openAttended(session: LiveSession, peer: ComputerConnection): Promise<void> {
    const { live, entries, endings, participation } = this.parts;
    try {
      const { sealingKey } = await peer.rpc.request(requests.open, session.shown(), { timeout: openTimeout });
      if (session.isOver || session.state !== 'waiting' || session.peer !== peer) return;
      this.attach(session, peer);
      session.sealingKey = sealingKey;
      session.state = sealingKey === null ? 'active' : 'signingIn';
      session.startedAt = sealingKey === null ? Date.now() : null;
      session.keyExpiresAt = null;
      live.changed(session);
      const actor = customerOf(session);
      if (session.participants.size === 0) participation.nobodyIsThere(session, actor, session.technician.name);
      await entries.record(session, { actor, action: 'session.start', after: { computer: session.name } });
    } catch (error) {
      // Its connection is lost: it may come again.
      if (!(error instanceof LatchkeyError) || peer.rpc.isClosed || session.peer !== peer) return;
      await endings.end(session, error.code === 'session.blocked' ? 'blocked' : 'connectionLost');
    }
  }

  private resume(session: LiveSession, peer: ComputerConnection): void {
    this.attach(session, peer);
    clearTimeout(session.computerAway);
    session.resumeUntil = null;
    this.parts.live.changed(session);
    this.parts.terminals.resume(session);
  }

  /** Its connection is lost, or the hub was started anew: it is given a while to come back. */
  awaitBack(session: LiveSession): void {
    const { endings, times } = this.parts;
    if (session.state === 'waiting') return;
    session.resumeUntil = Date.now() + times.resume * 1000;
    clearTimeout(session.computerAway);
    session.computerAway = setTimeout(() => void endings.end(session, 'connectionLost'), times.resume * 1000);
  }

  private lost(session: LiveSession): void {
    session.peer = undefined;
    this.awaitBack(session);
    this.parts.live.changed(session);
  }

  private endedThere(session: LiveSession, end: SessionEnd): void {
    const known = computersEnds.includes(end) ? end : 'customer';
    void this.parts.endings.end(session, known, customerOf(session));
  }
}
