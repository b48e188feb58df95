import { BehaviorSubject, type Observable } from 'rxjs';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { endpointRequests } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { attendRequests } from '#protocol/join.ts';
import type { ResultOf } from '#protocol/messages.ts';
import { endpointSessionNotifications, hubAwaySeconds } from '#protocol/sessions.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import type { KeyPair } from '../identity/key-pair.ts';
import { BackOff } from './back-off.ts';
import { pause } from './endpoint-connection.ts';
import { HubConversation, type HubReference } from './hub-conversation.ts';
import { keepAlive } from './keep-alive.ts';

export type Attended = ResultOf<typeof attendRequests.attend>;

/** Seconds, all of them. */
export interface AttendTimings {
  readonly retryFirst: number;
  readonly retryLongest: number;
  /** How long a lost connection is worth trying for: then the session is over. */
  readonly resume: number;
  readonly aliveInterval: number;
  readonly alivePatience: number;
  readonly answer: number;
}

const defaultTimings: AttendTimings = {
  retryFirst: 0.5,
  retryLongest: 5,
  resume: hubAwaySeconds,
  aliveInterval: 15,
  alivePatience: 10,
  answer: 15,
};

export interface AttendConnectionOptions {
  readonly hub: HubReference;
  readonly ticket: string;
  /** Made for this one session. */
  readonly keys: KeyPair;
  readonly facts: FactsSource;
  readonly timings?: Partial<AttendTimings>;
  readonly onProblem?: (problem: string) => void;
  /** Called with each conversation once both sides are proved. */
  readonly serve: (rpc: RpcConnection) => void;
}

export type AttendState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly attended: Attended }
  | { readonly kind: 'disconnected'; readonly error: LatchkeyError }
  /** `error`: why the hub did not let it in, or that it was away for too long. */
  | { readonly kind: 'ended'; readonly error?: LatchkeyError };

/** Milliseconds that an answer is waited for once nobody wants it any more. */
const farewellPatience = 2000;

/** A customer app's connection for one attended session: kept up while the session can be resumed. */
export class AttendConnection {
  private readonly options: AttendConnectionOptions;
  private readonly timings: AttendTimings;
  private readonly backOff: BackOff;
  private readonly stopping = new AbortController();
  private readonly state = new BehaviorSubject<AttendState>({ kind: 'connecting' });
  private running: Promise<void> | undefined;
  private lastContact = Date.now();
  readonly state$: Observable<AttendState> = this.state.asObservable();

  constructor(options: AttendConnectionOptions) {
    this.options = options;
    this.timings = { ...defaultTimings, ...options.timings };
    this.backOff = new BackOff({
      first: this.timings.retryFirst,
      longest: this.timings.retryLongest,
      random: Math.random,
    });
  }

  /** Resolves once it is stopped, or the session cannot be resumed any more. */
  run(): Promise<void> {
    return (this.running ??= this.loop());
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    this.lastContact = Date.now();
    for (;;) {
      const error = await this.converse();
      if (signal.aborted) return this.state.next({ kind: 'ended' });
      const away = (Date.now() - this.lastContact) / 1000;
      if (isFinal(error) || away > this.timings.resume) return this.state.next({ kind: 'ended', error });
      this.state.next({ kind: 'disconnected', error });
      await pause(this.backOff.next(), signal);
    }
  }

  private async converse(): Promise<LatchkeyError> {
    const { hub, ticket, keys, facts, serve, onProblem } = this.options;
    const { answer: patience, aliveInterval, alivePatience } = this.timings;
    const { signal } = this.stopping;
    let conversation: HubConversation | undefined;
    const hangUp = (): void => conversation?.rpc.dispose();
    // Let in already, as far as the hub knows, it is told that nobody comes.
    let patient: NodeJS.Timeout | undefined;
    const hangUpSoon = (): void => void (patient = setTimeout(hangUp, farewellPatience));
    try {
      const current = await facts.read();
      conversation = await HubConversation.open(hub, { patience, signal, ...(onProblem && { onProblem }) });
      const { rpc, socket } = conversation;
      rpc.handle(endpointRequests.facts, () => facts.read());
      signal.addEventListener('abort', hangUpSoon);
      if (signal.aborted) return new LatchkeyError('rpc.cancelled');
      const attended = await conversation.attend(ticket, keys, current);
      if (signal.aborted) {
        rpc.notify(endpointSessionNotifications.ended, { session: attended.session, end: 'customer' });
        return new LatchkeyError('rpc.cancelled');
      }
      signal.removeEventListener('abort', hangUpSoon);
      signal.addEventListener('abort', hangUp);
      serve(rpc);
      this.backOff.reset();
      this.state.next({ kind: 'connected', attended });
      const alive = keepAlive(socket, { interval: aliveInterval, patience: alivePatience }, () => {});
      await new Promise<void>((resolve) => {
        rpc.onClose(resolve);
        if (signal.aborted) resolve();
      });
      alive.dispose();
      this.lastContact = Date.now();
      return new LatchkeyError('rpc.closed');
    } catch (error) {
      if (error instanceof LatchkeyError) return error;
      onProblem?.(String((error as Error).message));
      return new LatchkeyError('hub.unreachable', { url: hub.address, reason: 'closed' }, { cause: error });
    } finally {
      clearTimeout(patient);
      signal.removeEventListener('abort', hangUpSoon);
      signal.removeEventListener('abort', hangUp);
      await conversation?.close();
    }
  }
}

/** Whether the hub itself said no, so that trying again is of no use. */
const isFinal = ({ kind }: LatchkeyError): boolean =>
  ['refused', 'unauthenticated', 'conflict', 'invalid', 'notFound'].includes(kind);
