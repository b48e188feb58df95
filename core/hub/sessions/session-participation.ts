import { LatchkeyError } from '#protocol/errors.ts';
import { sessionNotifications } from '#protocol/sessions.ts';
import type { Actor } from '../store/audit-writer.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionAccess } from './session-access.ts';
import type { SessionEndings } from './session-endings.ts';
import type { SessionEntries, SessionStep } from './session-entries.ts';
import type { SessionTimes } from './session-times.ts';

export interface ParticipationParts {
  readonly live: LiveSessions;
  readonly access: SessionAccess;
  readonly entries: SessionEntries;
  readonly endings: SessionEndings;
  readonly times: SessionTimes;
  readonly onError: (error: unknown) => void;
}

/** Technicians who come and go in sessions, and who of them works. */
export class SessionParticipation {
  private readonly parts: ParticipationParts;

  constructor(parts: ParticipationParts) {
    this.parts = parts;
  }

  /** Puts the technician into the session, without asking whether they may. @returns whether they were not in it */
  enter(actor: TechnicianActor, connection: WorkbenchConnection, session: LiveSession): boolean {
    const person = { id: actor.id, name: this.parts.access.nameOf(actor.id) };
    const isNew = session.add(person, connection);
    clearTimeout(session.nobodyThere);
    connection.onClose(() => this.lost(session, actor.id, connection));
    return isNew;
  }

  /** @throws LatchkeyError `session.notFound`, `permission.switchedOff` */
  async join(actor: TechnicianActor, connection: WorkbenchConnection, session: LiveSession): Promise<void> {
    this.parts.access.requireTakePart(actor, session);
    const isNew = this.enter(actor, connection, session);
    this.parts.live.changed(session);
    if (isNew) await this.parts.entries.record(session, { actor, action: 'session.join' });
  }

  /** @throws LatchkeyError `session.notTakingPart` */
  async leave(actor: TechnicianActor, session: LiveSession): Promise<void> {
    this.parts.access.requirePart(actor.id, session);
    const name = this.parts.access.nameOf(actor.id);
    session.remove(actor.id);
    this.parts.live.changed(session);
    if (session.participants.size === 0) this.nobodyIsThere(session, actor, name);
    await this.parts.entries.record(session, { actor, action: 'session.leave' });
  }

  /** @throws LatchkeyError `session.notInControl`, `permission.administratorOnly`, `account.notFound` */
  async handOver(actor: TechnicianActor, session: LiveSession, technician: string): Promise<void> {
    if (session.inControl !== actor.id) {
      if (actor.role !== 'administrator') this.parts.access.requireControl(actor.id, session);
      requireAdministrator(actor, 'session.handOver');
    }
    if (!session.isParticipant(technician)) throw new LatchkeyError('account.notFound');
    if (session.inControl === technician) return;
    const before = { inControl: session.controller };
    session.inControl = technician;
    this.parts.live.changed(session);
    const after = { inControl: session.controller };
    await this.parts.entries.record(session, { actor, action: 'session.handOver', before, after });
  }

  /** @throws LatchkeyError `session.notTakingPart` */
  askControl(actor: TechnicianActor, session: LiveSession): void {
    this.parts.access.requirePart(actor.id, session);
    const name = this.parts.access.nameOf(actor.id);
    for (const connection of session.participants.get(session.inControl ?? '')?.connections ?? []) {
      connection.notify(sessionNotifications.controlAsked, { session: session.id, technician: actor.id, name });
    }
  }

  /** Takes somebody out who may not take part any more. */
  withdraw(session: LiveSession, technician: string, step: SessionStep): void {
    session.remove(technician);
    void this.parts.entries.record(session, step).catch(this.parts.onError);
  }

  /** Whoever left last may come back for a while. A customer who has not come yet may take longer than that. */
  nobodyIsThere(session: LiveSession, by: Actor, name: string): void {
    if (session.state === 'waiting' || session.isOver) return;
    clearTimeout(session.nobodyThere);
    session.nobodyThere = setTimeout(
      () => void this.parts.endings.end(session, 'technician', by, name),
      this.parts.times.resume * 1000,
    );
  }

  private lost(session: LiveSession, technician: string, connection: WorkbenchConnection): void {
    const participant = session.participants.get(technician);
    if (!participant?.connections.delete(connection) || participant.connections.size > 0) return;
    this.awaitBack(session, technician);
  }

  /** Has no window now, and is given a while to come back. */
  awaitBack(session: LiveSession, technician: string): void {
    const participant = session.participants.get(technician);
    if (!participant) return;
    clearTimeout(participant.away);
    participant.away = setTimeout(() => this.lostForGood(session, technician), this.parts.times.resume * 1000);
  }

  private lostForGood(session: LiveSession, technician: string): void {
    const { live, endings, entries, access, onError } = this.parts;
    session.remove(technician);
    if (session.participants.size === 0 && session.state !== 'waiting') {
      void endings.end(session, 'connectionLost');
      return;
    }
    live.changed(session);
    const actor: Actor = { kind: 'technician', id: technician, name: access.nameOf(technician), from: null };
    void entries.record(session, { actor, action: 'session.leave', after: { end: 'connectionLost' } }).catch(onError);
  }
}
