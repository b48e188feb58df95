import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { customerPageEntry, customerPageEntryPath, customerPageSocketPath } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { PageAdmission } from './page-admission.ts';
import { readPageFiles, type PageFile } from './page-files.ts';
import { peerUser } from './peer-user.ts';

export interface PageServerOptions {
  /** Of the built page. */
  readonly folder: string;
  /** The accounts of this computer whose programs may connect; undefined where the system does not tell accounts. */
  readonly users: readonly number[] | undefined;
  readonly onEntered: () => void;
  readonly onSocket: (socket: WebSocket) => void;
}

/** Bytes of the body of `POST /enter`, and of one message of the page. */
const entryLimit = 4096;
const messageLimit = 64 * 1024;

/**
 * Serves the customer's page to one browser of this computer. Others are kept out four times over: it listens on the
 * loopback address alone; connections of other accounts are closed; a request has to name exactly this address as its host
 * (another name that leads here is a page of somebody else's) and, where it does something, as its origin; and the
 * WebSocket takes the cookie that a one-time secret bought.
 */
export class PageServer {
  private readonly options: PageServerOptions;
  private readonly files: ReadonlyMap<string, PageFile>;
  private readonly admission = new PageAdmission();
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimit,
    perMessageDeflate: false,
  });
  private readonly peers = new WeakMap<Socket, Promise<boolean>>();
  private port = 0;
  private closed = false;

  private constructor(options: PageServerOptions, files: ReadonlyMap<string, PageFile>) {
    this.options = options;
    this.files = files;
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.on('upgrade', (request, socket: Socket, head) => void this.upgrade(request, socket, head));
    this.server.on('clientError', (_error, socket) => socket.destroy());
    this.server.headersTimeout = 10_000;
    this.server.requestTimeout = 10_000;
    this.server.maxConnections = 64;
  }

  /** @throws LatchkeyError `file.unreadable` where the page was not built */
  static async start(options: PageServerOptions): Promise<PageServer> {
    const server = new PageServer(options, await readPageFiles(options.folder));
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject);
      server.server.listen(0, '127.0.0.1', resolve);
    });
    server.port = (server.server.address() as AddressInfo).port;
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Where a browser is to be taken, once: what stands behind `#` is sent nowhere by itself, nor told to other pages. */
  issueAddress(): string {
    return `${this.origin}/#${this.admission.issueSecret()}`;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.admission.revoke();
    for (const socket of this.sockets.clients) socket.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.protect(response);
    try {
      if (!(await this.isForUs(request))) return this.refuse(response);
      const pathname = pathOf(request);
      const file = this.files.get(pathname);
      if (pathname === customerPageEntryPath && request.method === 'POST') await this.enter(request, response);
      else if (file && (request.method === 'GET' || request.method === 'HEAD')) {
        response.setHeader('content-type', file.type).end(request.method === 'HEAD' ? undefined : file.content);
      } else response.writeHead(404).end();
    } catch {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    }
  }

  private async enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (request.headers['content-type'] ?? '').startsWith('application/json');
    if (!json || !this.isOwnOrigin(request)) return this.refuse(response);
    const entry = customerPageEntry.safeParse(JSON.parse(await readBody(request, entryLimit)));
    const cookie = entry.success ? this.admission.spend(entry.data.secret) : undefined;
    if (cookie === undefined) return this.refuse(response);
    response
      .setHeader(
        'set-cookie',
        `${this.cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=${customerPageSocketPath}`,
      )
      .setHeader('content-type', 'application/json')
      .end('{}');
    this.options.onEntered();
  }

  private async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const refuse = (): void =>
      void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    try {
      const pathname = pathOf(request);
      const admitted = this.admission.isAdmitted(cookieOf(request, this.cookieName));
      if (pathname !== customerPageSocketPath || !admitted || !this.isOwnOrigin(request)) return refuse();
      // It may have been closed while that was looked up.
      if (!(await this.isForUs(request)) || this.closed) return refuse();
      this.sockets.handleUpgrade(request, socket, head, (accepted) => this.options.onSocket(accepted));
    } catch {
      refuse();
    }
  }

  /** Cookies know no ports: another program's page on this computer must not get in the way of ours. */
  private get cookieName(): string {
    return `latchkey-page-${this.port}`;
  }

  private isOwnOrigin({ headers }: IncomingMessage): boolean {
    return headers.origin === this.origin && [undefined, 'same-origin'].includes(headers['sec-fetch-site'] as string);
  }

  private async isForUs({ headers, socket }: IncomingMessage): Promise<boolean> {
    if (headers.host !== `127.0.0.1:${this.port}`) return false;
    let known = this.peers.get(socket);
    if (!known) this.peers.set(socket, (known = this.isOwnUser(socket)));
    return known;
  }

  private async isOwnUser(socket: Socket): Promise<boolean> {
    const { users } = this.options;
    if (!users || process.platform !== 'linux') return true;
    const user = await peerUser(socket);
    return user === undefined || (user !== null && users.includes(user));
  }

  private protect(response: ServerResponse): void {
    const socket = `ws://127.0.0.1:${this.port}`;
    const policy = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src 'self' ${socket}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ];
    response
      .setHeader('content-security-policy', policy.join('; '))
      .setHeader('x-content-type-options', 'nosniff')
      .setHeader('referrer-policy', 'no-referrer')
      .setHeader('cross-origin-resource-policy', 'same-origin')
      .setHeader('cross-origin-opener-policy', 'same-origin')
      .setHeader('cache-control', 'no-store');
  }

  private refuse(response: ServerResponse): void {
    const error = new LatchkeyError('customerPage.notOurs');
    response
      .writeHead(403, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: error.toData(), message: error.message }));
  }
}

/** As it was sent: nothing is decoded, and no two spellings mean the same. */
const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > limit) throw new RangeError('too long');
  }
  return body;
}

function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key === name) return value;
  }
  return undefined;
}
