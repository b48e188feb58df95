import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { CustomerState } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ResultOf } from '#protocol/messages.ts';
import type { Sealed } from '#protocol/sealed.ts';
import {
  endpointSessionNotifications as notifications,
  endpointSessionRequests as requests,
  hubAwaySeconds,
  type SessionEnd,
  type ShownSession,
} from '#protocol/sessions.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { SessionFiles } from '../file-transfer/session-files.ts';
import { UnfinishedFiles } from '../file-transfer/unfinished-files.ts';
import { SessionTerminals } from '../terminal/session-terminals.ts';
import { HeldSession, type SessionWork, type StoredSignIn } from './held-session.ts';
import { serveFiles } from './serve-files.ts';
import { serveTerminals } from './serve-terminals.ts';
import type { SessionNotice } from './session-notice.ts';

/** What a technician did, as the customer's page lists it. */
export type SessionActivity = CustomerState['activity'][number];

export interface EndpointSessionsOptions {
  /** The computer's name, for whoever is refused. */
  readonly computer: string;
  readonly accounts: Accounts;
  /**
   * Whether a session begins with an account of the computer being given and checked. Where it does not, technicians work
   * as whoever runs this program: the customer, who is there.
   */
  readonly accountNeeded: boolean;
  /** Tried before anybody is asked for an account. */
  readonly storedSignIn?: StoredSignIn | undefined;
  /** Told of unattended sessions. */
  readonly notice?: SessionNotice;
  /** Where files that are being written are noted, so that none is left half there by a crash. */
  readonly unfinishedFile?: string;
  /** Told of what goes wrong; nothing secret is in it. */
  readonly onProblem?: (problem: string) => void;
  /** How long sessions wait for a lost connection. `hubAwaySeconds` unless told. */
  readonly resumeSeconds?: number;
}

/** How much of what was done is kept for the page. */
const activityLimit = 200;

/**
 * The sessions on this computer. They outlive a conversation with the hub: `attach` is called with each new one, and the
 * newest counts.
 */
export class EndpointSessions {
  private readonly options: EndpointSessionsOptions;
  private readonly held = new Map<string, HeldSession>();
  private readonly shown = new BehaviorSubject<readonly ShownSession[]>([]);
  private readonly done = new BehaviorSubject<readonly SessionActivity[]>([]);
  private readonly over = new Subject<{ readonly session: string; readonly end: SessionEnd }>();
  private readonly unfinished: UnfinishedFiles;
  private readonly recovered: Promise<void>;
  /** Ends that the hub has not heard of yet. */
  private untold: { session: string; end: SessionEnd }[] = [];
  private rpc: RpcConnection | undefined;
  private away: NodeJS.Timeout | undefined;
  private blocked = false;
  /** Of sessions whose programs are still being ended. */
  private readonly endings = new Set<Promise<void>>();

  /** As the customer is to see them. */
  readonly sessions$: Observable<readonly ShownSession[]> = this.shown.asObservable();
  /** What technicians did since this program began, newest last. */
  readonly activity$: Observable<readonly SessionActivity[]> = this.done.asObservable();
  /** Each session that has ended, and why. */
  readonly ended$: Observable<{ readonly session: string; readonly end: SessionEnd }> = this.over.asObservable();

  constructor(options: EndpointSessionsOptions) {
    this.options = options;
    this.unfinished = new UnfinishedFiles(options.unfinishedFile, (problem) => options.onProblem?.(problem));
    this.recovered = this.unfinished.recover();
  }

  /** Serves sessions on a conversation with the hub that is proved on both sides, until it ends or another one comes. */
  attach(rpc: RpcConnection): void {
    if (rpc.isClosed) return;
    this.rpc = rpc;
    clearTimeout(this.away);
    for (const session of this.held.values()) session.detach();
    for (const untold of this.untold.splice(0)) rpc.notify(notifications.ended, untold);
    rpc.handle(requests.open, (session) => this.open(rpc, session));
    rpc.handle(requests.signIn, ({ session, account }) => this.signIn(rpc, session, account));
    rpc.on(notifications.changed, (session) => this.change(rpc, session));
    rpc.on(notifications.ended, ({ session, end }) => {
      if (rpc === this.rpc) this.finish(session, end, false);
    });
    const session = (id: string): HeldSession => {
      this.expectNewest(rpc);
      return this.heldSession(id);
    };
    serveFiles(rpc, {
      session,
      transferred: ({ inControl }, { direction, file }) =>
        this.note(inControl, direction === 'sent' ? 'fileSent' : 'fileReceived', file),
    });
    serveTerminals(rpc, {
      session,
      find: (id) => (rpc === this.rpc ? this.held.get(id) : undefined),
      opened: (session) => this.note(session.inControl, 'terminal'),
    });
    rpc.onClose(() => this.detach(rpc));
    rpc.notify(notifications.held, { sessions: [...this.held.keys()] });
  }

  /** The customer ends a session. One that is over already is left as it is. */
  end(session: string): void {
    this.finish(session, 'customer', true);
  }

  /** The customer's own switch: no session opens while it is on, and those that are open end. */
  setBlocked(blocked: boolean): void {
    this.blocked = blocked;
    if (blocked) for (const session of [...this.held.keys()]) this.finish(session, 'blocked', true);
  }

  /** Whether a session is open: then the hub is looked for more often. */
  get anyOpen(): boolean {
    return this.held.size > 0;
  }

  /** Ends all sessions. Resolves once nothing that ran in them does any more. */
  async dispose(end: SessionEnd = 'connectionLost'): Promise<void> {
    clearTimeout(this.away);
    for (const session of [...this.held.keys()]) this.finish(session, end, true);
    this.rpc = undefined;
    await Promise.all([this.recovered, ...this.endings]);
    await this.unfinished.settled();
  }

  private async open(rpc: RpcConnection, shown: ShownSession): Promise<ResultOf<typeof requests.open>> {
    this.expectNewest(rpc);
    if (this.blocked) throw new LatchkeyError('session.blocked', { device: this.options.computer });
    let session = this.held.get(shown.session);
    if (!session) {
      const { accounts, accountNeeded, storedSignIn } = this.options;
      session = new HeldSession(shown, accounts, accountNeeded, this.workOf(shown.session), storedSignIn);
      this.held.set(shown.session, session);
      this.note(session.inControl, 'joined');
    } else {
      this.change(rpc, shown);
    }
    this.publish();
    const sealingKey = await session.sealingKey();
    // Blocked, ended or replaced meanwhile.
    if (this.held.get(shown.session) !== session) throw new LatchkeyError('session.ended', { session: shown.session });
    if (sealingKey === null) this.begin(session);
    return { sealingKey, ...(session.storedPasswordRefused && { storedPasswordRefused: true }) };
  }

  private async signIn(rpc: RpcConnection, id: string, account: Sealed): Promise<Record<string, never>> {
    this.expectNewest(rpc);
    const session = this.heldSession(id);
    try {
      if (await session.signIn(account)) this.begin(session);
    } catch (error) {
      if (session.attemptsLeft === 0) this.finish(id, 'signInFailed', true);
      throw error;
    }
    return {};
  }

  private change(rpc: RpcConnection, shown: ShownSession): void {
    const session = this.held.get(shown.session);
    if (rpc !== this.rpc || !session) return;
    const before = session.shown.technicians.map(({ name }) => name);
    const after = shown.technicians.map(({ name }) => name);
    session.shown = shown;
    for (const name of after) if (!before.includes(name)) this.note(name, 'joined');
    for (const name of before) if (!after.includes(name)) this.note(name, 'left');
    this.publish();
  }

  /** Work can begin. */
  private begin(session: HeldSession): void {
    if (session.begun) return;
    session.begun = true;
    if (session.shown.kind === 'unattended') this.options.notice?.began(session.shown);
  }

  private finish(id: string, end: SessionEnd, tell: boolean): void {
    const session = this.held.get(id);
    if (!session) return;
    this.held.delete(id);
    const ending = session.dispose();
    this.endings.add(ending);
    void ending.finally(() => this.endings.delete(ending));
    if (tell) {
      if (this.rpc) this.rpc.notify(notifications.ended, { session: id, end });
      else this.untold.push({ session: id, end });
    }
    for (const { name } of session.shown.technicians) this.note(name, 'left');
    if (session.begun && session.shown.kind === 'unattended') this.options.notice?.ended(session.shown);
    this.publish();
    this.over.next({ session: id, end });
  }

  private detach(rpc: RpcConnection): void {
    if (rpc !== this.rpc) return;
    this.rpc = undefined;
    for (const session of this.held.values()) session.detach();
    const seconds = this.options.resumeSeconds ?? hubAwaySeconds;
    this.away = setTimeout(() => {
      for (const session of [...this.held.keys()]) this.finish(session, 'connectionLost', true);
    }, seconds * 1000);
  }

  private workOf(session: string): SessionWork {
    const rpc = (): RpcConnection | undefined => this.rpc;
    const onProblem = (problem: string): void => this.options.onProblem?.(problem);
    return {
      terminals: new SessionTerminals(session, rpc, onProblem),
      files: new SessionFiles(session, this.unfinished, onProblem),
    };
  }

  private heldSession(id: string): HeldSession {
    const session = this.held.get(id);
    if (!session) throw new LatchkeyError('session.notFound', { session: id });
    return session;
  }

  private expectNewest(rpc: RpcConnection): void {
    if (rpc !== this.rpc) throw new LatchkeyError('rpc.closed');
  }

  private note(technician: string, what: SessionActivity['what'], detail = ''): void {
    const entry = { at: Date.now(), technician, what, detail };
    this.done.next([...this.done.value, entry].slice(-activityLimit));
  }

  private publish(): void {
    this.shown.next([...this.held.values()].map(({ shown }) => shown));
  }
}
