import { BehaviorSubject, type Observable } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import { RpcConnection, type RequestOptions } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import { accountNotifications, accountRequests, type Identity } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { closeSignedOut, closeTwoFactorMissing, hubRequests } from '#protocol/hub.ts';
import type { NotificationContract, RequestContract } from '#protocol/messages.ts';
import { backOff } from './back-off.ts';
import type { HubSocket, HubSocketOpener } from './hub-socket.ts';

export interface ConnectionStatus {
  /** `heldUp`: signed in, but two-factor sign-in has to be set up before the hub answers anything else. */
  readonly state: 'connecting' | 'online' | 'offline' | 'signedOut' | 'heldUp';
  /** Milliseconds that the last ping took, while online. */
  readonly latency?: number | undefined;
  /** When the next attempt is made, milliseconds since 1970, while offline. */
  readonly retryAt?: number | undefined;
  /** Why it is offline or signed out. */
  readonly error?: LatchkeyError | undefined;
  /** Signed out: whether there was a sign-in that ended without this window asking for it. */
  readonly ended?: boolean | undefined;
}

export interface HubConnectionOptions {
  /** Milliseconds between pings; 20,000 unless told. */
  readonly pingInterval?: number;
  /** Milliseconds until attempt `attempt`. */
  readonly backOff?: (attempt: number) => number;
}

type Listener = (params: never) => void;

/**
 * The workbench's one connection to the hub. It comes back by itself; what listens with `on` goes on listening. Requests
 * fail at once while there is none, so that nobody waits for what may never come.
 */
export class HubConnection implements Disposable {
  private readonly opener: HubSocketOpener;
  private readonly options: HubConnectionOptions;
  private readonly status = new BehaviorSubject<ConnectionStatus>({ state: 'connecting' });
  private readonly identitySubject = new BehaviorSubject<Identity | undefined>(undefined);
  private readonly listeners = new Map<NotificationContract<never>, Set<Listener>>();
  private rpc: RpcConnection | undefined;
  private socket: HubSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  /** Milliseconds by which the hub's clock is ahead of this computer's. */
  private ahead = 0;
  private running = false;
  private leaving = false;
  private disposed = false;

  readonly status$: Observable<ConnectionStatus> = this.status;
  /** Who is signed in: known once it was online, and kept while it is offline; undefined while signed out. */
  readonly identity$: Observable<Identity | undefined> = this.identitySubject;

  constructor(opener: HubSocketOpener, options: HubConnectionOptions = {}) {
    this.opener = opener;
    this.options = options;
    this.on(accountNotifications.changed, (identity) => this.become(identity));
  }

  get url(): string {
    return this.opener.url;
  }

  get currentStatus(): ConnectionStatus {
    return this.status.value;
  }

  get identity(): Identity | undefined {
    return this.identitySubject.value;
  }

  /** Now by the hub's clock, milliseconds since 1970: what the hub says when something ends is compared with it. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** Begins to connect, and goes on until `dispose`. */
  start(): void {
    if (this.running || this.disposed) return;
    this.running = true;
    void this.connect();
  }

  /** Tries again now, also after a sign-in. Does nothing while there is a connection. */
  retry(): void {
    if (this.disposed || this.isConnected) return;
    if (this.status.value.state === 'connecting' && this.running) return;
    clearTimeout(this.timer);
    this.attempt = 0;
    this.running = true;
    void this.connect();
  }

  /** The sign-in is about to be ended from here: what then comes of the hub is no surprise. */
  leave(): void {
    this.leaving = true;
  }

  /**
   * Resolves once it is online.
   * @throws LatchkeyError why it is not, as soon as the first attempt has failed
   */
  whenOnline(): Promise<void> {
    return new Promise((resolve, reject) => {
      const subscription = this.status.subscribe((status) => {
        if (status.state === 'connecting') return;
        queueMicrotask(() => subscription.unsubscribe());
        if (status.state === 'online') resolve();
        else reject(status.error ?? this.unreachable('offline'));
      });
    });
  }

  /**
   * @throws LatchkeyError `hub.unreachable` at once while offline, `hub.notSignedIn` while signed out; else the hub's:
   *   while held up it answers nothing but what sets two-factor sign-in up
   */
  async request<P, R>(contract: RequestContract<P, R>, params: NoInfer<P>, options?: RequestOptions): Promise<R> {
    const { state, error } = this.status.value;
    if (state === 'signedOut') throw error ?? new LatchkeyError('hub.notSignedIn', { url: this.url });
    if (!this.isConnected || !this.rpc) throw error ?? this.unreachable(state);
    return this.rpc.request(contract, params, options);
  }

  /** Sends a notification; while there is no connection it is dropped. */
  notify<P>(contract: NotificationContract<P>, params: NoInfer<P>): void {
    if (this.status.value.state === 'online') this.rpc?.notify(contract, params);
  }

  /** Calls `listener` at each notification of this contract, over all connections to come. */
  on<P>(contract: NotificationContract<P>, listener: (params: P) => void): Disposable {
    const key = contract as NotificationContract<never>;
    let listeners = this.listeners.get(key);
    if (!listeners) {
      this.listeners.set(key, (listeners = new Set()));
      if (this.rpc) this.attach(this.rpc, key);
    }
    listeners.add(listener as Listener);
    return { dispose: () => void listeners.delete(listener as Listener) };
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.drop();
    this.status.next({ state: 'offline', error: this.unreachable('closed') });
  }

  private async connect(): Promise<void> {
    this.status.next({ state: 'connecting', error: this.status.value.error });
    let socket: HubSocket;
    try {
      socket = await this.opener.open();
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.disposed) return socket.close();
    const rpc = new RpcConnection(webSocketTransport(socket, () => {}));
    this.rpc = rpc;
    this.socket = socket;
    rpc.handle(hubRequests.ping, () => ({}));
    for (const contract of this.listeners.keys()) this.attach(rpc, contract);
    let closeCode: number | undefined;
    socket.addEventListener('close', (event) => {
      closeCode = event?.code;
      rpc.dispose();
      if (this.rpc === rpc) this.lose(closeCode);
    });
    rpc.listen();
    try {
      const started = performance.now();
      const identity = await rpc.request(accountRequests.me, {});
      const latency = performance.now() - started;
      if (this.rpc !== rpc) return;
      this.ahead = identity.now === undefined ? 0 : identity.now + latency / 2 - Date.now();
      this.attempt = 0;
      this.leaving = false;
      this.become(identity, latency);
      this.schedulePing(rpc);
    } catch (error) {
      if (this.rpc !== rpc) return; // lost meanwhile: seen to already
      this.drop();
      this.fail(error);
    }
  }

  private get isConnected(): boolean {
    return ['online', 'heldUp'].includes(this.status.value.state);
  }

  private become(identity: Identity, latency = this.status.value.latency): void {
    const heldUp = identity.twoFactor === 'missing';
    const state = heldUp ? 'heldUp' : 'online';
    this.identitySubject.next(identity);
    if (this.status.value.state === state) return;
    const error = heldUp ? new LatchkeyError('account.twoFactorMissing') : undefined;
    this.status.next({ state, ...(latency !== undefined && { latency }), ...(error && { error }) });
  }

  private attach(rpc: RpcConnection, contract: NotificationContract<never>): void {
    rpc.on(contract, (params) => {
      for (const listener of [...(this.listeners.get(contract) ?? [])]) listener(params);
    });
  }

  private schedulePing(rpc: RpcConnection): void {
    this.timer = setTimeout(() => void this.ping(rpc), this.options.pingInterval ?? 20_000);
  }

  private async ping(rpc: RpcConnection): Promise<void> {
    const started = performance.now();
    try {
      await rpc.request(hubRequests.ping, {}, { timeout: 10 });
    } catch (error) {
      if (this.rpc !== rpc) return;
      this.drop();
      this.fail(error);
      return;
    }
    if (this.rpc !== rpc) return;
    this.status.next({ ...this.status.value, latency: performance.now() - started });
    this.schedulePing(rpc);
  }

  private lose(code: number | undefined): void {
    this.drop();
    // The hub ended what this connection had begun, and waits for the next one.
    if (code === closeTwoFactorMissing && !this.disposed) return void this.connect();
    this.fail(
      code === closeSignedOut ? new LatchkeyError('hub.notSignedIn', { url: this.url }) : this.unreachable('closed'),
    );
  }

  private fail(error: unknown): void {
    if (this.disposed) return;
    const known =
      error instanceof LatchkeyError ? error : this.unreachable(error instanceof Error ? error.message : String(error));
    if (known.kind === 'unauthenticated') {
      this.running = false;
      const ended = this.identity !== undefined && !this.leaving;
      this.identitySubject.next(undefined);
      this.status.next({ state: 'signedOut', error: known, ended });
      return;
    }
    const wait = (this.options.backOff ?? backOff)(++this.attempt);
    const shown = known.code === 'hub.unreachable' ? known : this.unreachable(known.code);
    this.status.next({ state: 'offline', retryAt: Date.now() + wait, error: shown });
    this.timer = setTimeout(() => void this.connect(), wait);
  }

  private drop(): void {
    clearTimeout(this.timer);
    const { rpc, socket } = this;
    this.rpc = undefined;
    this.socket = undefined;
    rpc?.dispose();
    socket?.close();
  }

  private unreachable(reason: string): LatchkeyError {
    return new LatchkeyError('hub.unreachable', { url: this.url, reason });
  }
}
