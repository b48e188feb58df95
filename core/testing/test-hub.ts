import assert from 'node:assert/strict';
import { WebSocket, type ClientOptions } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import type { HubOptions } from '#core/hub/hub-options.ts';
import { startHub, type RunningHub } from '#core/hub/hub.ts';
import { workbenchPath } from '#protocol/hub.ts';
import { keepPayload } from './kept-payload.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { whenDone } from './when-done.ts';

export const adminEmail = 'admin@example.com';
export const adminPassword = 'correct horse battery';

export interface TestHub extends RunningHub {
  readonly data: string;
  /** The `Cookie` header of a new sign-in. */
  signIn(email?: string, password?: string): Promise<string>;
  /** A workbench that is signed in with a cookie, or an API token. */
  workbench(credential?: { cookie?: string; token?: string }): Promise<TestWorkbench>;
}

export interface TestWorkbench {
  readonly rpc: RpcConnection;
  readonly socket: WebSocket;
  /** The WebSocket's close code. */
  readonly closed: Promise<number>;
}

/** A real hub on a free port with data of its own, closed when the tests of this file are over. */
export async function startTestHub(options: Partial<HubOptions> = {}): Promise<TestHub> {
  const data = options.data ?? temporaryFolder();
  keepPayload(data);
  const hub = await startHub({
    host: '127.0.0.1',
    port: 0,
    data,
    admin: { email: adminEmail, password: adminPassword },
    logLevel: 'silent',
    ...options,
  });
  const sockets: WebSocket[] = [];
  const close = async (): Promise<void> => {
    await hub.close();
    for (const socket of sockets) socket.terminate();
  };
  whenDone(close);
  return {
    ...hub,
    close,
    data,
    signIn: (email, password) => signIn(hub.url, email, password),
    async workbench(credential) {
      const workbench = await openWorkbench(hub.url, credential);
      sockets.push(workbench.socket);
      return workbench;
    },
  };
}

/** The `Cookie` header of a new sign-in. */
export async function signIn(url: string, email = adminEmail, password = adminPassword): Promise<string> {
  const answer = await postJson(`${url}/api/sign-in`, { email, password });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.headers.get('set-cookie')!.split(';')[0]!;
}

/** A workbench of a hub, wherever that runs. The socket is the caller's to close. */
export async function openWorkbench(
  url: string,
  { cookie, token }: { cookie?: string; token?: string } = {},
): Promise<TestWorkbench> {
  const headers: Record<string, string> = token
    ? { authorization: `Bearer ${token}` }
    : { cookie: cookie ?? (await signIn(url)), origin: url };
  const socket = await openSocket(`${url.replace('http', 'ws')}${workbenchPath}`, { headers });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const rpc = new RpcConnection(webSocketTransport(socket as unknown as WebSocketLike, () => {}));
  rpc.listen();
  return { rpc, socket, closed };
}

export const postJson = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** A refused WebSocket: the HTTP status, and the error that the hub told. */
export class RefusedSocket extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, body: string) {
    super(`${status} ${body}`);
    this.status = status;
    this.code = (JSON.parse(body) as { error: { code: string } }).error.code;
  }
}

/** @throws RefusedSocket where the hub answers with a plain HTTP response */
export function openSocket(url: string, options: ClientOptions = {}): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, options);
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => reject(new RefusedSocket(response.statusCode ?? 0, body)));
    });
  });
}
