import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { latchkey, type HubProcess } from '../hub-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { adminEmail, adminPassword } from '../test-hub.ts';
import { whenDone } from '../when-done.ts';

const program = fileURLToPath(new URL('../../../dist/endpoint/latchkey-endpoint.cjs', import.meta.url));

/**
 * Makes a device group *Berlin*, an installer and a built endpoint that joins by it and runs, all by the command line; ended when
 * the tests of this file are over.
 */
export async function joinEndpoint(hub: HubProcess): Promise<void> {
  const env = { HOME: temporaryFolder() };
  const run = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await latchkey(args, { env, input: adminPassword });
    assert.equal(code, 0, err);
    return out;
  };
  await run('login', '--hub', hub.url, '--email', adminEmail, '--password-stdin');
  await run('run', 'group.create', '--name', 'Berlin', '--json');
  const { token } = JSON.parse(await run('run', 'installer.generate', '--json')) as { token: string };
  const data = temporaryFolder();
  const args = [program, 'join', '--hub', hub.url, '--token', token, '--data', data];
  const joined = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  assert.equal(await new Promise((resolve) => joined.once('exit', resolve)), 0);
  const endpoint = spawn(process.execPath, [program, 'run', '--data', data], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  whenDone(() => void endpoint.kill('SIGKILL'));
}
