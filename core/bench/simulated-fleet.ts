import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { nodeArguments, type HubProcess } from './hub-process.ts';
import type { Workspace } from './workspace.ts';

export interface FleetResult {
  readonly joined: number;
  readonly waiting: number;
  readonly refused: number;
  readonly seconds: number;
}

/** Seconds until a fleet is given up. */
const patience = 180;

/** Makes an installer in a group of its own. */
export async function makeInstaller(hub: HubProcess, name: string, limit: number) {
  const rpc = await hub.connect();
  const { id: group } = await rpc.request(groupRequests.create, { name });
  const { installer, token } = await rpc.request(installerRequests.generate, { group, name, limit, expiresAt: null });
  return { rpc, group, installer: installer.id, token };
}

/**
 * Has the hub compress what installers carry, which a new hub does in its first quiet minute: its processor time would be
 * counted as that of the joins.
 */
export async function prepareFiles(hub: HubProcess): Promise<void> {
  const { rpc, installer } = await makeInstaller(hub, 'Files', 1);
  await rpc.request(installerRequests.prepare, { installer, format: 'run' });
}

/**
 * `latchkey simulate` in a process of its own: endpoints that join through real sockets, 64 at any moment, stay until the
 * last one is in, and leave.
 */
export async function joinFleet(
  workspace: Workspace,
  hub: HubProcess,
  { token, count }: { readonly token: string; readonly count: number },
): Promise<FleetResult> {
  const child = spawn(process.execPath, [...nodeArguments, 'simulate', '--hub', hub.url, '--fleets-stdin', '--json'], {
    env: { PATH: process.env.PATH, LANG: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: patience * 1000,
  });
  workspace.defer(() => child.kill('SIGKILL'));
  child.stdin.end(JSON.stringify([{ token, count }]));
  let output = '';
  let progress = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (progress += chunk.toString()));
  await once(child, 'close');
  try {
    return JSON.parse(output) as FleetResult;
  } catch {
    throw new Error(`The fleet did not join: ${progress.slice(-500)}`);
  }
}
