import { LatchkeyError } from '#protocol/errors.ts';
import type { ParamsOf, ResultOf } from '#protocol/messages.ts';
import { terminalNotifications as notifications, terminalRequests as requests } from '#protocol/terminal.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { ComputerConnection } from '../endpoints/endpoint-handlers.ts';
import type { HubPart } from '../hub-part.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';
import type { WorkbenchNotice } from '../workbench/workbench-handlers.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionEntries } from './session-entries.ts';
import type { SessionWay, Way } from './session-way.ts';
import { TerminalReceiver, type Output } from './terminal-receiver.ts';

/** Open at once in one session. */
const mostTerminals = 16;
/** Milliseconds between looks at receivers that miss something. */
const catchUpInterval = 100;
/** Milliseconds of quiet after which they are brought up to date; a busy terminal does so this much later. */
const quiet = 200;
const busy = 2000;

interface RelayedTerminal {
  readonly id: string;
  readonly openedBy: string;
  readonly receivers: Map<WorkbenchConnection, TerminalReceiver>;
  lastOutputAt: number;
  catchingUp: boolean;
}

type Of<C> = ParamsOf<C>;

export interface TerminalRelayParts {
  readonly live: LiveSessions;
  readonly way: SessionWay;
  readonly entries: SessionEntries;
  readonly directory: TechnicianDirectory;
}

/**
 * Passes terminals on between workbenches and computers. The computer's window bounds what is on its way to whoever is in
 * control; whoever reads more slowly than that misses output for a while, and then has it from the computer again.
 */
export class TerminalRelay implements HubPart {
  private readonly parts: TerminalRelayParts;
  private readonly sessions = new WeakMap<LiveSession, Map<string, RelayedTerminal>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: TerminalRelayParts) {
    this.parts = parts;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async open(actor: TechnicianActor, params: Of<typeof requests.open>): Promise<ResultOf<typeof requests.open>> {
    const { entries, live } = this.parts;
    const way = this.way(actor, params.session, 'control');
    const { session } = way;
    if (this.of(session).size >= mostTerminals) throw new LatchkeyError('rpc.tooMany', { seconds: 1 });
    const opened = await this.parts.way.ask(way, requests.open, params, { timeout: 30 });
    this.keep(session, opened.terminal, actor.id);
    // What was withdrawn while the computer was asked counts.
    this.check();
    this.way(actor, session.id, 'part');
    session.used.add('terminal');
    live.changed(session);
    await entries.record(session, { actor, action: 'session.terminalOpened' });
    return opened;
  }

  async list(actor: TechnicianActor, params: Of<typeof requests.list>): Promise<ResultOf<typeof requests.list>> {
    const way = this.way(actor, params.session, 'part');
    const terminals = await this.parts.way.ask(way, requests.list, params, { timeout: 30 });
    const { session } = way;
    for (const { terminal } of terminals) this.keep(session, terminal, session.technician.id);
    return terminals;
  }

  /** @throws LatchkeyError `terminal.notFound`, and as `SessionWay.to` */
  async attach(
    actor: TechnicianActor,
    connection: WorkbenchConnection,
    params: Of<typeof requests.attach>,
  ): Promise<ResultOf<typeof requests.attach>> {
    const way = this.way(actor, params.session, 'part');
    const terminal = this.of(way.session).get(params.terminal);
    if (!terminal) throw new LatchkeyError('terminal.notFound');
    const receiver = new TerminalReceiver(connection);
    terminal.receivers.set(connection, receiver);
    connection.onClose(() => {
      if (terminal.receivers.get(connection) === receiver) terminal.receivers.delete(connection);
    });
    try {
      const begun = await this.beginAt(way, terminal, params.from);
      const offset = Math.max(params.from, begun.offset);
      receiver.begin(offset);
      return { ...begun, offset };
    } catch (error) {
      if (terminal.receivers.get(connection) === receiver) terminal.receivers.delete(connection);
      throw error;
    }
  }

  async close(actor: TechnicianActor, params: Of<typeof requests.close>): Promise<Record<string, never>> {
    const way = this.way(actor, params.session, 'control');
    this.forget(way.session, params.terminal);
    await this.parts.way.ask(way, requests.close, params, { timeout: 30 });
    this.parts.live.changed(way.session);
    return {};
  }

  input({ actor }: WorkbenchNotice, params: Of<typeof notifications.input>): void {
    this.way(actor, params.session, 'control').peer.rpc.notify(notifications.input, params);
  }

  resize({ actor }: WorkbenchNotice, params: Of<typeof notifications.resize>): void {
    this.way(actor, params.session, 'control').peer.rpc.notify(notifications.resize, params);
  }

  /** Whoever is in control sets the pace; where they have not attached, those who have. */
  acknowledge({ actor, connection }: WorkbenchNotice, params: Of<typeof notifications.acknowledge>): void {
    const { session, peer } = this.way(actor, params.session, 'part');
    const terminal = this.of(session).get(params.terminal);
    if (!terminal?.receivers.has(connection)) return;
    const paced = [...terminal.receivers.keys()].some(({ technicianId }) => technicianId === session.inControl);
    if (paced && actor.id !== session.inControl) return;
    peer.rpc.notify(notifications.acknowledge, params);
  }

  /** Hears a computer's terminals. @param find a session that goes on over this very connection */
  serve({ rpc }: ComputerConnection, find: (session: string) => LiveSession | undefined): void {
    rpc.on(notifications.output, (output) => this.output(find(output.session), output));
    for (const contract of [notifications.resized, notifications.exited] as const) {
      rpc.on<Of<typeof contract>>(contract, (params) => {
        const session = find(params.session);
        const terminal = session && this.of(session).get(params.terminal);
        for (const connection of terminal?.receivers.keys() ?? []) {
          if (this.mayReceive(session!, connection)) connection.notify<Of<typeof contract>>(contract, params);
        }
      });
    }
  }

  /** The computer is back: what was on its way when it was lost is sent again. */
  resume(session: LiveSession): void {
    for (const terminal of this.of(session).values()) {
      terminal.lastOutputAt = 0;
      for (const receiver of terminal.receivers.values()) if (receiver.position !== undefined) receiver.miss();
    }
    this.watchReceivers();
  }

  /** Somebody may be allowed less than before: their terminals close, and they are sent nothing more. */
  check(): void {
    for (const session of this.parts.live) {
      for (const terminal of this.of(session).values()) {
        for (const connection of terminal.receivers.keys()) {
          if (!this.mayReceive(session, connection)) terminal.receivers.delete(connection);
        }
        if (this.mayUse(terminal.openedBy)) continue;
        this.forget(session, terminal.id);
        const params = { session: session.id, terminal: terminal.id };
        void session.peer?.rpc.request(requests.close, params, { timeout: 30 }).catch(() => {});
      }
    }
  }

  private output(session: LiveSession | undefined, output: Output): void {
    const terminal = session && this.of(session).get(output.terminal);
    if (!session || !terminal) return;
    terminal.lastOutputAt = Date.now();
    for (const [connection, receiver] of terminal.receivers) {
      if (!session.isParticipant(connection.technicianId)) terminal.receivers.delete(connection);
      else receiver.take(output);
      if (receiver.missingSince !== undefined) this.watchReceivers();
    }
  }

  /** Has the computer send from `from` on; the others miss nothing by it. @returns where the output begins */
  private beginAt(
    way: Way,
    { id, receivers }: RelayedTerminal,
    from: number,
  ): Promise<ResultOf<typeof requests.attach>> {
    const positions = [...receivers.values()].flatMap(({ position }) => position ?? []);
    const params = { session: way.session.id, terminal: id, from: Math.min(from, ...positions) };
    return this.parts.way.ask(way, requests.attach, params, { timeout: 30 });
  }

  private watchReceivers(): void {
    this.timer ??= setInterval(() => this.catchUp(), catchUpInterval);
  }

  /** Brings receivers up to date that missed something and have room again, without holding up a busy terminal for them. */
  private catchUp(): void {
    const now = Date.now();
    let anyLeft = false;
    for (const session of this.parts.live) {
      for (const terminal of this.of(session).values()) {
        const missing = [...terminal.receivers.values()].filter(({ missingSince }) => missingSince !== undefined);
        anyLeft ||= missing.length > 0;
        const ready = missing.filter(
          ({ hasRoom, missingSince = now }) =>
            hasRoom && (now - terminal.lastOutputAt >= quiet || now - missingSince >= busy),
        );
        if (ready.length > 0 && !terminal.catchingUp) void this.bringUpToDate(session, terminal, ready);
      }
    }
    if (anyLeft) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async bringUpToDate(
    session: LiveSession,
    terminal: RelayedTerminal,
    receivers: readonly TerminalReceiver[],
  ): Promise<void> {
    const { peer } = session;
    if (!peer) return;
    terminal.catchingUp = true;
    try {
      // Their positions count before the answer comes: the output that it speaks of may come first.
      for (const receiver of receivers) receiver.catchUp(receiver.position ?? 0);
      const { offset } = await this.beginAt({ session, peer }, terminal, Number.MAX_SAFE_INTEGER);
      for (const receiver of receivers) receiver.catchUp(offset);
    } catch {
      // The terminal is closed, or the computer is away again: then there is nothing to catch up with for now.
    } finally {
      terminal.catchingUp = false;
    }
  }

  private way(actor: TechnicianActor, session: string, role: 'part' | 'control'): Way {
    return this.parts.way.to(actor, session, 'session.terminal', role);
  }

  private mayReceive(session: LiveSession, { technicianId }: WorkbenchConnection): boolean {
    return session.isParticipant(technicianId) && this.mayUse(technicianId);
  }

  private mayUse(technician: string): boolean {
    try {
      return this.parts.way.allows(this.parts.directory.actor(technician, null), 'session.terminal');
    } catch {
      return false; // disabled
    }
  }

  private of(session: LiveSession): Map<string, RelayedTerminal> {
    let terminals = this.sessions.get(session);
    if (!terminals) {
      // Where the hub was started anew, the session alone knows of them.
      terminals = new Map([...session.terminals].map(([id, openedBy]) => [id, newTerminal(id, openedBy)]));
      this.sessions.set(session, terminals);
    }
    return terminals;
  }

  private forget(session: LiveSession, id: string): void {
    this.of(session).delete(id);
    session.terminals.delete(id);
  }

  private keep(session: LiveSession, id: string, openedBy: string): void {
    const terminals = this.of(session);
    if (terminals.has(id) || terminals.size >= mostTerminals) return;
    session.terminals.set(id, openedBy);
    terminals.set(id, newTerminal(id, openedBy));
    this.parts.live.changedWithin(session);
  }
}

const newTerminal = (id: string, openedBy: string): RelayedTerminal => ({
  id,
  openedBy,
  receivers: new Map(),
  lastOutputAt: 0,
  catchingUp: false,
});
