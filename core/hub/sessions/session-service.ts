import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { Sealed } from '#protocol/sealed.ts';
import type { Session } from '#protocol/sessions.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionAccess } from './session-access.ts';
import type { SessionEndings } from './session-endings.ts';
import type { HistoryQuery, SessionEntries } from './session-entries.ts';
import type { SessionParticipation } from './session-participation.ts';
import type { SessionStarts, StartCall } from './session-starts.ts';

export interface SessionServiceParts {
  readonly live: LiveSessions;
  readonly access: SessionAccess;
  readonly entries: SessionEntries;
  readonly endings: SessionEndings;
  readonly participation: SessionParticipation;
  readonly starts: SessionStarts;
}

/** What technicians do with sessions. */
export class SessionService {
  private readonly parts: SessionServiceParts;

  constructor(parts: SessionServiceParts) {
    this.parts = parts;
  }

  /** One that goes on, or an entry. @throws LatchkeyError `permission.switchedOff`, `session.notFound` */
  async get(actor: TechnicianActor, id: string): Promise<Session> {
    const { access, live, entries } = this.parts;
    access.requireSessions(actor);
    const session = live.get(id);
    if (session && access.maySee(actor, session)) return session.view();
    const entry = session ? undefined : await entries.find(id);
    if (entry) {
      const { kind, technician } = entry.session;
      const own = technician.id === actor.id;
      if (own || kind === 'attended' || (entry.group !== null && hasGroup(actor, entry.group))) return entry.session;
    }
    throw new LatchkeyError('session.notFound', { session: id });
  }

  /** @throws LatchkeyError `session.notFound` */
  facts(actor: TechnicianActor, id: string): { facts: DeviceFacts | null } {
    return { facts: this.visible(actor, id).facts ?? null };
  }

  /** @throws LatchkeyError `permission.switchedOff` */
  history(actor: TechnicianActor, query: HistoryQuery): Promise<Session[]> {
    this.parts.access.requireSessions(actor);
    return this.parts.entries.history(actor, query);
  }

  /** @throws LatchkeyError as `SessionStarts.start` */
  async start(call: StartCall, device: string): Promise<Session> {
    return (await this.parts.starts.start(call, device)).view();
  }

  /** @throws LatchkeyError as `SessionStarts.signIn` */
  async signIn(actor: TechnicianActor, id: string, account: Sealed): Promise<Session> {
    const session = this.parts.live.require(id);
    await this.parts.starts.signIn(actor, session, account);
    return session.view();
  }

  /** @throws LatchkeyError `session.notFound`, `permission.switchedOff` */
  async join(actor: TechnicianActor, connection: WorkbenchConnection, id: string): Promise<Session> {
    const session = this.parts.live.require(id);
    await this.parts.participation.join(actor, connection, session);
    return session.view();
  }

  /** @throws LatchkeyError `session.notFound`, `session.notTakingPart` */
  async leave(actor: TechnicianActor, id: string): Promise<Record<string, never>> {
    await this.parts.participation.leave(actor, this.parts.live.require(id));
    return {};
  }

  /** @throws LatchkeyError as `SessionParticipation.handOver` */
  async handOver(actor: TechnicianActor, id: string, technician: string): Promise<Session> {
    const session = this.visible(actor, id);
    await this.parts.participation.handOver(actor, session, technician);
    return session.view();
  }

  /** @throws LatchkeyError `session.notFound`, `session.notTakingPart` */
  askControl(actor: TechnicianActor, id: string): Record<string, never> {
    this.parts.participation.askControl(actor, this.parts.live.require(id));
    return {};
  }

  /**
   * By whoever is in control, whoever started it, or an administrator.
   * @throws LatchkeyError `session.notFound`, `session.notTakingPart`, `session.notInControl`
   */
  async end(actor: TechnicianActor, id: string): Promise<Session> {
    const { access, endings } = this.parts;
    const session = this.visible(actor, id);
    if (session.technician.id !== actor.id && actor.role !== 'administrator') access.requireControl(actor.id, session);
    await endings.end(session, 'technician', actor, access.nameOf(actor.id));
    return session.view();
  }

  private visible(actor: TechnicianActor, id: string): ReturnType<LiveSessions['require']> {
    const session = this.parts.live.require(id);
    if (!this.parts.access.maySee(actor, session)) throw new LatchkeyError('session.notFound', { session: id });
    return session;
  }
}
