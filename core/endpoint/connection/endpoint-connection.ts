import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { endpointNotifications, endpointRequests, type EndpointStanding } from '#protocol/endpoint.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import { watchFacts } from '../facts/watch-facts.ts';
import type { KeyReplacement } from '../identity/identity-file.ts';
import type { KeyPair } from '../identity/key-pair.ts';
import { BackOff } from './back-off.ts';
import { enterHub } from './enter-hub.ts';
import { HubConversation, type HubReference } from './hub-conversation.ts';
import { keepAlive } from './keep-alive.ts';

/** Seconds, all of them. */
export interface ConnectionTimings {
  /** The most that the first wait before a new attempt takes, and any. */
  readonly retryFirst: number;
  readonly retryLongest: number;
  /** The most that any wait takes while a session is open. */
  readonly retryUrgent: number;
  /** The most that a computer waits that a technician has to see to, a copy for example, and twice the least. */
  readonly retryCopy: number;
  /** How long a connection has to have held for the next interruption to count as a first one. */
  readonly stable: number;
  readonly aliveInterval: number;
  readonly alivePatience: number;
  /** For the connection to come about, and for each answer. */
  readonly answer: number;
  /** Between two looks at the facts; 0: the facts are sent at connect and when asked for alone. */
  readonly factsInterval: number;
}

export const defaultTimings: ConnectionTimings = {
  retryFirst: 1,
  retryLongest: 60,
  retryUrgent: 10,
  retryCopy: 600,
  stable: 20,
  aliveInterval: 30,
  alivePatience: 15,
  answer: 15,
  factsInterval: 60,
};

export interface EndpointConnectionOptions {
  readonly hub: HubReference;
  readonly keys: KeyPair;
  /** How it gets a key of its own where it is a copy of another computer's disk; without it, it is not let in. */
  readonly replacement?: KeyReplacement;
  readonly facts: FactsSource;
  /** Joins with this at first contact; without it the hub has to know the key already. */
  readonly token?: string;
  readonly timings?: Partial<ConnectionTimings>;
  readonly random?: () => number;
  /** Waited for before each attempt, and told when it is over: keeps a simulated fleet from coming all at once. */
  readonly admission?: () => Promise<() => void>;
  readonly onProblem?: (problem: string) => void;
  /** Whether something waits for the hub that does not wait long, a session: then the waits between attempts are short. */
  readonly isUrgent?: () => boolean;
  /**
   * Whether the endpoint could remove itself, asked before it promises the hub to.
   * @throws LatchkeyError why it can't: the hub is told, and asked again later
   */
  readonly assertRemovable?: () => Promise<void>;
}

/** How it stands between the endpoint and its hub. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly standing: EndpointStanding }
  /** Tries again in `retryIn` seconds. */
  | { readonly kind: 'disconnected'; readonly error: LatchkeyError; readonly retryIn: number }
  /**
   * The hub has deleted the device or turned it away, and has said once more that there is no way back; or the customer has
   * left. The endpoint has to remove itself.
   */
  | { readonly kind: 'removed'; readonly reason: 'deleted' | 'rejected' | 'left' }
  /** The hub does not take the token: no other attempt would end better. */
  | { readonly kind: 'refused'; readonly error: LatchkeyError }
  | { readonly kind: 'stopped' };

/** Keeps an endpoint connected to its hub until it is stopped, removed or refused. */
export class EndpointConnection {
  private readonly options: EndpointConnectionOptions;
  private readonly timings: ConnectionTimings;
  private readonly backOff: BackOff;
  private readonly stopping = new AbortController();
  private readonly state = new BehaviorSubject<ConnectionState>({ kind: 'connecting' });
  private readonly contact = new Subject<void>();
  readonly state$: Observable<ConnectionState> = this.state.asObservable();
  /** Fires at each sign of life of the hub. */
  readonly contact$: Observable<void> = this.contact.asObservable();
  private readonly conversation = new Subject<RpcConnection>();
  /**
   * Each conversation with the hub, once both sides are proved and before anything else is heard from the hub: whoever
   * listens adds what it answers and says.
   */
  readonly conversation$: Observable<RpcConnection> = this.conversation.asObservable();
  private token: string | undefined;
  private keys: KeyPair;
  private talking: HubConversation | undefined;
  private running: Promise<void> | undefined;

  constructor(options: EndpointConnectionOptions) {
    this.options = options;
    this.timings = { ...defaultTimings, ...options.timings };
    this.token = options.token;
    this.keys = options.keys;
    const { retryFirst: first, retryLongest: longest } = this.timings;
    this.backOff = new BackOff({ first, longest, random: options.random ?? Math.random });
  }

  get current(): ConnectionState {
    return this.state.value;
  }

  /** Connects, and stays so. Resolves once it is stopped, removed or refused; the last state says which. */
  run(): Promise<void> {
    return (this.running ??= this.loop());
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /**
   * The customer removes the endpoint: the hub is told where it can be, and the connection ends as `removed`.
   * @returns whether the hub knows
   */
  async leave(): Promise<boolean> {
    const told = await (this.talking?.leave() ?? Promise.reject(new LatchkeyError('rpc.closed'))).then(
      () => true,
      () => false,
    );
    this.state.next({ kind: 'removed', reason: 'left' });
    this.stopping.abort();
    await this.running;
    return told;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const error = await this.converse();
      if (['removed', 'refused'].includes(this.state.value.kind) || signal.aborted) break;
      const retryIn = this.waitAfter(error);
      this.state.next({ kind: 'disconnected', error, retryIn });
      await pause(retryIn, signal);
    }
    if (!['removed', 'refused'].includes(this.state.value.kind)) this.state.next({ kind: 'stopped' });
  }

  private waitAfter({ code, args }: LatchkeyError): number {
    const next = this.backOff.next();
    if (needsTechnician(code)) {
      const { retryCopy } = this.timings;
      return retryCopy * (0.5 + 0.5 * (this.options.random ?? Math.random)());
    }
    if (this.options.isUrgent?.() && code !== 'rpc.tooMany') return Math.min(next, this.timings.retryUrgent);
    // The hub says how long it will not listen.
    return code === 'rpc.tooMany' ? Math.max(next, Math.min(Number(args.seconds) || 0, 900)) : next;
  }

  /** One connection, from its beginning to its end. Returns why it ended. */
  private async converse(): Promise<LatchkeyError> {
    const { hub, replacement, facts, admission, onProblem } = this.options;
    const { signal } = this.stopping;
    const admitted = await admission?.();
    let conversation: HubConversation | undefined;
    try {
      if (signal.aborted) return new LatchkeyError('rpc.closed');
      if (this.state.value.kind !== 'connecting') this.state.next({ kind: 'connecting' });
      const current = await facts.read();
      conversation = await HubConversation.open(hub, {
        patience: this.timings.answer,
        signal,
        ...(onProblem && { onProblem }),
      });
      this.listen(conversation);
      const hangUp = (): void => conversation?.socket.terminate();
      signal.addEventListener('abort', hangUp);
      let standing: EndpointStanding;
      try {
        if (signal.aborted) hangUp();
        const { keys, token } = this;
        ({ standing, keys: this.keys } = await enterHub(conversation, { keys, facts: current, token, replacement }));
      } finally {
        signal.removeEventListener('abort', hangUp);
      }
      this.token = undefined;
      admitted?.();
      this.contact.next();
      this.talking = conversation;
      this.conversation.next(conversation.rpc);
      if (this.state.value.kind !== 'removed') this.state.next({ kind: 'connected', standing });
      await this.stay(conversation, current);
      return new LatchkeyError('rpc.closed');
    } catch (error) {
      const failure = this.asFailure(error);
      if (failure.code === 'enrolment.deviceRemoved' && conversation) await this.beRemoved(conversation, 'deleted');
      else if (this.token !== undefined && isFinal(failure)) this.state.next({ kind: 'refused', error: failure });
      return failure;
    } finally {
      this.talking = undefined;
      admitted?.();
      await conversation?.close();
    }
  }

  private listen(conversation: HubConversation): void {
    const { rpc } = conversation;
    rpc.handle(endpointRequests.facts, () => this.options.facts.read());
    rpc.on(endpointNotifications.standingChanged, (standing) => this.state.next({ kind: 'connected', standing }));
    rpc.on(endpointNotifications.remove, ({ reason }) => {
      void this.beRemoved(conversation, reason);
    });
  }

  /** Somebody may have taken it back meanwhile: nothing is done before the hub has said so once more. */
  private async beRemoved(conversation: HubConversation, reason: 'deleted' | 'rejected'): Promise<void> {
    const { keys, assertRemovable, onProblem } = this.options;
    try {
      await assertRemovable?.();
      if (!(await conversation.removal(keys, 'begin'))) return;
    } catch (error) {
      const problem = this.asFailure(error);
      // A hub from before it wanted to be asked.
      if (problem.code !== 'rpc.unknownMethod') {
        onProblem?.(`${problem.code} ${JSON.stringify(problem.args)}`);
        if (!conversation.rpc.isClosed) await conversation.removal(keys, 'failed', problem).catch(() => {});
        return;
      }
    }
    this.state.next({ kind: 'removed', reason });
    conversation.rpc.dispose();
  }

  private async stay(conversation: HubConversation, sent: Awaited<ReturnType<FactsSource['read']>>): Promise<void> {
    const { rpc, socket } = conversation;
    const { signal } = this.stopping;
    const { aliveInterval: interval, alivePatience: patience, factsInterval, stable } = this.timings;
    const alive = keepAlive(socket, { interval, patience }, () => this.contact.next());
    const watch = watchFacts(this.options.facts, sent, factsInterval, (changed) => conversation.sendFacts(changed));
    const settled = setTimeout(() => this.backOff.reset(), stable * 1000);
    let end = (): void => {};
    try {
      await new Promise<void>((resolve) => {
        end = resolve;
        signal.addEventListener('abort', end);
        rpc.onClose(resolve);
        if (signal.aborted || this.state.value.kind === 'removed') resolve();
      });
    } finally {
      signal.removeEventListener('abort', end);
      clearTimeout(settled);
      watch.dispose();
      alive.dispose();
    }
  }

  private asFailure(error: unknown): LatchkeyError {
    if (error instanceof LatchkeyError) return error;
    this.options.onProblem?.(String((error as Error).message));
    return new LatchkeyError('hub.unreachable', { url: this.options.hub.address, reason: 'closed' }, { cause: error });
  }
}

/** Whether somebody has to say which computer this is before it is let in. */
const needsTechnician = (code: ErrorCode): boolean =>
  code === 'endpoint.keyInUse' || code === 'endpoint.keyCopied' || code === 'endpoint.keySuperseded';

/** Whether the hub itself said no to a join, so that trying again is of no use. */
function isFinal(error: LatchkeyError): boolean {
  // Another hub at this address, or a copy of this computer, may be gone by the next attempt; a technician may have decided.
  if (error.code === 'endpoint.hubKeyMismatch' || needsTechnician(error.code)) return false;
  return ['refused', 'unauthenticated', 'conflict', 'invalid'].includes(error.kind);
}

/** Waits; less long where the signal says so. */
export function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    signal.addEventListener('abort', done);
  });
}
