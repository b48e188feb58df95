import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import { newId } from '#core/base/ids.ts';
import type { EndpointSessions } from '#core/endpoint/sessions/endpoint-sessions.ts';
import {
  endpointSessionNotifications,
  endpointSessionRequests,
  type SessionEnd,
  type ShownSession,
} from '#protocol/sessions.ts';
import { terminalNotifications, terminalRequests } from '#protocol/terminal.ts';
import { until } from '../expect.ts';
import { whenDone } from '../when-done.ts';

/** The hub's side of sessions on one computer, over real sockets that can be cut. */
export class SessionLink {
  readonly sessions: EndpointSessions;
  readonly held: string[][] = [];
  readonly ended: { session: string; end: SessionEnd }[] = [];
  /** All that was printed by a terminal, put together by offsets. */
  readonly printed = new Map<string, Buffer[]>();
  readonly position = new Map<string, number>();
  readonly exits = new Map<string, number | null>();
  readonly problems: string[] = [];
  /** Acknowledge what arrives, as a technician who looks does. */
  acknowledging = true;
  /** Takes what is printed in place of `printed`. */
  sink: ((bytes: Buffer) => void) | undefined;
  /** Given an array, it gets every byte that the computer sends. */
  frames: string[] | undefined;
  private readonly server: WebSocketServer;
  private hubSide: RpcConnection | undefined;
  private readonly sockets = new Set<WebSocket>();

  private constructor(sessions: EndpointSessions, server: WebSocketServer) {
    this.sessions = sessions;
    this.server = server;
    server.on('connection', (socket) => this.accept(socket));
  }

  static async open(sessions: EndpointSessions): Promise<SessionLink> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    const link = new SessionLink(sessions, server);
    whenDone(() => link.close());
    await link.connect();
    return link;
  }

  get hub(): RpcConnection {
    if (!this.hubSide) throw new Error('not connected');
    return this.hubSide;
  }

  async connect(): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
    this.sockets.add(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const rpc = new RpcConnection(
      webSocketTransport(socket, (problem) => this.problems.push(problem)),
      {
        onInternalError: (error) => (this.problems.push(String((error as Error).stack)), 'ref'),
        onBadMessage: (method, problem) => void this.problems.push(`${method}: ${problem}`),
      },
    );
    rpc.listen();
    const seen = this.held.length;
    this.sessions.attach(rpc);
    await until(() => this.held.length > seen);
  }

  /** Breaks the connection, without a goodbye. */
  async cut(): Promise<void> {
    const hub = this.hub;
    this.hubSide = undefined;
    for (const socket of this.sockets) socket.terminate();
    this.sockets.clear();
    await until(() => hub.isClosed);
  }

  async close(): Promise<void> {
    await this.sessions.dispose();
    for (const socket of this.sockets) socket.terminate();
    this.server.close();
  }

  /** A session, as the hub opens one. */
  async start(change: Partial<ShownSession> = {}): Promise<{ session: string; sealingKey: string | null }> {
    const session = newId();
    const shown: ShownSession = {
      session,
      kind: 'unattended',
      technicians: [{ name: 'Anna', inControl: true }],
      startedAt: Date.now(),
      ...change,
    };
    const { sealingKey } = await this.hub.request(endpointSessionRequests.open, shown);
    return { session, sealingKey };
  }

  async openTerminal(session: string, columns = 80, rows = 24): Promise<string> {
    const { terminal } = await this.hub.request(terminalRequests.open, { session, columns, rows });
    return terminal;
  }

  type(session: string, terminal: string, text: string): void {
    this.hub.notify(terminalNotifications.input, { session, terminal, data: Buffer.from(text).toString('base64') });
  }

  bytes(terminal: string): Buffer {
    return Buffer.concat(this.printed.get(terminal) ?? []);
  }

  text(terminal: string): string {
    return this.bytes(terminal).toString();
  }

  /** Waits until the terminal has printed this. */
  async shows(terminal: string, what: RegExp): Promise<RegExpMatchArray> {
    let found: RegExpMatchArray | null = null;
    try {
      await until(() => (found = what.exec(this.text(terminal))) !== null);
    } catch {
      throw new Error(`The terminal never showed ${String(what)}:\n${this.text(terminal).slice(-2000)}`);
    }
    return found as unknown as RegExpMatchArray;
  }

  private accept(socket: WebSocket): void {
    const rpc = new RpcConnection(webSocketTransport(socket, (problem) => this.problems.push(problem)));
    socket.on('message', (data) => this.frames?.push(String(data as Buffer)));
    rpc.on(endpointSessionNotifications.held, ({ sessions }) => {
      this.hubSide = rpc;
      this.held.push(sessions);
    });
    rpc.on(endpointSessionNotifications.ended, (end) => void this.ended.push(end));
    rpc.on(terminalNotifications.exited, ({ terminal, code }) => void this.exits.set(terminal, code));
    rpc.on(terminalNotifications.output, ({ session, terminal, offset, data }) => {
      const position = this.position.get(terminal) ?? 0;
      const bytes = Buffer.from(data, 'base64');
      if (offset > position) throw new Error(`bytes ${position} to ${offset} are lost`);
      const fresh = bytes.subarray(Math.min(position - offset, bytes.length));
      if (this.sink) this.sink(fresh);
      else this.printed.set(terminal, [...(this.printed.get(terminal) ?? []), fresh]);
      this.position.set(terminal, position + fresh.length);
      if (this.acknowledging) this.acknowledge(session, terminal);
    });
    rpc.listen();
  }

  acknowledge(session: string, terminal: string): void {
    const offset = this.position.get(terminal) ?? 0;
    this.hubSide?.notify(terminalNotifications.acknowledge, { session, terminal, offset });
  }
}
