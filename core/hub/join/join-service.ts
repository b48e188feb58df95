import type { Subscription } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import { joinPath, type attendRequests, type JoinAnswer } from '#protocol/join.ts';
import type { ResultOf } from '#protocol/messages.ts';
import type { Invitation } from '#protocol/sessions.ts';
import type { CustomerAppFiles } from '../customer-app/customer-app-files.ts';
import type { ComputerConnection } from '../endpoints/endpoint-handlers.ts';
import type { KnownComputers } from '../endpoints/known-computers.ts';
import type { HubAddress } from '../http/hub-address.ts';
import type { HubPart } from '../hub-part.ts';
import type { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import { LiveSession } from '../sessions/live-session.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import type { SessionAccess } from '../sessions/session-access.ts';
import type { SessionComputers } from '../sessions/session-computers.ts';
import type { SessionEndings } from '../sessions/session-endings.ts';
import type { SessionEntries } from '../sessions/session-entries.ts';
import type { SessionParticipation } from '../sessions/session-participation.ts';
import type { SessionTimes } from '../sessions/session-times.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import type { Actor } from '../store/audit-writer.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';
import { SessionKeys } from './session-keys.ts';
import { SessionTickets } from './session-tickets.ts';

/** Sessions of one technician that wait for a customer. */
const mostWaiting = 25;

export interface JoinServiceParts {
  readonly live: LiveSessions;
  readonly access: SessionAccess;
  readonly entries: SessionEntries;
  readonly endings: SessionEndings;
  readonly participation: SessionParticipation;
  readonly computers: SessionComputers;
  readonly known: KnownComputers;
  readonly files: CustomerAppFiles;
  readonly address: HubAddress;
  readonly appearance: PortalAppearanceService;
  readonly times: SessionTimes;
  readonly identity: HubIdentity;
}

/** How customers come into attended sessions: invitation, key, ticket, customer app (A1). */
export class JoinService implements HubPart {
  private readonly parts: JoinServiceParts;
  private readonly keys: SessionKeys;
  private readonly tickets = new SessionTickets();
  private readonly expiries = new Map<string, NodeJS.Timeout>();
  private subscription: Subscription | undefined;

  constructor(parts: JoinServiceParts) {
    this.parts = parts;
    this.keys = new SessionKeys(parts.identity.deriveKey('latchkey session keys 1'));
  }

  start(): void {
    for (const session of this.parts.live) this.restore(session);
    this.subscription = this.parts.live.changed$.subscribe((session) => this.follow(session));
  }

  stop(): void {
    this.subscription?.unsubscribe();
    for (const timer of this.expiries.values()) clearTimeout(timer);
  }

  /** @throws LatchkeyError `permission.switchedOff`, `rpc.tooMany` */
  async invite(actor: TechnicianActor, connection: WorkbenchConnection): Promise<Invitation> {
    const { live, access, entries, participation } = this.parts;
    access.requireSessions(actor);
    const waiting = [...live].filter(({ state, technician }) => state === 'waiting' && technician.id === actor.id);
    if (waiting.length >= mostWaiting) throw new LatchkeyError('rpc.tooMany', { seconds: 60 });
    const session = new LiveSession({ id: actor.id, name: access.nameOf(actor.id) });
    const key = this.issueKey(session);
    participation.enter(actor, connection, session);
    live.add(session);
    live.changed(session);
    await entries.record(session, { actor, action: 'session.invite' });
    return this.invitation(session, key);
  }

  /**
   * A new key in place of one that ran out, or that was used by somebody who never came.
   * @throws LatchkeyError `session.notFound`, `session.notTakingPart`, `session.keyUsed` where the customer is there
   */
  async renewKey(actor: TechnicianActor, id: string): Promise<Invitation> {
    const { live, access, entries } = this.parts;
    const session = live.require(id);
    access.requireTakePart(actor, session);
    access.requirePart(actor.id, session);
    if (session.state !== 'waiting' || session.peer) throw new LatchkeyError('session.keyUsed');
    this.tickets.drop(id);
    delete session.door.ticket;
    const key = this.issueKey(session);
    live.changed(session);
    await entries.record(session, { actor, action: 'session.renewKey' });
    return this.invitation(session, key);
  }

  /** The key is used up by it. @throws LatchkeyError as `SessionKeys.use` */
  async enter(key: string, from: string): Promise<JoinAnswer> {
    const { live, entries, files } = this.parts;
    const session = live.require(this.keys.use(key, from));
    const expiresAt = this.expireIn(session);
    const ticket = this.tickets.issue(session.id, expiresAt);
    session.door.key = { ...session.door.key!, used: true };
    session.door.ticket = this.tickets.of(session.id)!;
    live.changed(session);
    const actor: Actor = { kind: 'endpoint', id: null, name: '', from };
    await entries.record(session, { actor, action: 'session.enter' });
    const offered = await files.offered();
    const platforms = [...new Set(offered.map(({ platform }) => platform))].map((platform) => {
      const builds = offered.filter((each) => each.platform === platform);
      const best = builds.find(({ available }) => available) ?? builds[0]!;
      return { ...best, ...(best.available && { file: files.fileName('attend', platform, best.architecture) }) };
    });
    return { ticket, technician: session.technician.name, expiresAt, now: Date.now(), platforms };
  }

  /** @throws LatchkeyError `session.ticketInvalid` */
  requireTicket(ticket: string): void {
    this.tickets.check(ticket);
  }

  /**
   * Lets the customer app that brings the ticket into its session.
   * @param publicKey proved already
   * @throws LatchkeyError `session.ticketInvalid`
   */
  async attend(
    ticket: string,
    publicKey: string,
    connection: ComputerConnection,
  ): Promise<ResultOf<typeof attendRequests.attend>> {
    const { live, known, computers, appearance } = this.parts;
    const session = live.get(this.tickets.use(ticket, publicKey));
    if (!session) throw new LatchkeyError('session.ticketInvalid');
    session.door.ticket = this.tickets.of(session.id)!;
    const device = await known.findConnected(connection.facts);
    // Gone, or over, while the hub was busy.
    if (connection.rpc.isClosed || session.isOver) throw new LatchkeyError('session.ticketInvalid');
    session.device = device?.id ?? null;
    computers.arrived(session, connection);
    return { session: session.id, technician: session.technician.name, organisation: appearance.current.name };
  }

  private issueKey(session: LiveSession): string {
    const key = this.keys.issue(session.id, this.expireIn(session));
    session.door.key = { hash: this.keys.hashOf(session.id)!, used: false };
    return key;
  }

  /** The customer has this long for the next step. */
  private expireIn(session: LiveSession): number {
    const expiresAt = Date.now() + this.parts.times.key * 1000;
    session.keyExpiresAt = expiresAt;
    this.awaitExpiry(session, expiresAt);
    return expiresAt;
  }

  private awaitExpiry(session: LiveSession, expiresAt: number): void {
    clearTimeout(this.expiries.get(session.id));
    this.expiries.set(session.id, setTimeout(() => this.follow(session), expiresAt - Date.now() + 1).unref());
  }

  /** The way in of a session that was there before the hub's start. */
  private restore(session: LiveSession): void {
    const { id, door, keyExpiresAt } = session;
    if (door.ticket) this.tickets.restore(id, door.ticket);
    if (session.state !== 'waiting' || keyExpiresAt === null) return;
    if (door.key) this.keys.restore(id, door.key.hash, keyExpiresAt, door.key.used);
    this.awaitExpiry(session, keyExpiresAt);
  }

  /** A session whose customer did not come in time waits on while a technician is there, who can renew the key. */
  private follow(session: LiveSession): void {
    const { id, state, keyExpiresAt, participants, peer } = session;
    if (session.isOver) {
      this.keys.drop(id);
      this.tickets.drop(id);
    }
    if (state !== 'waiting') {
      clearTimeout(this.expiries.get(id));
      this.expiries.delete(id);
    } else if (!peer && keyExpiresAt !== null && keyExpiresAt <= Date.now() && participants.size === 0) {
      void this.parts.endings.end(session, 'keyExpired');
    }
  }

  private invitation(session: LiveSession, key: string): Invitation {
    const link = `${this.parts.address.publicUrl}${joinPath}#${key}`;
    return { session: session.view(), key, link, expiresAt: session.keyExpiresAt ?? 0 };
  }
}
