import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoHub } from './demo-hub.ts';
import { planDemo, type DemoFleetPlan } from './demo-plan.ts';

export interface DemoOptions {
  readonly hub: DemoHub;
  /** How many simulated computers. */
  readonly count: number;
  /** The program of the command line, as Node is given it. */
  readonly program?: string;
  /** Told when the fleet's process ends by itself, with the last that it said. */
  readonly onProblem: (problem: string) => void;
}

export interface RunningDemo {
  /** Resolves once the nicknames are given; for tests. */
  readonly named: Promise<void>;
  stop(): Promise<void>;
}

/** What customers call some of their computers, by how these begin. */
const nicknames: readonly (readonly [prefix: string, nickname: string])[] = [
  ['FRONT-DESK', 'Front desk, left screen'],
  ['RECEPTION', 'Reception'],
  ['ACCOUNTING', 'Payroll PC'],
  ['MEETING', 'Meeting room 2'],
  ['SRV-MAIL', 'Mail server (old)'],
  ['SRV-FILE', 'File server'],
  ['WAREHOUSE', 'Label printer station'],
  ['nas', 'Backup NAS'],
  ['LAB', 'X-ray console'],
];

/**
 * Adds a living fleet to a hub: some customers' device groups, and simulated endpoints in a process of their own that come
 * and go. At the next start the same ones come back.
 */
export async function startDemo({ hub, count, program, onProblem }: DemoOptions): Promise<RunningDemo> {
  const { groups, plan } = await planDemo(hub, count);
  const stopping = new AbortController();
  const child = startFleet(hub.url, plan, program ?? process.argv[1] ?? '', stopping.signal, onProblem);
  const named = giveNicknames(hub, groups, Math.floor(count * 0.8), stopping.signal).catch((error: unknown) =>
    onProblem((error as Error).message),
  );
  return {
    named,
    async stop() {
      stopping.abort();
      await Promise.all([named, end(child)]);
    },
  };
}

function startFleet(
  url: string,
  plan: readonly DemoFleetPlan[],
  program: string,
  stopping: AbortSignal,
  onProblem: (problem: string) => void,
): ChildProcess {
  const flags = ['--fleets-stdin', '--seconds', '0', '--churn', '3', '--away', '14', '--concurrency', '32'];
  const args = [...process.execArgv, program, 'simulate', '--hub', url, ...flags];
  // The channel closes with this process, however it ends, and with it the fleet. A Ctrl+C is for this process alone: it
  // tells the fleet.
  const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', 'ignore', 'pipe', 'ipc'] });
  let last = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (last = text.trim().split('\n').at(-1) || last));
  child.on('error', (error) => onProblem(error.message));
  child.on('exit', () => {
    if (!stopping.aborted) onProblem(last);
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(JSON.stringify(plan));
  return child;
}

/** Once the fleet has come together; not again where somebody has given or taken some since. */
async function giveNicknames(hub: DemoHub, groups: Set<string>, enough: number, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 120 && !signal.aborted; attempt++) {
    const devices = (await hub.devices()).filter((device) => groups.has(device.group));
    if (devices.some((device) => device.nickname !== null)) return;
    if (devices.length >= enough) {
      for (const [prefix, nickname] of nicknames) {
        const device = devices.find((each) => each.hostName.startsWith(prefix));
        if (device) await hub.rename(device.id, nickname);
      }
      return;
    }
    await delay(500, undefined, { signal }).catch(() => {});
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exited;
  clearTimeout(forced);
}
