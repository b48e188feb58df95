import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { LatchkeyError } from '#protocol/errors.ts';
import { maximumMessageBytes } from '#protocol/hub.ts';
import type { HubLogger } from '../log/logger.ts';
import { rawErrorResponse } from './error-response.ts';
import type { HubAddress } from './hub-address.ts';
import { KeepAlive } from './keep-alive.ts';
import { checkOrigin } from './origin-check.ts';
import type { RequestInfo, SocketRoute } from './socket-route.ts';
import { throttle, type Rate } from './throttle.ts';

const standardRate: Rate = { burst: 8000, perSecond: 2000 };
/** Milliseconds that peers get to close their side, at shutdown. */
const farewell = 2000;

export interface WebSocketsParts {
  readonly routes: readonly SocketRoute[];
  readonly address: HubAddress;
  readonly logger: HubLogger;
  /** The caller's network address. */
  readonly addressOf: (request: IncomingMessage) => string;
}

/** Takes WebSockets in: Origin, credentials, size, rate and signs of life, whatever is spoken over them. */
export class WebSockets {
  private readonly parts: WebSocketsParts;
  /** One for each limit on messages. */
  private readonly servers = new Map<number, WebSocketServer>();
  private readonly keepAlive = new KeepAlive();
  private stopping = false;

  constructor(parts: WebSocketsParts) {
    this.parts = parts;
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      this.upgrade(request, socket, head).catch((error: unknown) => this.refuse(request, socket, error));
    });
  }

  /** Says goodbye to all, and waits a moment for them to hear it. */
  async close(): Promise<void> {
    this.stopping = true;
    this.keepAlive.dispose();
    const servers = [...this.servers.values()];
    const open = servers.flatMap((server) => [...server.clients]);
    const closed = open.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of open) socket.close(1001, 'The hub is stopping');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, farewell)));
    await Promise.race([Promise.all(closed), late]);
    clearTimeout(timer);
    for (const socket of open) socket.terminate();
    for (const server of servers) server.close();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Without a listener, a peer that resets the connection meanwhile would end the process.
    const ignore = (): void => {};
    socket.on('error', ignore);
    if (this.stopping) throw new LatchkeyError('hub.stopping');
    const path = request.url?.split('?')[0] ?? '';
    const route = this.parts.routes.find((candidate) => candidate.path === path);
    if (!route) throw new LatchkeyError('rpc.unknownMethod', { method: path });
    checkOrigin(request, this.parts.address);
    const { origin } = request.headers;
    if (route.refusesBrowsers && origin !== undefined) throw new LatchkeyError('account.originRefused', { origin });
    const info: RequestInfo = { request, from: this.parts.addressOf(request) };
    const who = await route.authenticate?.(info);
    if (socket.destroyed) return;
    socket.off('error', ignore);
    this.serverOf(route).handleUpgrade(request, socket, head, (webSocket) => this.open(route, webSocket, info, who));
  }

  private serverOf({ maximumMessageBytes: maxPayload = maximumMessageBytes }: SocketRoute): WebSocketServer {
    let server = this.servers.get(maxPayload);
    if (!server) {
      server = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
      this.servers.set(maxPayload, server);
    }
    return server;
  }

  private open(route: SocketRoute, socket: WebSocket, info: RequestInfo, who: unknown): void {
    socket.on('error', (error) => {
      const details = { err: error, path: route.path, from: info.from };
      if ((error as NodeJS.ErrnoException).code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
        this.parts.logger.warn(details, 'A message was too large: its sender was hung up on');
      } else this.parts.logger.debug(details, 'WebSocket failed');
    });
    this.keepAlive.watch(socket);
    const setRate = throttle(socket, route.rate ?? standardRate);
    route.onConnection(socket, { ...info, setRate }, who);
  }

  private refuse(request: IncomingMessage, socket: Duplex, error: unknown): void {
    const known = error instanceof LatchkeyError ? error : new LatchkeyError('internal', { reference: '' });
    if (known !== error) this.parts.logger.error({ err: error, path: request.url }, 'Could not accept a WebSocket');
    socket.end(rawErrorResponse(known, request.headers['accept-language']));
  }
}
