import { hostname } from 'node:os';
import { Subject, takeUntil } from 'rxjs';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { consentRequests } from '#protocol/consent.ts';
import type { CustomerState } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { endpointSessionNotifications, type SessionEnd } from '#protocol/sessions.ts';
import { endpointSetUpNotifications, endpointSetUpRequests } from '#protocol/set-ups.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { AttendConnection, type AttendState, type AttendTimings } from '../connection/attend-connection.ts';
import { ConsentDialog } from '../consent/consent-dialog.ts';
import type { CustomerActions, CustomerApp } from '../customer-page/customer-app.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import { KeyPair } from '../identity/key-pair.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';
import { EndpointSessions } from '../sessions/endpoint-sessions.ts';
import type { AppInvitation } from './app-config-file.ts';
import { AppState, problemOf } from './app-state.ts';
import type { InstalledAccess } from './installed-access.ts';

export interface AttendAppOptions {
  readonly invitation: AppInvitation;
  readonly facts: FactsSource;
  readonly accounts: Accounts;
  readonly vault: PasswordVault;
  /** Whoever sits there, as the dialog fills it in. */
  readonly account: string;
  /** Installs the endpoint for good. */
  readonly install: (hub: string, token: string, signal: AbortSignal) => Promise<void>;
  /** What is set up on this computer already, and what the customer can do about it. */
  readonly installed?: InstalledAccess;
  readonly onProblem: (problem: string) => void;
  readonly timings?: Partial<AttendTimings>;
}

/** How it ended; `error` where it never began, or was broken off. */
export interface AttendEnd {
  readonly reason: SessionEnd;
  readonly error?: LatchkeyError;
}

type SetUp = NonNullable<CustomerState['setUp']>;

/** The customer app for one attended session: nothing of it outlives the session but what the customer allowed. */
export class AttendApp implements CustomerApp {
  private readonly options: AttendAppOptions;
  private readonly state: AppState;
  private readonly connection: AttendConnection;
  private readonly sessions: EndpointSessions;
  private readonly over = new Subject<void>();
  private readonly installs = new Map<string, { readonly done: Promise<void>; readonly abort: AbortController }>();
  private rpc: RpcConnection | undefined;
  private session: string | undefined;
  private end: AttendEnd | undefined;
  readonly dialog: ConsentDialog;
  readonly actions: CustomerActions;

  constructor(options: AttendAppOptions) {
    const { invitation, facts, accounts, vault, timings, onProblem } = options;
    this.options = options;
    this.state = new AppState('session', invitation.hub.address);
    this.dialog = new ConsentDialog(vault);
    this.sessions = new EndpointSessions({ computer: hostname(), accounts, accountNeeded: false, onProblem });
    this.connection = new AttendConnection({
      ...invitation,
      keys: KeyPair.generate(),
      facts,
      onProblem,
      ...(timings && { timings }),
      serve: (rpc) => this.serve(rpc),
    });
    this.actions = {
      allow: ({ setUp, account }) => this.dialog.allow(setUp, account),
      decline: ({ setUp }) => this.dialog.decline(setUp),
      endSession: ({ session }) => this.endSession(session),
      close: () => this.leave(),
      ...options.installed?.actions,
    };
  }

  get state$(): AppState['state$'] {
    return this.state.state$;
  }

  get current(): CustomerState {
    return this.state.current;
  }

  /** Resolves once the session is over, on both sides where the hub can be reached. */
  async run(): Promise<AttendEnd> {
    const { vault, account, installed } = this.options;
    this.dialog.question$.pipe(takeUntil(this.over)).subscribe((asked) => this.state.ask(asked, vault, account));
    this.sessions.sessions$.pipe(takeUntil(this.over)).subscribe((all) => this.state.change({ sessions: [...all] }));
    this.sessions.activity$.pipe(takeUntil(this.over)).subscribe((all) => this.state.change({ activity: [...all] }));
    this.sessions.ended$.pipe(takeUntil(this.over)).subscribe(({ end }) => this.finish({ reason: end }));
    this.connection.state$.pipe(takeUntil(this.over)).subscribe((state) => this.follow(state));
    installed?.access$.pipe(takeUntil(this.over)).subscribe((access) => this.state.change({ access }));
    await this.connection.run();
    // What was begun is brought to its end: a computer is set up, or it is not.
    await Promise.allSettled([...this.installs.values()].map(({ done }) => done));
    await this.sessions.dispose();
    installed?.dispose();
    return this.end ?? { reason: 'customer' };
  }

  /** The customer ends it. */
  leave(): void {
    if (this.session) this.endSession(this.session);
    else this.finish({ reason: 'customer' });
  }

  private endSession(session: string): void {
    const held = this.state.current.sessions.some((shown) => shown.session === session);
    if (held) return this.sessions.end(session);
    // The hub has not opened it yet, or asks for it again.
    this.rpc?.notify(endpointSessionNotifications.ended, { session, end: 'customer' });
    this.finish({ reason: 'customer' });
  }

  private serve(rpc: RpcConnection): void {
    this.rpc = rpc;
    this.sessions.attach(rpc);
    rpc.handle(consentRequests.ask, async ({ setUp, technician }, { token }) => {
      this.show({ setUp, technician, state: 'asking', passwordStored: false, problem: null });
      try {
        const answer = await this.dialog.ask({ setUp, technician }, token);
        const state = answer.allowed ? 'details' : 'declined';
        this.show({ setUp, technician, state, passwordStored: answer.passwordStored, problem: null });
        return answer;
      } catch (error) {
        const problem = problemOf(new LatchkeyError('setUp.cancelledBy', { name: technician }));
        if (this.isShown(setUp, 'asking')) this.show({ ...this.shown!, state: 'cancelled', problem });
        throw error;
      }
    });
    rpc.handle(endpointSetUpRequests.install, async ({ setUp, token }) => {
      // Asked again after a lost connection, it is the same installation.
      let install = this.installs.get(setUp);
      if (!install) {
        const abort = new AbortController();
        this.installs.set(setUp, (install = { abort, done: this.install(setUp, token, abort.signal) }));
      }
      await install.done;
      return {};
    });
    rpc.on(endpointSetUpNotifications.changed, ({ id, state, problem }) => {
      if (this.shown?.setUp !== id || this.isShown(id, 'asking')) return;
      this.show({ ...this.shown, state, problem });
      if (!['cancelled', 'failed'].includes(state)) return;
      this.installs.get(id)?.abort.abort();
      void this.forget();
    });
  }

  private async install(setUp: string, token: string, signal: AbortSignal): Promise<void> {
    const { invitation, install, installed } = this.options;
    // Where the hub has said meanwhile what became of it, that stands.
    const change = (from: SetUp['state'], change: Partial<SetUp>): void => {
      if (this.isShown(setUp, from)) this.show({ ...this.shown!, ...change });
    };
    try {
      change('details', { state: 'installing' });
      await install(invitation.hub.address, token, signal);
      change('installing', { state: 'done' });
      await installed?.refresh();
    } catch (error) {
      change('installing', { state: 'failed', problem: problemOf(error) });
      await this.forget();
      throw error;
    }
  }

  /** A set-up that came to nothing leaves no password either. */
  private async forget(): Promise<void> {
    if (!this.shown?.passwordStored) return;
    await this.options.vault
      .forget()
      .catch((error: unknown) => this.options.onProblem(String((error as Error).message)));
  }

  private get shown(): SetUp | null | undefined {
    return this.state.current.setUp;
  }

  private isShown(setUp: string, state: SetUp['state']): boolean {
    return this.shown?.setUp === setUp && this.shown.state === state;
  }

  private show(setUp: SetUp): void {
    this.state.change({ setUp });
  }

  private follow(state: AttendState): void {
    switch (state.kind) {
      case 'connecting':
        return this.state.change({ connection: 'connecting' });
      case 'connected':
        this.session = state.attended.session;
        return this.state.change({
          connection: 'connected',
          connectionProblem: null,
          organisation: state.attended.organisation ?? '',
        });
      case 'disconnected':
        this.rpc = undefined;
        return this.state.change({ connection: 'disconnected', connectionProblem: problemOf(state.error) });
      case 'ended': {
        const { error } = state;
        if (!error) return this.finish({ reason: 'customer' });
        this.state.change({ connection: 'disconnected', connectionProblem: problemOf(error) });
        const neverBegan = ['session.ticketInvalid', 'session.keyExpired', 'session.ended'].includes(error.code);
        return this.finish({ reason: neverBegan && !this.session ? 'keyExpired' : 'connectionLost', error });
      }
    }
  }

  private finish(end: AttendEnd): void {
    if (this.end) return;
    this.end = end;
    this.dialog.withdraw();
    this.state.change({ consent: null, sessions: [], ended: { reason: end.reason, by: null } });
    this.over.next();
    void this.connection.stop();
  }
}
