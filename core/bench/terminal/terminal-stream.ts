import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import { believableFacts } from '#core/cli/simulation/believable-facts.ts';
import { HubConversation } from '#core/endpoint/connection/hub-conversation.ts';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { ScriptedComputer } from '#core/testing/scripted-computer.ts';
import { ScriptedTerminals, TerminalViewer } from '#core/testing/scripted-terminal.ts';
import { groupRequests } from '#protocol/groups.ts';
import { hubRequests, workbenchPath } from '#protocol/hub.ts';
import { installerRequests } from '#protocol/installers.ts';
import { sessionRequests } from '#protocol/sessions.ts';
import { terminalRequests } from '#protocol/terminal.ts';
import type { Workspace } from '../workspace.ts';

const megabyte = 1024 * 1024;
/** Milliseconds between looks at the hub's memory, and between pings. */
const interval = 100;
/** Seconds until it is given up. */
const patience = 300;

export interface StreamOutcome {
  readonly seconds: number;
  /** Of the hub, bytes: before, and the most while the output passed. */
  readonly memoryBefore: number;
  readonly memoryMost: number;
  /** Milliseconds of round trips over the two sockets that carry the output, sorted. */
  readonly pings: readonly number[];
}

/**
 * Has a terminal print so much while one workbench reads and, where wanted, another has attached and does not.
 * @param cookie of an administrator who is signed in
 */
export async function streamTerminal(
  workspace: Workspace,
  { url, cookie }: { readonly url: string; readonly cookie: string },
  { megabytes, idleOnlooker }: { readonly megabytes: number; readonly idleOnlooker: boolean },
): Promise<StreamOutcome> {
  const reader = await connect(workspace, url, cookie);
  const { id: group } = await reader.rpc.request(groupRequests.create, { name: `Terminals ${Date.now()}` });
  const wanted = { group, name: null, limit: 1, expiresAt: null };
  const { token } = await reader.rpc.request(installerRequests.generate, wanted);
  const endpoint = await HubConversation.open({ address: url, key: token.split('.')[3]! });
  workspace.defer(() => endpoint.socket.terminate());
  new ScriptedComputer(endpoint.rpc);
  const { device } = await endpoint.join(token, KeyPair.generate(), believableFacts(`terminal ${Date.now()}`, 0));
  const { id: session } = await reader.rpc.request(sessionRequests.start, { device });
  const terminals = new ScriptedTerminals(endpoint.rpc, session);
  const { terminal } = await reader.rpc.request(terminalRequests.open, { session, columns: 80, rows: 24 });
  const viewer = new TerminalViewer(reader.rpc, session, terminal);
  await viewer.attach();
  if (idleOnlooker) {
    const idle = await connect(workspace, url, cookie);
    await idle.rpc.request(sessionRequests.join, { session });
    await new TerminalViewer(idle.rpc, session, terminal).attach();
    idle.socket.pause();
  }
  const memoryBefore = await memoryOf(url);
  let memoryMost = memoryBefore;
  const pings: number[] = [];
  const total = megabytes * megabyte;
  const start = performance.now();
  terminals.print(terminal, total);
  while (viewer.next < total) {
    assert.ok(performance.now() - start < patience * 1000, 'The output did not arrive.');
    await delay(interval);
    memoryMost = Math.max(memoryMost, await memoryOf(url));
    for (const rpc of [reader.rpc, endpoint.rpc]) {
      const asked = performance.now();
      await rpc.request(hubRequests.ping, {});
      pings.push(performance.now() - asked);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  assert.equal(viewer.missed, 0, 'Output was lost.');
  await reader.rpc.request(sessionRequests.end, { session });
  return { seconds, memoryBefore, memoryMost, pings: pings.sort((a, b) => a - b) };
}

async function connect(
  workspace: Workspace,
  url: string,
  cookie: string,
): Promise<{ rpc: RpcConnection; socket: WebSocket }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${workbenchPath}`, { headers: { cookie, origin: url } });
  workspace.defer(() => socket.terminate());
  await once(socket, 'open');
  const rpc = new RpcConnection(webSocketTransport(socket as unknown as WebSocketLike, () => {}));
  rpc.listen();
  return { rpc, socket };
}

async function memoryOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const found = /^process_resident_memory_bytes (\S+)/m.exec(text);
  assert.ok(found, 'The hub does not say how much memory it uses.');
  return Number(found[1]);
}
