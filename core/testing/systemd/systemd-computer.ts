import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { needTools } from '../debian-tools.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { whenDone } from '../when-done.ts';

export interface Outcome {
  readonly code: number;
  /** Standard output, then standard error. */
  readonly text: string;
}

/** A computer that a real systemd runs. Its files outlast a loss of power; its network is this machine's. */
export interface SystemdComputer {
  /** Runs a program there as root, for two minutes at most. */
  run(command: readonly string[], input?: Buffer): Promise<Outcome>;
  /** Switched off in the middle of whatever it does. */
  cutPower(): Promise<void>;
  switchOn(): Promise<void>;
}

const script = fileURLToPath(new URL('./systemd-computer.sh', import.meta.url));

/** @throws Error where this is not root, or a tool is missing that cannot be installed */
export async function startSystemdComputer(): Promise<SystemdComputer> {
  assert.equal(process.getuid?.(), 0, 'Namespaces and systemd need root.');
  needTools({ unshare: 'util-linux', nsenter: 'util-linux' }, { '/lib/systemd/systemd': 'systemd' });
  const unified = existsSync('/sys/fs/cgroup/cgroup.controllers');
  const group = `/sys/fs/cgroup/${unified ? '' : 'systemd/'}latchkey-test-${process.pid}`;
  const machine = spawn(
    'unshare',
    ['--mount', '--uts', '--ipc', '--propagation', 'private', 'sh', script, temporaryFolder(), group],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: machine.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    return done ? assert.fail('The computer has ended.') : value;
  };
  let inner = 0;
  whenDone(async () => {
    if (inner) process.kill(inner, 'SIGKILL');
    machine.stdin.end();
    if (machine.exitCode === null) await new Promise((resolve) => machine.once('exit', resolve));
    removeGroups(group);
  });

  const run = (command: readonly string[], input?: Buffer): Promise<Outcome> =>
    new Promise((resolve) => {
      const child = execFile(
        'nsenter',
        [
          '-t',
          String(inner),
          '-m',
          '-u',
          '-i',
          '-p',
          '-C',
          '-r',
          '-w',
          'env',
          '-i',
          `PATH=${path}`,
          'LANG=C',
          ...command,
        ],
        { timeout: 120_000, maxBuffer: 16 << 20 },
        (error, out, err) => resolve({ code: error ? Number(error.code ?? -1) : 0, text: out + err }),
      );
      child.stdin!.on('error', () => {}); // it has not read to the end
      child.stdin!.end(input);
    });
  const computer: SystemdComputer = {
    run,
    async cutPower() {
      process.kill(inner, 'SIGKILL');
      inner = 0;
      assert.equal(await line(), 'off');
    },
    async switchOn() {
      machine.stdin.write('on\n');
      inner = Number(await line());
      assert.ok(inner > 0, 'systemd did not start.');
      for (const end = Date.now() + 60_000; Date.now() < end; await delay(200)) {
        const { text } = await run(['systemctl', 'is-system-running']);
        if (/running|degraded/.test(text)) return;
      }
      assert.fail((await run(['systemctl', 'list-jobs'])).text);
    },
  };
  await computer.switchOn();
  return computer;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Control groups are folders whose files cannot be removed: they go with them. */
const removeGroups = (group: string): void =>
  void execFileSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'], { timeout: 10_000 });
