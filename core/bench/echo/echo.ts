import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Workspace } from '../workspace.ts';

/** Milliseconds of processor time that a bare echo takes for a connection with one request, the server's part alone. */
export async function measureEcho(workspace: Workspace, connections: number): Promise<number> {
  const server = fork(join(import.meta.dirname, 'echo-server.ts'), { execArgv: [] });
  workspace.defer(() => server.kill('SIGKILL'));
  const ask = async (): Promise<{ port: number; milliseconds: number }> => (await once(server, 'message'))[0] as never;
  const { port } = await ask();
  const cpu = async (): Promise<number> => {
    server.send('cpu');
    return (await ask()).milliseconds;
  };
  const before = await cpu();
  const clients = spawn(
    process.execPath,
    [join(import.meta.dirname, 'echo-clients.ts'), `ws://127.0.0.1:${port}`, String(connections)],
    { stdio: ['ignore', 'ignore', 'inherit'], timeout: 60_000 },
  );
  workspace.defer(() => clients.kill('SIGKILL'));
  const [code] = await once(clients, 'exit');
  if (code !== 0) throw new Error('The clients of the bare echo failed.');
  const used = (await cpu()) - before;
  server.disconnect();
  return used / connections;
}
