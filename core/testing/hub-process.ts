import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { adminEmail, adminPassword } from './test-hub.ts';
import { keepPayload } from './kept-payload.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { whenDone } from './when-done.ts';

/** The command line as it is built and shipped. */
const program = fileURLToPath(new URL('../../dist/cli/latchkey.js', import.meta.url));

export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the built `latchkey` once, in English and with nothing of this machine's environment but `env`. */
export function latchkey(
  args: readonly string[],
  { env = {}, input }: { env?: Record<string, string>; input?: string } = {},
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      { env: { PATH: process.env.PATH, LANG: 'C', ...env }, timeout: 100_000, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }),
    );
    child.stdin!.end(input ?? '');
  });
}

/** How this machine reaches the package registry: a hub fetches runtimes of other systems from there. */
const network = Object.fromEntries(
  ['NODE_EXTRA_CA_CERTS', 'npm_config_registry', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, value]] : [];
  }),
);

export interface HubProcess {
  readonly url: string;
  readonly data: string;
  readonly pid: number;
  /** Ends it as a service manager would, and waits for that. */
  stop(): Promise<number | null>;
  /** Kills it in the middle of whatever it does, and starts it anew with the same data on the same port. */
  killAndRestart(): Promise<HubProcess>;
}

/**
 * The built hub in a process of its own, on a port of the system's choice, ended when the tests of this file are over.
 * @param built the command line, where it is not the one that is shipped
 */
export async function startHubProcess(env: Record<string, string> = {}, built = program): Promise<HubProcess> {
  const data = env.LATCHKEY_DATA ?? temporaryFolder();
  keepPayload(data);
  const child = spawn(process.execPath, [built, 'serve'], {
    env: {
      PATH: process.env.PATH,
      ...network,
      LANG: 'C',
      LATCHKEY_PORT: '0',
      LATCHKEY_LOG_LEVEL: 'error',
      LATCHKEY_DATA: data,
      LATCHKEY_ADMIN_EMAIL: adminEmail,
      LATCHKEY_ADMIN_PASSWORD: adminPassword,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return exited;
  };
  whenDone(async () => void (await stop()));
  let problems = '';
  child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/\S+/.exec(line)?.[0];
    if (!url) continue;
    const killAndRestart = async (): Promise<HubProcess> => {
      child.kill('SIGKILL');
      await exited;
      return startHubProcess({ ...env, LATCHKEY_DATA: data, LATCHKEY_PORT: new URL(url).port }, built);
    };
    return { url: url.replace(/[/.]+$/, ''), data, pid: child.pid!, stop, killAndRestart };
  }
  return assert.fail(`The hub did not start: ${problems}`);
}
