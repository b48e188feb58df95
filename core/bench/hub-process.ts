import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import { workbenchPath } from '#protocol/hub.ts';
import type { Workspace } from './workspace.ts';

export const root = join(import.meta.dirname, '..', '..');
export const program = join(root, 'dist', 'cli', 'latchkey.js');
/** How the command line starts the locked Node.js. */
export const nodeArguments = ['--disable-warning=ExperimentalWarning', program];

export const admin = { email: 'bench@example.com', password: 'correct horse battery' };
/** Seconds until a hub is given up that does not start. */
const patience = 30;

export interface HubProcess {
  readonly url: string;
  /** Milliseconds of processor time that the process has used, by its own account. */
  cpu(): Promise<number>;
  /** A connection as a workbench has it. */
  connect(): Promise<RpcConnection>;
  stop(): Promise<void>;
}

/** `latchkey serve` as it is built, in a process and with a store of its own. @param data its data folder */
export async function startHubProcess(workspace: Workspace, data: string = workspace.folder()): Promise<HubProcess> {
  assert.ok(existsSync(program), 'The hub is not built: run "npm run build" first.');
  const child = spawn(process.execPath, [...nodeArguments, 'serve'], {
    env: {
      PATH: process.env.PATH,
      LANG: 'C',
      LATCHKEY_PORT: '0',
      LATCHKEY_DATA: data,
      LATCHKEY_LOG_LEVEL: 'error',
      LATCHKEY_ADMIN_EMAIL: admin.email,
      LATCHKEY_ADMIN_PASSWORD: admin.password,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (!(await Promise.race([exited, delay(10_000, undefined, { ref: false })]))) child.kill('SIGKILL');
  };
  workspace.defer(stop);
  const timer = setTimeout(() => child.kill('SIGKILL'), patience * 1000);
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /https?:\/\/\S+/.exec(line)?.[0].replace(/[.,]$/, '');
    if (url) break;
  }
  clearTimeout(timer);
  assert.ok(url, 'The hub did not start.');
  child.stdout.resume();

  return {
    url,
    cpu: () => cpuOf(url),
    connect: () => connectTo(workspace, url),
    stop,
  };
}

/** @returns the `Cookie` header of a new sign-in */
export async function signInTo(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/sign-in`, { method: 'POST', headers, body: JSON.stringify(admin) });
  assert.equal(answer.status, 200, 'Signing in failed.');
  return answer.headers.get('set-cookie')!.split(';')[0]!;
}

/** A connection as a workbench has it. */
export async function connectTo(workspace: Workspace, url: string): Promise<RpcConnection> {
  const headers = { cookie: await signInTo(url), origin: url };
  const socket = new WebSocket(`${url.replace('http', 'ws')}${workbenchPath}`, { headers });
  workspace.defer(() => socket.terminate());
  await once(socket, 'open');
  const rpc = new RpcConnection(webSocketTransport(socket as unknown as WebSocketLike, () => {}));
  rpc.listen();
  return rpc;
}

async function cpuOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const seconds = ['user', 'system'].map((kind) => {
    const found = new RegExp(`^process_cpu_${kind}_seconds_total (\\S+)`, 'm').exec(text);
    assert.ok(found, `The hub does not say how much ${kind} time it used.`);
    return Number(found[1]);
  });
  return (seconds[0]! + seconds[1]!) * 1000;
}
