import { createHmac } from 'node:crypto';
import type { Subscription } from 'rxjs';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { endpointSessionNotifications, endpointSessionRequests } from '#protocol/sessions.ts';
import { EndpointConnection, type ConnectionTimings } from '#core/endpoint/connection/endpoint-connection.ts';
import type { Invitation } from '#core/endpoint/enrolment/invitation.ts';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { reportRemoval } from '#core/endpoint/removal/removal-report.ts';
import { believableFacts } from './believable-facts.ts';
import type { Semaphore } from './semaphore.ts';

export interface FleetOptions {
  readonly invitation: Invitation;
  readonly count: number;
  /** With the token, what the endpoints' keys are made from: the same ones come back at the next start. */
  readonly seed: string;
  /** How many speak with the hub at once until they are in. */
  readonly admission: Semaphore;
  /** 0…1: this share of the endpoints drops off each minute, for half a minute up to three. */
  readonly churn: number;
  /** 0…1: this share is switched off soon after it joined, and comes back now and again. */
  readonly away: number;
  readonly timings?: Partial<ConnectionTimings>;
}

export interface FleetCounts {
  /** Let in by the hub. */
  joined: number;
  /** In, and to be approved by a technician. */
  waiting: number;
  refused: number;
  connected: number;
  /** No answer yet. */
  open: number;
}

interface Member {
  readonly keys: KeyPair;
  readonly index: number;
  outcome: 'open' | 'joined' | 'waiting' | 'refused';
  connection: EndpointConnection | undefined;
  subscription: Subscription | undefined;
  ended: boolean;
}

/** Endpoints in one process, each with a key of its own, that speak with the hub as installed ones do. */
export class Fleet {
  private readonly options: FleetOptions;
  private readonly members: Member[];
  private readonly timers = new Set<NodeJS.Timeout>();
  private churnTimer: NodeJS.Timeout | undefined;
  private stopped = false;
  /** Why the hub turned some away: how many for each reason. */
  readonly refusals = new Map<ErrorCode, number>();
  /** Of the attempt that failed last. */
  lastError: ErrorCode | undefined;

  constructor(options: FleetOptions) {
    this.options = options;
    this.members = Array.from({ length: options.count }, (_, index) => ({
      keys: keysOf(options, index),
      index,
      outcome: 'open' as const,
      connection: undefined,
      subscription: undefined,
      ended: false,
    }));
  }

  start(): void {
    for (const member of this.members) this.connect(member, 0);
    if (this.options.churn > 0) this.churnTimer = setInterval(() => this.dropSome(), 1000);
  }

  counts(): FleetCounts {
    const counts: FleetCounts = { joined: 0, waiting: 0, refused: 0, connected: 0, open: 0 };
    for (const { outcome, connection } of this.members) {
      counts[outcome]++;
      if (connection?.current.kind === 'connected') counts.connected++;
    }
    return counts;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.churnTimer);
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.members.map((member) => this.disconnect(member)));
  }

  private connect(member: Member, delay: number): void {
    if (this.stopped || member.ended) return;
    if (delay > 0) return this.later(delay, () => this.connect(member, 0));
    const { invitation, admission, timings, seed } = this.options;
    const facts = believableFacts(`${seed} ${invitation.installer}`, member.index);
    const known = member.outcome === 'joined' || member.outcome === 'waiting';
    const connection = new EndpointConnection({
      hub: invitation.hub,
      keys: member.keys,
      facts: { read: () => Promise.resolve(facts) },
      ...(!known && { token: invitation.token }),
      timings: { factsInterval: 0, ...timings },
      admission: () => admission.take(),
    });
    connection.conversation$.subscribe(refuseSessions);
    member.connection = connection;
    member.subscription = connection.state$.subscribe((state) => {
      if (state.kind === 'connected') {
        const first = member.outcome === 'open';
        member.outcome = state.standing.state === 'waiting' ? 'waiting' : 'joined';
        if (first && this.isMostlyAway(member)) this.later(2, () => this.takeAway(member));
      } else if (state.kind === 'refused') {
        member.outcome = 'refused';
        this.refusals.set(state.error.code, (this.refusals.get(state.error.code) ?? 0) + 1);
      } else if (state.kind === 'disconnected') {
        this.lastError = state.error.code;
      } else if (state.kind === 'removed') {
        member.ended = true;
        if (state.reason !== 'left') void reportRemoval({ hub: invitation.hub, keys: member.keys }, 'done', null);
        // A device that was deleted stays deleted, so joining again is refused from the start.
        if (member.outcome === 'open') member.outcome = 'refused';
      }
    });
    void connection.run();
  }

  private async disconnect(member: Member): Promise<void> {
    const { connection, subscription } = member;
    member.connection = undefined;
    await connection?.stop();
    subscription?.unsubscribe();
  }

  private isMostlyAway({ index }: Member): boolean {
    // Spread evenly, and the same ones each time.
    const { away } = this.options;
    return Math.floor((index + 1) * away) > Math.floor(index * away);
  }

  private takeAway(member: Member): void {
    void this.disconnect(member);
    this.later(600 + Math.random() * 1800, () => {
      this.connect(member, 0);
      this.later(120 + Math.random() * 480, () => this.takeAway(member));
    });
  }

  private dropSome(): void {
    const expected = (this.members.length * this.options.churn) / 60;
    const drops = Math.floor(expected) + (Math.random() < expected % 1 ? 1 : 0);
    for (let i = 0; i < drops; i++) {
      const member = this.members[Math.floor(Math.random() * this.members.length)];
      if (member?.connection?.current.kind !== 'connected') continue;
      void this.disconnect(member);
      this.connect(member, 30 + Math.random() * 150);
    }
  }

  private later(seconds: number, action: () => void): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, seconds * 1000);
    this.timers.add(timer);
  }
}

/** There is no computer behind it on which anybody could work, and none is pretended. */
function refuseSessions(rpc: RpcConnection): void {
  rpc.handle(endpointSessionRequests.open, () => {
    throw new LatchkeyError('session.unsupported', { feature: 'simulated', reason: 'simulate' });
  });
  rpc.notify(endpointSessionNotifications.held, { sessions: [] });
}

/** Made from the token, which is secret: nobody else can make them. */
function keysOf({ invitation, seed }: FleetOptions, index: number): KeyPair {
  return KeyPair.fromSeed(
    createHmac('sha256', invitation.token).update(`simulated endpoint ${seed} ${index}`).digest(),
  );
}
