import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import {
  customerNotifications,
  customerPageEntry,
  customerPageEntryPath,
  customerPageSocketPath,
  customerRequests,
  type CustomerState,
} from '#protocol/customer-page.ts';
import type { RequestContract } from '#protocol/messages.ts';
import { whenDone } from './when-done.ts';

const built = fileURLToPath(new URL('../../dist/endpoint/consent/', import.meta.url));
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

/** The customer app's side of its page, as a test tells it to be: the built page, the strictest policy, a real socket. */
export class ScriptedCustomerApp {
  readonly secret = 'c2VjcmV0';
  /** What the page asked for, in order. */
  readonly asked: { method: string; params: unknown }[] = [];
  /** What happens at a request; nothing unless told. */
  readonly answers = new Map<string, (params: any) => unknown>();
  private readonly server = createServer((request, response) => void this.serve(request, response));
  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly open = new Set<RpcConnection>();
  private spent = false;
  private cookie = 'page=1';
  private current: CustomerState;

  constructor(state: CustomerState) {
    this.current = state;
    this.server.on('upgrade', (request, socket, head) => {
      if (request.url !== customerPageSocketPath || request.headers.cookie !== this.cookie) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (client) => this.converse(client as unknown as WebSocketLike));
    });
    whenDone(() => this.stop());
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  /** As the app opens it. */
  get address(): string {
    return `${this.origin}/#${this.secret}`;
  }

  get state(): CustomerState {
    return this.current;
  }
  /** The app comes to another state, and tells the page. */
  show(change: Partial<CustomerState>): void {
    this.current = { ...this.current, ...change };
    for (const rpc of this.open) rpc.notify(customerNotifications.changed, this.current);
  }

  /** The connection to the page breaks; with `forget`, as where the app was started again. */
  hangUp(forget = false): void {
    if (forget) this.cookie = 'page=2';
    for (const client of this.sockets.clients) client.terminate();
  }

  stop(): void {
    this.hangUp();
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.origin).pathname;
    if (path === customerPageEntryPath) return this.enter(request, response);
    try {
      const file = path === '/' ? 'index.html' : path.slice(1);
      const content = await readFile(join(built, file));
      const type = types[extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  private async enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = customerPageEntry.safeParse(JSON.parse(text));
    const right = request.method === 'POST' && body.data?.secret === this.secret && !this.spent;
    this.spent ||= right;
    if (right) response.writeHead(204, { 'set-cookie': `${this.cookie}; HttpOnly; SameSite=Strict; Path=/` }).end();
    else
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"error":{"code":"customerPage.notOurs"}}');
  }

  private converse(client: WebSocketLike): void {
    const rpc = new RpcConnection(webSocketTransport(client, () => {}));
    rpc.handle(customerRequests.watch, () => this.current);
    for (const contract of Object.values(customerRequests) as RequestContract<object, object>[]) {
      if (contract.method === customerRequests.watch.method) continue;
      rpc.handle(contract, async (params) => {
        this.asked.push({ method: contract.method, params });
        return ((await this.answers.get(contract.method)?.(params)) as object | undefined) ?? {};
      });
    }
    rpc.onClose(() => this.open.delete(rpc));
    this.open.add(rpc);
    rpc.listen();
  }
}
