import {
  BehaviorSubject,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  map,
  merge,
  Subject,
  type Observable,
} from 'rxjs';
import { seal } from '#core/base/sealed-message.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { sealedPurpose } from '#protocol/sealed.ts';
import {
  sessionNotifications,
  sessionRequests,
  type ComputerAccount,
  type Invitation,
  type Session,
} from '#protocol/sessions.ts';
import type { ConnectionStatus, HubConnection } from '../connection/hub-connection.ts';

/** `waiting` passes by itself; `ended` does not: the session is over, or this window takes no part in it any more. */
export type Availability = 'ready' | 'waiting' | 'ended';

/** Somebody who looks on would like to work. */
export interface ControlRequest {
  readonly session: string;
  readonly technician: string;
  readonly name: string;
}

export interface HistoryOptions {
  readonly device?: string | undefined;
  /** Only those begun before, milliseconds since 1970: for the next page. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/** Milliseconds between attempts to reach the hub while this window takes part in a session. */
const longestWait = 5000;
/** Ended sessions whose last state is kept, for views that still show them. */
const endedKept = 100;

/**
 * The sessions that the caller may see, as the hub tells of them, and what is done with them. What this window takes part
 * in it takes part in again after a lost connection.
 */
export class SessionService {
  private readonly connection: HubConnection;
  private readonly live = new BehaviorSubject<ReadonlyMap<string, Session>>(new Map());
  private readonly knownSubject = new BehaviorSubject(false);
  private readonly ended = new Map<string, Session>();
  private readonly changes = new Subject<Session>();
  private readonly controlRequests = new Subject<ControlRequest>();
  private readonly invitations = new Map<string, Invitation>();
  private hurrying: ReturnType<typeof setTimeout> | undefined;
  /** Sessions that this window takes part in, and whether the hub knows it over the connection of now. */
  private readonly joined = new BehaviorSubject<ReadonlyMap<string, boolean>>(new Map());

  /** Those that go on, the newest first. */
  readonly sessions$: Observable<readonly Session[]>;
  /** Whether the hub has said which there are. */
  readonly known$: Observable<boolean> = this.knownSubject;
  /** Each session as it is after a change; one that has ended once. */
  readonly changed$: Observable<Session> = this.changes;
  /** Each session that has ended. */
  readonly ended$: Observable<Session>;
  /** Told to whoever is in control. */
  readonly controlAsked$: Observable<ControlRequest> = this.controlRequests;

  constructor(connection: HubConnection) {
    this.connection = connection;
    this.sessions$ = this.live.pipe(map(newestFirst));
    this.ended$ = this.changes.pipe(filter(({ state }) => state === 'ended'));
    connection.on(sessionNotifications.changed, ({ session }) => this.take(session));
    connection.on(sessionNotifications.controlAsked, (request) => this.controlRequests.next(request));
    connection.status$.subscribe((status) => this.hurry(status));
    connection.status$
      .pipe(
        map(({ state }) => state),
        distinctUntilChanged(),
      )
      .subscribe((state) => {
        if (state === 'online')
          void this.watch().catch(() => {}); // lost again: the next connection asks
        else this.lose(state === 'signedOut');
      });
  }

  /** Whether the hub has said which there are. */
  get known(): boolean {
    return this.knownSubject.value;
  }

  get sessions(): readonly Session[] {
    return newestFirst(this.live.value);
  }

  /** One that goes on, or that has ended while this window was open. */
  get(id: string): Session | undefined {
    return this.live.value.get(id) ?? this.ended.get(id);
  }

  /** A session as it is, now and after each change; asked of the hub where it is not known. @throws `session.notFound` */
  async load(id: string): Promise<Session> {
    const session = await this.connection.request(sessionRequests.get, { session: id });
    this.take(session);
    return session;
  }

  /** Now, where it is known, and after each change. */
  session$(id: string): Observable<Session | undefined> {
    return merge(this.live, this.changes).pipe(
      map(() => this.get(id)),
      distinctUntilChanged(),
    );
  }

  /** The technician who is signed in here. */
  get me(): string | undefined {
    return this.connection.identity?.technician.id;
  }

  /** Whether whoever is signed in here works in it. */
  isInControl({ inControl }: Session): boolean {
    return inControl !== null && inControl === this.me;
  }

  /** Whether whoever is signed in here takes part in it, in this window or in another. */
  takesPart({ participants }: Session): boolean {
    return participants.some(({ technician }) => technician === this.me);
  }

  /** Whether this window takes part. */
  isJoined(id: string): boolean {
    return this.joined.value.has(id);
  }

  /** Whether something can be asked of the computer in a session that this window takes part in. */
  availability(id: string): Availability {
    const current = this.joined.value.get(id);
    if (current === undefined) return 'ended';
    return current && this.live.value.get(id)?.state === 'active' ? 'ready' : 'waiting';
  }

  availability$(id: string): Observable<Availability> {
    return merge(this.live, this.joined).pipe(
      map(() => this.availability(id)),
      distinctUntilChanged(),
    );
  }

  /** Resolves once the computer can be asked. @throws LatchkeyError `session.ended`, `session.notTakingPart` */
  async whenReady(id: string): Promise<void> {
    const found = await firstValueFrom(this.availability$(id).pipe(filter((each) => each !== 'waiting')));
    if (found === 'ended') {
      throw new LatchkeyError(this.live.value.has(id) ? 'session.notTakingPart' : 'session.ended', { session: id });
    }
  }

  /** The invitation that this window made and that is still good; the hub tells a key only once. */
  invitation(id: string): Invitation | undefined {
    return this.invitations.get(id);
  }

  async invite(): Promise<Invitation> {
    return this.invited(await this.connection.request(sessionRequests.invite, {}));
  }

  async renewKey(session: string): Promise<Invitation> {
    return this.invited(await this.connection.request(sessionRequests.renewKey, { session }));
  }

  /** @throws LatchkeyError `session.deviceBusy`, `session.blocked`, `device.offline` and others */
  async start(device: string): Promise<Session> {
    // Until the computer has opened it.
    const session = await this.connection.request(sessionRequests.start, { device }, { timeout: 60 });
    this.take(session);
    if (this.takesPart(session)) this.setJoined(session.id, true);
    return session;
  }

  /**
   * Gives the computer an account, readable for it alone.
   * @throws LatchkeyError `session.accountRefused`
   */
  async signIn(session: string, account: ComputerAccount): Promise<Session> {
    const key = this.get(session)?.sealingKey ?? (await this.load(session)).sealingKey;
    if (key === null) throw new LatchkeyError('session.ended', { session });
    const bytes = new TextEncoder().encode(JSON.stringify(account));
    const sealed = await seal(key, sealedPurpose(session), bytes);
    const changed = await this.connection.request(
      sessionRequests.signIn,
      { session, account: sealed },
      { timeout: 60 },
    );
    this.take(changed);
    return changed;
  }

  async join(id: string): Promise<Session> {
    const session = await this.connection.request(sessionRequests.join, { session: id });
    this.take(session);
    if (session.state !== 'ended') this.setJoined(id, true);
    return session;
  }

  async leave(id: string): Promise<void> {
    this.setJoined(id, undefined);
    await this.connection.request(sessionRequests.leave, { session: id });
  }

  async handOver(session: string, technician: string): Promise<Session> {
    const changed = await this.connection.request(sessionRequests.handOver, { session, technician });
    this.take(changed);
    return changed;
  }

  async askControl(session: string): Promise<void> {
    await this.connection.request(sessionRequests.askControl, { session });
  }

  async end(id: string): Promise<Session> {
    const session = await this.connection.request(sessionRequests.end, { session: id });
    this.take(session);
    return session;
  }

  /** What the computer says of itself; null before it has come. */
  async facts(session: string): Promise<DeviceFacts | null> {
    return (await this.connection.request(sessionRequests.facts, { session })).facts;
  }

  /** Entries of sessions that are over, the newest first. */
  history({ limit = 100, ...options }: HistoryOptions = {}): Promise<Session[]> {
    return this.connection.request(sessionRequests.history, { ...options, limit });
  }

  private invited(invitation: Invitation): Invitation {
    const { session } = invitation;
    this.invitations.set(session.id, invitation);
    this.take(session);
    if (this.takesPart(session)) this.setJoined(session.id, true);
    return invitation;
  }

  private async watch(): Promise<void> {
    const listed = await this.connection.request(sessionRequests.watch, {});
    const live = new Map(listed.filter(({ state }) => state !== 'ended').map((each) => [each.id, each]));
    const before = this.live.value;
    this.live.next(live);
    this.knownSubject.next(true);
    for (const session of live.values()) this.changes.next(session);
    for (const id of before.keys()) {
      // Ended while nobody here was told.
      if (!live.has(id)) await this.load(id).catch(() => this.forget(id));
    }
    await Promise.all([...this.joined.value.keys()].map((id) => this.rejoin(id)));
  }

  private async rejoin(id: string): Promise<void> {
    if (!this.live.value.has(id)) return this.setJoined(id, undefined);
    try {
      await this.join(id);
    } catch (error) {
      // What the hub refuses it goes on refusing; a lost connection comes back.
      if (error instanceof LatchkeyError && ['refused', 'notFound', 'conflict'].includes(error.kind)) {
        this.setJoined(id, undefined);
      }
    }
  }

  /** The hub waits for whoever takes part in a session, but not for long. */
  private hurry({ state, retryAt }: ConnectionStatus): void {
    clearTimeout(this.hurrying);
    if (state !== 'offline' || retryAt === undefined || this.joined.value.size === 0) return;
    if (retryAt - Date.now() > longestWait) this.hurrying = setTimeout(() => this.connection.retry(), longestWait);
  }

  private lose(signedOut: boolean): void {
    if (signedOut) {
      this.joined.next(new Map());
      this.invitations.clear();
      this.ended.clear();
      this.live.next(new Map());
      this.knownSubject.next(false);
      return;
    }
    this.joined.next(new Map([...this.joined.value.keys()].map((id) => [id, false])));
  }

  private take(session: Session): void {
    const { id } = session;
    if (session.state === 'ended') {
      this.ended.set(id, session);
      if (this.ended.size > endedKept) this.ended.delete(this.ended.keys().next().value!);
      this.invitations.delete(id);
      this.live.next(new Map([...this.live.value].filter(([each]) => each !== id)));
      this.setJoined(id, undefined);
      this.changes.next(session);
      return;
    }
    this.ended.delete(id); // out of sight for a while
    if (session.state !== 'waiting') this.invitations.delete(id);
    // Taken out of it by the hub, or by another window of the same person.
    if (!this.takesPart(session) && this.joined.value.get(id) === true) this.setJoined(id, undefined);
    this.live.next(new Map(this.live.value).set(id, session));
    this.changes.next(session);
  }

  /** It is gone and nobody may say how it ended. */
  private forget(id: string): void {
    this.setJoined(id, undefined);
    const live = new Map(this.live.value);
    if (live.delete(id)) this.live.next(live);
  }

  private setJoined(id: string, current: boolean | undefined): void {
    if (this.joined.value.get(id) === current) return;
    const joined = new Map(this.joined.value);
    if (current === undefined) joined.delete(id);
    else joined.set(id, current);
    this.joined.next(joined);
  }
}

const newestFirst = (sessions: ReadonlyMap<string, Session>): readonly Session[] =>
  [...sessions.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
