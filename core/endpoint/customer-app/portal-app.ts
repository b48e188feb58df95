import { BehaviorSubject, firstValueFrom, filter } from 'rxjs';
import type { CustomerState } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { RequestContract } from '#protocol/messages.ts';
import { hubAwaySeconds } from '#protocol/sessions.ts';
import { endpointSetUpNotifications, portalRequests, type SetUp, type SetUpState } from '#protocol/set-ups.ts';
import { pause } from '../connection/endpoint-connection.ts';
import { HubConversation, type PortalCredentials } from '../connection/hub-conversation.ts';
import { keepAlive } from '../connection/keep-alive.ts';
import { ConsentDialog } from '../consent/consent-dialog.ts';
import type { CustomerActions, CustomerApp } from '../customer-page/customer-app.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import { KeyPair } from '../identity/key-pair.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';
import type { AppInvitation } from './app-config-file.ts';
import { AppState, problemOf } from './app-state.ts';

type Portal = NonNullable<CustomerState['portal']>;

export interface PortalAppOptions {
  readonly invitation: AppInvitation;
  readonly facts: FactsSource;
  readonly vault: PasswordVault;
  /** Whoever sits there, as the dialog fills it in. */
  readonly account: string;
  /** Why this computer cannot be set up; undefined where it can. */
  readonly obstacle: () => Promise<LatchkeyError | undefined>;
  /** Installs the endpoint for good. */
  readonly install: (hub: string, token: string, signal: AbortSignal) => Promise<void>;
  readonly onProblem: (problem: string) => void;
  /** Seconds between two looks whether the hub can be reached. */
  readonly retry?: number;
  /** For how many seconds a set-up waits for a hub that is away. `hubAwaySeconds` unless told. */
  readonly resume?: number;
}

/** How it ended: `error` where it failed. */
export interface PortalEnd {
  readonly outcome: 'done' | 'declined' | 'cancelled' | 'failed';
  readonly error?: LatchkeyError | undefined;
}

const start: Portal = {
  step: 'signIn',
  technician: '',
  groups: [],
  codeRequired: false,
  passwordStored: false,
  problem: null,
};

/** The steps after which there is nothing left to do, and how it ended with them. */
const outcomes: Partial<Record<Portal['step'], PortalEnd['outcome']>> = {
  done: 'done',
  declined: 'declined',
  failed: 'failed',
  elevation: 'failed',
};

/** Kinds of errors by which the hub says that there is nothing to go on with. */
const refusals: ReadonlySet<string> = new Set([
  'refused',
  'unauthenticated',
  'conflict',
  'invalid',
  'notFound',
  'unsupported',
]);

/** Seconds. */
const alive = { interval: 15, patience: 10 };

/**
 * Setting up from the public page: a technician signs in at the customer's computer, the customer allows it, and the endpoint
 * is installed and joins. After a lost connection it goes on where it was; where the hub does not, it begins anew with signing in.
 */
export class PortalApp implements CustomerApp {
  private readonly options: PortalAppOptions;
  private readonly state: AppState;
  private readonly keys = KeyPair.generate();
  private readonly end = new BehaviorSubject<PortalEnd | undefined>(undefined);
  private readonly stopping = new AbortController();
  /** The way to the hub; null once it is given up. */
  private readonly way = new BehaviorSubject<HubConversation | undefined | null>(undefined);
  private conversation: HubConversation | undefined;
  private setUp: string | undefined;
  private installing: Promise<void> | undefined;
  private readonly stopInstalling = new AbortController();
  /** Why the hub has ended it. */
  private withdrawn: LatchkeyError | undefined;
  private signingIn = false;
  private failure: LatchkeyError | undefined;
  readonly dialog: ConsentDialog;
  readonly actions: CustomerActions;

  constructor(options: PortalAppOptions) {
    this.options = options;
    this.state = new AppState('portal', options.invitation.hub.address);
    this.state.change({ portal: start });
    this.dialog = new ConsentDialog(options.vault);
    this.dialog.question$.subscribe((asked) => this.state.ask(asked, options.vault, options.account));
    this.actions = {
      signIn: (credentials) => this.signIn(credentials),
      allow: ({ setUp, account }) => this.dialog.allow(setUp, account),
      decline: ({ setUp }) => this.dialog.decline(setUp),
      complete: ({ nickname, group }) => this.complete(nickname, group),
      close: () => this.close(),
    };
  }

  get state$(): AppState['state$'] {
    return this.state.state$;
  }

  get current(): CustomerState {
    return this.state.current;
  }

  /** Whether all that is left is to say how it ended. */
  get isOver(): boolean {
    return outcomes[this.portal.step] !== undefined;
  }

  /** Resolves once the customer has closed it, or was told goodbye. */
  async run(): Promise<PortalEnd> {
    const obstacle = await this.options.obstacle();
    if (obstacle) {
      this.failure = obstacle;
      const step = obstacle.code === 'setUp.notElevated' ? 'elevation' : 'failed';
      this.state.change({ connection: 'connected' });
      this.show({ step, problem: problemOf(obstacle) });
    } else {
      void this.look();
    }
    const end = await firstValueFrom(this.end.pipe(filter((value) => value !== undefined)));
    await this.conversation?.close();
    return end;
  }

  /** Given up, or done with. What is being installed is brought to its end first. */
  async close(): Promise<void> {
    await this.installing;
    if (this.end.value) return;
    const { step } = this.portal;
    await this.abandon();
    this.stopping.abort();
    this.state.change({ consent: null, ended: { reason: 'closed', by: null } });
    const outcome = outcomes[step] ?? 'cancelled';
    this.end.next({ outcome, ...(outcome === 'failed' && { error: this.failure }) });
  }

  private async signIn(credentials: PortalCredentials): Promise<void> {
    if (this.portal.step !== 'signIn' || this.signingIn) throw new LatchkeyError('customerApp.otherStep');
    const { invitation, facts, onProblem } = this.options;
    this.signingIn = true;
    let conversation: HubConversation | undefined;
    try {
      const current = await facts.read();
      conversation = await HubConversation.open(invitation.hub, { onProblem, signal: this.stopping.signal });
      const signedIn = await conversation.signInAtPortal(credentials, this.keys, current);
      if (this.stopping.signal.aborted) throw new LatchkeyError('rpc.cancelled');
      this.follow(conversation);
      const { setUp, technician, groups, organisation } = signedIn;
      this.setUp = setUp;
      this.state.change({ connection: 'connected', connectionProblem: null, organisation: organisation ?? '' });
      this.show({ ...start, step: 'consent', technician, groups });
      void this.ask(setUp, technician);
    } catch (error) {
      await conversation?.close();
      const code = error instanceof LatchkeyError ? error.code : '';
      const codeRequired = this.portal.codeRequired || code === 'account.codeRequired' || code === 'account.codeWrong';
      this.show({ problem: problemOf(error), codeRequired });
      throw error;
    } finally {
      this.signingIn = false;
    }
  }

  private async ask(setUp: string, technician: string): Promise<void> {
    try {
      const answer = await this.dialog.ask({ setUp, technician });
      // Known before anything can go wrong: what comes to nothing is forgotten.
      this.show({ passwordStored: answer.passwordStored });
      await this.request(portalRequests.consent, { setUp, ...answer });
      if (this.setUp !== setUp) return;
      if (answer.allowed) return this.show({ step: 'details', problem: null });
      this.show({ step: 'declined', problem: null });
      await this.letGo();
    } catch (error) {
      // Withdrawn: whoever did that has said why.
      if (this.setUp !== setUp || (error instanceof LatchkeyError && error.code === 'rpc.cancelled')) return;
      await this.fail(error);
    }
  }

  private async complete(nickname: string | null, group: string): Promise<void> {
    const { setUp } = this;
    if (this.portal.step !== 'details' || setUp === undefined) throw new LatchkeyError('customerApp.otherStep');
    let token: string;
    try {
      ({ token } = await this.request(portalRequests.complete, { setUp, nickname, group }));
    } catch (error) {
      if (this.setUp === setUp) this.show({ problem: problemOf(error) });
      throw error;
    }
    if (this.setUp !== setUp) throw new LatchkeyError('setUp.notFound');
    this.show({ step: 'installing', problem: null });
    this.installing = this.install(token).finally(() => (this.installing = undefined));
  }

  private async install(token: string): Promise<void> {
    try {
      await this.options.install(this.options.invitation.hub.address, token, this.stopInstalling.signal);
      this.show({ step: 'done', problem: null });
      await this.letGo();
    } catch (error) {
      await this.fail(this.withdrawn ?? error);
    }
  }

  /** It came to nothing: said on both sides, and nothing of it stays. */
  private async fail(error: unknown): Promise<void> {
    this.failure = error instanceof LatchkeyError ? error : new LatchkeyError('internal', { reference: 'portal' });
    const { code, args } = this.failure;
    await this.abandon(code === 'setUp.installFailed' ? String(args['reason']).slice(0, 200) : code);
    this.show({ step: 'failed', problem: problemOf(this.failure) });
  }

  private follow(conversation: HubConversation): void {
    this.conversation = conversation;
    this.way.next(conversation);
    const { rpc, socket } = conversation;
    const heartbeat = keepAlive(socket, alive, () => {});
    rpc.on(endpointSetUpNotifications.changed, ({ id, state, problem }) => {
      if (id === this.setUp) this.hear(state, problem);
    });
    rpc.onClose(() => {
      heartbeat.dispose();
      if (this.conversation !== conversation) return;
      this.conversation = undefined;
      this.way.next(undefined);
      // What is being installed needs the hub no more than any installer does.
      if (this.setUp === undefined || this.stopping.signal.aborted) return;
      this.state.change({ connection: 'disconnected', connectionProblem: problemOf(new LatchkeyError('rpc.closed')) });
      void this.resume(this.setUp);
    });
  }

  /** The hub has ended it. */
  private hear(state: SetUpState, problem: SetUp['problem']): void {
    if (!['cancelled', 'failed'].includes(state)) return;
    this.withdrawn = LatchkeyError.fromData(problem) ?? new LatchkeyError('setUp.notFound');
    if (this.installing) this.stopInstalling.abort();
    else void this.fail(this.withdrawn);
  }

  /** Looks for the hub until it is back, and goes on there. */
  private async resume(setUp: string): Promise<void> {
    const { invitation, facts, retry, resume = hubAwaySeconds } = this.options;
    const { signal } = this.stopping;
    const until = Date.now() + resume * 1000;
    const isWanted = (): boolean => this.setUp === setUp && this.way.value !== null && !signal.aborted;
    for (;;) {
      let conversation: HubConversation | undefined;
      try {
        const current = await facts.read();
        if (!isWanted()) return;
        conversation = await HubConversation.open(invitation.hub, { onProblem: this.options.onProblem, signal });
        const { state, problem } = await conversation.resumeAtPortal(setUp, this.keys, current);
        if (!isWanted()) return void (await conversation.close());
        this.follow(conversation);
        this.state.change({ connection: 'connected', connectionProblem: null });
        return this.hear(state, problem);
      } catch (error) {
        await conversation?.close();
        if (!isWanted()) return;
        const isRefused = error instanceof LatchkeyError && refusals.has(error.kind);
        if (isRefused || Date.now() > until) return this.beginAnew();
        await pause(retry ?? 2, signal);
      }
    }
  }

  /** The hub does not know it any more, or does not come back: what is being installed goes on by itself. */
  private beginAnew(): void {
    if (this.installing || !['consent', 'details'].includes(this.portal.step)) return;
    void this.forget();
    this.setUp = undefined;
    this.dialog.withdraw();
    this.way.next(null);
    this.show({ ...start, problem: problemOf(new LatchkeyError('rpc.closed')) });
    void this.look();
  }

  /** Asks the hub, and once more after a lost connection: it answers the same. */
  private async request<P, R>(contract: RequestContract<P, R>, params: NoInfer<P>): Promise<R> {
    for (;;) {
      const conversation = await firstValueFrom(this.way.pipe(filter((way) => way !== undefined)));
      if (!conversation) throw new LatchkeyError('rpc.closed');
      try {
        return await conversation.rpc.request(contract, params);
      } catch (error) {
        if (!(error instanceof LatchkeyError) || error.code !== 'rpc.closed') throw error;
        if (this.way.value === conversation) this.way.next(undefined);
      }
    }
  }

  /** Says whether the hub can be reached, while nobody has signed in. */
  private async look(): Promise<void> {
    const { invitation, retry } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted && this.portal.step === 'signIn' && !this.conversation) {
      try {
        const conversation = await HubConversation.open(invitation.hub, { signal });
        await conversation.close();
        return this.state.change({ connection: 'connected', connectionProblem: null });
      } catch (error) {
        if (signal.aborted) return;
        this.state.change({ connection: 'disconnected', connectionProblem: problemOf(error) });
        await pause(retry ?? 5, signal);
      }
    }
  }

  /** Tells the hub that nothing comes of it, where something was begun. */
  private async abandon(problem?: string): Promise<void> {
    const { setUp, conversation } = this;
    if (!setUp || ['done', 'declined', 'failed'].includes(this.portal.step)) return;
    this.setUp = undefined;
    this.dialog.withdraw();
    await this.forget();
    await conversation?.rpc
      .request(portalRequests.cancel, { setUp, ...(problem !== undefined && { problem }) }, { timeout: 5 })
      .catch((error: unknown) => this.options.onProblem(String((error as Error).message)));
    await this.letGo();
  }

  private async letGo(): Promise<void> {
    const { conversation } = this;
    this.conversation = undefined;
    this.way.next(null);
    await conversation?.close();
  }

  private async forget(): Promise<void> {
    if (!this.portal.passwordStored) return;
    await this.options.vault
      .forget()
      .catch((error: unknown) => this.options.onProblem(String((error as Error).message)));
  }

  private get portal(): Portal {
    return this.state.current.portal ?? start;
  }

  private show(change: Partial<Portal>): void {
    this.state.change({ portal: { ...this.portal, ...change } });
  }
}
