import { newId } from '#core/base/ids.ts';
import type { fileRequests } from '#protocol/file-transfer.ts';
import type { ResultOf } from '#protocol/messages.ts';
import type { Session, SessionEnd, SessionFeature, SessionState, ShownSession } from '#protocol/sessions.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { SetUpMethod } from '#protocol/set-ups.ts';
import type { ComputerConnection } from '../endpoints/endpoint-handlers.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** A technician who takes part, with each window that they do so in. */
export interface Participant extends Person {
  readonly since: number;
  readonly connections: Set<WorkbenchConnection>;
  /** Runs while no connection is left. */
  away: NodeJS.Timeout | undefined;
}

/** Where an unattended session is. */
export interface SessionDevice {
  readonly id: string;
  /** The group that it is in now. */
  group: string;
  readonly setUpBy: SetUpMethod | null;
}

/** The customer's way in, which is open until the session begins; and the one customer app that may come again. */
export interface SessionDoor {
  /** Of the key: its HMAC, and whether a customer has used it. */
  key?: { readonly hash: string; readonly used: boolean };
  /** Its hash, until when it may be brought for the first time, and the key of the app that has brought it. */
  ticket?: { readonly hash: string; readonly expiresAt: number; readonly publicKey: string | null };
}

/** A file on its way. */
export interface SessionTransfer {
  readonly by: string;
  readonly kind: 'sent' | 'received';
  readonly path: string;
  readonly size: number;
  /** Once it is whole: for whoever asks again because the answer got lost. */
  finished?: ResultOf<typeof fileRequests.finish>;
}

/** One session, as long as it goes on: who is in it, where, and in which state. Decides nothing. */
export class LiveSession {
  readonly id: string;
  readonly kind: 'attended' | 'unattended';
  /** Who started it. */
  readonly technician: Person;
  readonly createdAt: number;
  readonly participants = new Map<string, Participant>();
  readonly used = new Set<SessionFeature>();
  /** Of an unattended session. */
  readonly target: SessionDevice | undefined;
  /** The device that the computer is, or is recognised as. */
  device: string | null;
  state: Exclude<SessionState, 'interrupted'>;
  computer: Session['computer'] = null;
  /** What the computer last said of itself. */
  facts: DeviceFacts | undefined;
  /** The way to the computer; absent before it comes, and while its connection is lost. */
  peer: ComputerConnection | undefined;
  inControl: string | null = null;
  startedAt: number | null = null;
  endedAt: number | null = null;
  end: SessionEnd | null = null;
  endedBy: string | null = null;
  resumeUntil: number | null = null;
  keyExpiresAt: number | null = null;
  sealingKey: string | null = null;
  storedPasswordRefused = false;
  refusedAccounts = 0;
  readonly door: SessionDoor = {};
  /** By terminal, who opened it. */
  readonly terminals = new Map<string, string>();
  readonly transfers = new Map<string, SessionTransfer>();
  /** Runs while the computer is away, or nobody takes part. */
  computerAway: NodeJS.Timeout | undefined;
  nobodyThere: NodeJS.Timeout | undefined;
  private readonly everybody = new Map<string, Person>();

  /** @param known of one that was there before the hub's start */
  constructor(
    technician: Person,
    target?: SessionDevice,
    known: { readonly id: string; readonly createdAt: number } = { id: newId(), createdAt: Date.now() },
  ) {
    this.id = known.id;
    this.createdAt = known.createdAt;
    this.kind = target ? 'unattended' : 'attended';
    this.state = target ? 'active' : 'waiting';
    this.technician = technician;
    this.target = target;
    this.device = target?.id ?? null;
  }

  get isOver(): boolean {
    return this.state === 'ended';
  }

  /** The computer was there, and its connection is lost. */
  get isInterrupted(): boolean {
    return this.resumeUntil !== null;
  }

  /** What the audit log calls it. */
  get name(): string {
    return this.computer?.name ?? '';
  }

  setComputer(facts: DeviceFacts): void {
    const { hostName, system } = facts;
    this.facts = facts;
    this.computer = { name: hostName, platform: system.platform, system: system.name };
  }

  /** @returns whether the technician did not take part before */
  add(person: Person, connection: WorkbenchConnection): boolean {
    let participant = this.participants.get(person.id);
    const isNew = !participant;
    if (!participant) {
      participant = { ...person, since: Date.now(), connections: new Set(), away: undefined };
      this.participants.set(person.id, participant);
      this.everybody.set(person.id, person);
    }
    participant.connections.add(connection);
    clearTimeout(participant.away);
    participant.away = undefined;
    this.inControl ??= person.id;
    return isNew;
  }

  /** Whoever took part before the hub's start, and may do so again. */
  restore({ id, name }: Person, since: number | null): void {
    this.everybody.set(id, { id, name });
    if (since === null) return;
    this.participants.set(id, { id, name, since, connections: new Set(), away: undefined });
  }

  /** Control goes to whoever has been there longest, of those who are connected if there are any. */
  remove(technician: string): void {
    const participant = this.participants.get(technician);
    if (!participant) return;
    clearTimeout(participant.away);
    this.participants.delete(technician);
    if (this.inControl !== technician) return;
    const others = [...this.participants.values()];
    this.inControl = (others.find(({ connections }) => connections.size > 0) ?? others[0])?.id ?? null;
  }

  isParticipant(technician: string): boolean {
    return this.participants.has(technician);
  }

  /** The name of whoever works. */
  get controller(): string {
    return this.participants.get(this.inControl ?? '')?.name ?? this.technician.name;
  }

  view(): Session {
    return {
      id: this.id,
      kind: this.kind,
      state: !this.isOver && this.isInterrupted ? 'interrupted' : this.state,
      device: this.device,
      computer: this.computer,
      technician: this.technician,
      inControl: this.inControl,
      participants: [...this.participants.values()].map(({ id, name, since }) => ({ technician: id, name, since })),
      technicians: [...this.everybody.values()],
      createdAt: this.createdAt,
      startedAt: this.startedAt,
      endedAt: this.endedAt,
      end: this.end,
      endedBy: this.endedBy,
      resumeUntil: this.resumeUntil,
      keyExpiresAt: this.keyExpiresAt,
      used: [...this.used],
      sealingKey: this.state === 'signingIn' ? this.sealingKey : null,
      ...(this.state === 'signingIn' && this.storedPasswordRefused && { storedPasswordRefused: true }),
    };
  }

  /** As the customer is to see it. */
  shown(): ShownSession {
    return {
      session: this.id,
      kind: this.kind,
      technicians: [...this.participants.values()].map(({ id, name }) => ({ name, inControl: id === this.inControl })),
      startedAt: this.startedAt ?? Date.now(),
    };
  }

  /** Stops everything that waits. */
  stopWaiting(): void {
    clearTimeout(this.computerAway);
    clearTimeout(this.nobodyThere);
    for (const { away } of this.participants.values()) clearTimeout(away);
  }
}
