import type { CancellationTokenSource } from '#jsonrpc';
import { newId } from '#core/base/ids.ts';
import type { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { SetUp, SetUpState } from '#protocol/set-ups.ts';
import type { ComputerConnection } from '../endpoints/endpoint-handlers.ts';
import type { LiveSession } from '../sessions/live-session.ts';
import type { DeviceRow } from '../store/tables.ts';

export type SetUpEnd = Extract<SetUpState, 'done' | 'declined' | 'cancelled' | 'failed'>;

const ends: readonly SetUpState[] = ['done', 'declined', 'cancelled', 'failed'];

/** Where the computer is that is being set up. */
export type SetUpPlace =
  | { readonly method: 'attended'; readonly session: LiveSession }
  /** The connection is another one after it was lost; the key is always the same. */
  | { readonly method: 'portal'; connection: ComputerConnection | undefined; readonly publicKey: string };

/** One computer that is being set up, with the customer there. Decides nothing. */
export class LiveSetUp {
  readonly id: string;
  readonly place: SetUpPlace;
  readonly technician: { readonly id: string; readonly name: string };
  readonly facts: DeviceFacts;
  readonly startedAt: number;
  state: SetUpState = 'asking';
  passwordStored: boolean | null = null;
  nickname: string | null = null;
  group: string | null = null;
  /** As the customer is told it. */
  groupName = '';
  /** Until when the installed endpoint may join, milliseconds since 1970. */
  installUntil = 0;
  /** What it has joined as. */
  joined: DeviceRow | undefined;
  /** The customer app has answered that the installed endpoint runs. */
  installed = false;
  problem: SetUp['problem'] = null;
  /** The question or the installation that the customer app was asked for and has not answered. */
  asked: CancellationTokenSource | undefined;
  /** Until when the installed endpoint may join; once it has, how long the customer app may take to say so. */
  timer: NodeJS.Timeout | undefined;
  /** The portal's customer app has so long to come back. */
  away: NodeJS.Timeout | undefined;
  /** The customer app does not know yet how it stands. */
  untold = false;

  /** @param known of one that was there before the hub's start */
  constructor(
    place: SetUpPlace,
    technician: { readonly id: string; readonly name: string },
    facts: DeviceFacts,
    known: { readonly id: string; readonly startedAt: number } = { id: newId(), startedAt: Date.now() },
  ) {
    this.id = known.id;
    this.startedAt = known.startedAt;
    this.place = place;
    this.technician = technician;
    this.facts = facts;
  }

  get isOver(): boolean {
    return ends.includes(this.state);
  }

  /** The attended session. */
  get session(): LiveSession | undefined {
    return this.place.method === 'attended' ? this.place.session : undefined;
  }

  /** The way to the customer app, where there is one now. */
  get peer(): ComputerConnection | undefined {
    if (this.place.method === 'portal') {
      const { connection } = this.place;
      return connection?.rpc.isClosed ? undefined : connection;
    }
    const { session } = this.place;
    return session.isInterrupted || session.peer?.rpc.isClosed ? undefined : session.peer;
  }

  /** Stops everything that waits. */
  stopWaiting(): void {
    clearTimeout(this.timer);
    clearTimeout(this.away);
  }

  view(): SetUp {
    return {
      id: this.id,
      method: this.place.method,
      state: this.state,
      session: this.session?.id ?? null,
      technician: this.technician,
      computer: this.facts.hostName,
      passwordStored: this.passwordStored,
      nickname: this.nickname,
      group: this.group,
      device: this.state === 'done' ? (this.joined?.id ?? null) : null,
      problem: this.problem,
      startedAt: this.startedAt,
    };
  }
}

export const problemOf = ({ code, args }: LatchkeyError): NonNullable<SetUp['problem']> => ({ code, args });
