import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { endpointProof, endpointRequests } from '#protocol/endpoint.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { endpointPath } from '#protocol/hub.ts';
import { attendPurpose, attendRequests, joinKeyPath, type JoinAnswer } from '#protocol/join.ts';
import { ScriptedComputer } from './scripted-computer.ts';
import { newFacts } from './test-endpoint.ts';
import { openSocket, postJson } from './test-hub.ts';
import { whenDone } from './when-done.ts';

/** An endpoint's connection that has proved nothing yet but knows how to. */
export interface ProvingConnection {
  readonly rpc: RpcConnection;
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  prove(purpose: string, keys: KeyPair): string;
}

export async function openProving(hub: { readonly url: string }): Promise<ProvingConnection> {
  const socket = await openSocket(hub.url.replace('http', 'ws') + endpointPath);
  whenDone(() => socket.terminate());
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const rpc = new RpcConnection(webSocketTransport(socket as unknown as WebSocketLike, () => {}));
  rpc.listen();
  const nonce = randomBytes(24).toString('base64url');
  const hello = await rpc.request(endpointRequests.hello, { nonce });
  const prove = (purpose: string, keys: KeyPair): string =>
    keys.sign(endpointProof(purpose, nonce, hello.nonce, keys.publicKey));
  return { rpc, socket, closed, prove };
}

export interface TestCustomerApp {
  readonly computer: ScriptedComputer;
  readonly rpc: RpcConnection;
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  readonly keys: KeyPair;
  readonly facts: DeviceFacts;
  readonly ticket: string;
  readonly session: string;
  readonly technician: string;
  /** Of the support organisation. */
  readonly organisation?: string | undefined;
}

export interface CustomerAppOptions {
  readonly keys?: KeyPair;
  readonly facts?: DeviceFacts;
  /** The computer's part, where it is to hold what it held before. */
  readonly held?: Iterable<string>;
  readonly prepare?: (computer: ScriptedComputer) => void;
}

/** A customer app that has come into its session with a ticket. */
export async function attend(
  hub: { readonly url: string },
  ticket: string,
  options: CustomerAppOptions = {},
): Promise<TestCustomerApp> {
  const { rpc, socket, closed, prove } = await openProving(hub);
  const { keys = KeyPair.generate(), facts = newFacts() } = options;
  const computer = new ScriptedComputer(rpc);
  options.prepare?.(computer);
  const proof = { publicKey: keys.publicKey, signature: prove(attendPurpose(ticket), keys), facts };
  try {
    const answer = await rpc.request(attendRequests.attend, { ticket, ...proof });
    computer.tellHeld(options.held ?? []);
    return { computer, rpc, socket, closed, keys, facts, ticket, ...answer };
  } catch (error) {
    socket.terminate();
    throw error;
  }
}

/** What the customer's page gets for a key. */
export const enterKey = async (hub: { readonly url: string }, key: string): Promise<JoinAnswer> => {
  const answer = await postJson(hub.url + joinKeyPath, { key });
  const body = (await answer.json()) as JoinAnswer & { error?: { code: string } };
  if (!answer.ok) throw Object.assign(new Error(body.error?.code), body.error);
  return body;
};
