import { BehaviorSubject, filter, firstValueFrom, type Observable } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import { RpcConnection, type RequestOptions } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { toExtension } from '#protocol/extension-host.ts';
import type { ParamsOf, RequestContract } from '#protocol/messages.ts';
import type { ExtensionProcess, ExtensionRunner, StopReason } from './extension-process.ts';
import { limitedChannel } from './limited-channel.ts';

/**
 * `idle`: not needed yet. `waiting`: it fell and will be restarted. `failed`: it does not activate, or fell too often;
 * only `restart` starts it again.
 */
export type ExtensionState = 'idle' | 'starting' | 'running' | 'waiting' | 'failed';

export interface ExtensionStatus {
  readonly name: string;
  readonly state: ExtensionState;
  /** How often in a row it fell. */
  readonly falls: number;
  /** What it last fell of, or why it does not activate. */
  readonly error?: LatchkeyError | undefined;
}

/** Times in milliseconds. */
export interface SupervisionOptions {
  readonly pingEvery: number;
  readonly pingTimeout: number;
  /** Of the first restart; each further one waits twice as long, up to `longestDelay`. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** So many falls in a row, and it is not restarted by itself any more. */
  readonly giveUpAfter: number;
  /** Having run this long, an extension's earlier falls are forgotten. */
  readonly healthyAfter: number;
  readonly activationTimeout: number;
}
export const defaultSupervision: SupervisionOptions = {
  pingEvery: 5_000,
  pingTimeout: 5_000,
  firstDelay: 1_000,
  longestDelay: 30_000,
  giveUpAfter: 5,
  healthyAfter: 60_000,
  activationTimeout: 30_000,
};
/** A page that was asleep misses a ping without the extension being at fault. */
const missesAllowed = 1;

export interface SupervisedExtensionOptions {
  readonly name: string;
  readonly runner: ExtensionRunner;
  /** Gets the bundle's text, checked against its hash. */
  readonly load: () => Promise<string>;
  /** What the extension is told when it is activated. */
  readonly activation: () => ParamsOf<typeof toExtension.activate>;
  /** Puts the handlers of what the extension may call in place. */
  readonly serve: (rpc: RpcConnection) => Disposable;
  readonly onInternalError: (error: unknown, method: string) => string;
  /** Told of each fall, and in how many milliseconds it is restarted; null: it is given up. */
  readonly onFall: (error: LatchkeyError, restartIn: number | null) => void;
  readonly supervision?: Partial<SupervisionOptions>;
}

interface Running {
  readonly process: ExtensionProcess;
  readonly rpc: RpcConnection;
  readonly service: Disposable;
  readonly since: number;
}

/** Keeps one extension alive: starts it when it is first needed, watches it, and restarts it with back-off. */
export class SupervisedExtension implements Disposable {
  readonly name: string;
  readonly status$: Observable<ExtensionStatus>;
  private readonly status: BehaviorSubject<ExtensionStatus>;
  private readonly options: SupervisedExtensionOptions;
  private readonly supervision: SupervisionOptions;
  private running: Running | undefined;
  private starting: Promise<Running> | undefined;
  private restartTimer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;

  constructor(options: SupervisedExtensionOptions) {
    this.options = options;
    this.name = options.name;
    this.supervision = { ...defaultSupervision, ...options.supervision };
    this.status = new BehaviorSubject<ExtensionStatus>({ name: options.name, state: 'idle', falls: 0 });
    this.status$ = this.status.asObservable();
  }

  /** The connection to the extension if it runs now; nothing is started for it. */
  get connection(): RpcConnection | undefined {
    return this.status.value.state === 'running' ? this.running?.rpc : undefined;
  }

  get currentStatus(): ExtensionStatus {
    return this.status.value;
  }

  /** Starts and activates the extension where it is not running. Waits for a restart that is due. */
  async activate(): Promise<void> {
    await this.ready();
  }

  /**
   * Asks the extension, starting it where needed.
   * @throws LatchkeyError what the extension answered, or `extension.notResponding`, `extension.crashed`,
   *   `extension.failed` where it is of no use
   */
  async request<P, R>(contract: RequestContract<P, R>, params: NoInfer<P>, options: RequestOptions): Promise<R> {
    const running = await this.ready();
    try {
      return await running.rpc.request(contract, params, options);
    } catch (error) {
      // Its own connection, not the hub's that it tells of.
      const closed = error instanceof LatchkeyError && error.code === 'rpc.closed';
      if (closed && this.running !== running) throw this.lastError();
      throw error;
    }
  }

  /** By hand: ends what runs and starts anew, earlier falls forgotten. */
  async restart(): Promise<void> {
    await this.stop();
    this.set({ state: 'idle', falls: 0, error: undefined });
    await this.ready();
  }

  /** Lets the extension dispose of what it holds, for a moment, and ends it. */
  async stop(): Promise<void> {
    clearTimeout(this.restartTimer);
    const { running } = this;
    if (running) await running.rpc.request(toExtension.deactivate, {}, { timeout: 1 }).catch(() => {});
    this.end(running);
    if (!this.disposed) this.set({ state: 'idle' });
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.restartTimer);
    this.end(this.running);
    this.status.complete();
  }

  private async ready(): Promise<Running> {
    if (this.disposed) throw new LatchkeyError('rpc.closed');
    const { state } = this.status.value;
    if (state === 'running' && this.running) return this.running;
    if (state === 'failed') throw this.lastError();
    if (state === 'waiting') {
      const moved = this.status.pipe(filter((now) => now.state !== 'waiting'));
      await firstValueFrom(moved, { defaultValue: undefined });
      return this.ready();
    }
    return (this.starting ??= this.start().finally(() => (this.starting = undefined)));
  }

  private async start(): Promise<Running> {
    this.set({ state: 'starting' });
    let running: Running | undefined;
    try {
      const text = await this.options.load();
      const process = await this.options.runner.start({ name: this.name, text });
      running = this.connect(process);
      const activated = running.rpc.request(toExtension.activate, this.options.activation(), {
        timeout: this.supervision.activationTimeout / 1000,
      });
      void this.watch(running);
      await activated;
    } catch (error) {
      throw this.notStarted(running, error);
    }
    if (this.disposed || this.running !== running) {
      this.end(running);
      throw this.lastError();
    }
    this.set({ state: 'running', error: undefined });
    return running;
  }

  private connect(process: ExtensionProcess): Running {
    const channel = limitedChannel(process, (reason) => this.fall(running, this.crash(reason)));
    const rpc = new RpcConnection(
      webSocketTransport(channel, () => {}),
      {
        onInternalError: this.options.onInternalError,
      },
    );
    const running: Running = { process, rpc, service: this.options.serve(rpc), since: Date.now() };
    this.running = running;
    void process.crashed.then((reason) => this.fall(running, this.crash(reason)));
    rpc.listen();
    return running;
  }

  /** Pings for as long as it runs. */
  private async watch(running: Running): Promise<void> {
    const { pingEvery, pingTimeout, healthyAfter } = this.supervision;
    let misses = 0;
    while (this.running === running) {
      try {
        await running.rpc.request(toExtension.ping, {}, { timeout: pingTimeout / 1000 });
        misses = 0;
      } catch (error) {
        if (!(error instanceof LatchkeyError) || error.code !== 'rpc.timeout') return;
        if (++misses > missesAllowed) {
          return this.fall(running, new LatchkeyError('extension.notResponding', { extension: this.name }));
        }
        continue;
      }
      if (this.status.value.falls > 0 && Date.now() - running.since > healthyAfter) this.set({ falls: 0 });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pingEvery);
        running.rpc.onClose(() => (clearTimeout(timer), resolve()));
      });
    }
  }

  /** It ended, hung or misbehaved: everything that waits for it fails, and it is restarted later. */
  private fall(running: Running, error: LatchkeyError): void {
    if (this.running !== running || this.disposed) return;
    const falls = this.status.value.falls + 1;
    const { firstDelay, longestDelay, giveUpAfter } = this.supervision;
    const delay = falls >= giveUpAfter ? null : Math.min(firstDelay * 2 ** (falls - 1), longestDelay);
    this.running = undefined;
    this.set({ state: delay === null ? 'failed' : 'waiting', falls, error });
    this.end(running);
    if (delay !== null) {
      this.restartTimer = setTimeout(() => {
        this.set({ state: 'idle' });
        this.ready().catch(() => {}); // told by `status$` and `onFall`
      }, delay);
    }
    this.options.onFall(error, delay);
  }

  private notStarted(running: Running | undefined, cause: unknown): LatchkeyError {
    // Fell while it was being activated: dealt with already.
    if (running && this.running !== running) return this.lastError();
    const error = this.asError(cause);
    this.end(running);
    if (!this.disposed) {
      // The hub is away, not the extension broken: whoever asked is told so, and the next one who needs it tries again.
      const away = error.kind === 'unavailable' && !error.code.startsWith('extension.');
      this.set({ state: away ? 'idle' : 'failed', error });
      if (!away) this.options.onFall(error, null);
    }
    return error;
  }

  private end(running: Running | undefined): void {
    if (!running) return;
    if (this.running === running) this.running = undefined;
    running.process.kill();
    running.service.dispose();
    running.rpc.dispose();
  }

  private asError(cause: unknown): LatchkeyError {
    if (!(cause instanceof LatchkeyError)) return this.crash(cause instanceof Error ? cause.message : String(cause));
    if (cause.code === 'rpc.timeout') return new LatchkeyError('extension.notResponding', { extension: this.name });
    return cause;
  }

  private crash(reason: StopReason): LatchkeyError {
    return new LatchkeyError('extension.crashed', { extension: this.name, reason });
  }

  private lastError(): LatchkeyError {
    return this.status.value.error ?? this.crash('stopped');
  }

  private set(change: Partial<ExtensionStatus>): void {
    this.status.next({ ...this.status.value, ...change });
  }
}
