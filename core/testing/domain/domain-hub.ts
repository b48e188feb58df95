import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { keepPayload } from '../kept-payload.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { adminEmail, adminPassword, openWorkbench, signIn, type TestWorkbench } from '../test-hub.ts';
import { whenDone } from '../when-done.ts';
import { keptRuntimes } from '../kept-runtimes.ts';
import { about } from './domain-probe.ts';

const program = fileURLToPath(new URL('../../../dist/cli/latchkey.js', import.meta.url));

/** The built hub in a process of its own, with all that it says in a file. */
export interface DomainHub {
  readonly url: string;
  readonly pid: number;
  readonly data: string;
  /** All that it and those before it on the same data have written to standard output and standard error. */
  readonly log: string;
  workbench(email?: string, password?: string): Promise<TestWorkbench>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** A folder for a hub's data, in which the runtimes for Windows are there: nothing can be fetched from in here. */
export function dataFolder(): string {
  const data = temporaryFolder();
  mkdirSync(join(data, 'installers'));
  symlinkSync(keptRuntimes, join(data, 'installers/runtimes'));
  keepPayload(data);
  return data;
}

/** @param data of a hub before it, which goes on with what that one has left */
export async function startDomainHub(data: string): Promise<DomainHub> {
  const log = join(data, 'hub.log');
  const output = openSync(log, 'a');
  const before = readFileSync(log, 'utf8').length;
  const child = spawn(process.execPath, [program, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      LANG: 'C',
      LATCHKEY_PORT: '0',
      LATCHKEY_LOG_LEVEL: 'debug',
      LATCHKEY_DATA: data,
      LATCHKEY_ADMIN_EMAIL: adminEmail,
      LATCHKEY_ADMIN_PASSWORD: adminPassword,
      LATCHKEY_DOMAIN_CA: about.authority,
    },
    stdio: ['ignore', output, output],
  });
  const exited = once(child, 'exit');
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  const open: TestWorkbench[] = [];
  whenDone(async () => {
    for (const { socket } of open) socket.terminate();
    await end('SIGKILL');
  });
  for (const last = Date.now() + 60_000; ; await delay(50)) {
    const text = readFileSync(log, 'utf8').slice(before);
    const url = /http:\/\/[\d.]+:\d+/.exec(text)?.[0];
    if (url === undefined) {
      assert.ok(child.exitCode === null && Date.now() < last, `The hub did not start: ${text}`);
      continue;
    }
    const workbench = async (email = adminEmail, password = adminPassword): Promise<TestWorkbench> => {
      const made = await openWorkbench(url, { cookie: await signIn(url, email, password) });
      open.push(made);
      return made;
    };
    return { url, pid: child.pid!, data, log, workbench, end };
  }
}

/** What can be seen of a process' children from outside: command lines, environments, and the files that they have open. */
export function seenOfChildren(pid: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/stat`, 'utf8');
        if (Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]) !== pid) return [];
        const files = readdirSync(`/proc/${name}/fd`).map((fd) => readlinkSync(`/proc/${name}/fd/${fd}`));
        const [line, environment] = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${name}/${file}`, 'utf8'));
        return [[line, environment, ...files].join('\n')];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
