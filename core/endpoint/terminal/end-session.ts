import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from '../facts/run-program.ts';

/** Milliseconds that programs have to end by themselves. */
const grace = 2000;

/**
 * Ends the processes of a terminal: hangs up as a closed terminal does, and kills what is still there after two seconds.
 * @param leader the process that the terminal was started with
 * @param device the terminal's device
 * @param leaderGone whether the leader has ended: its number may then be another process's
 */
export async function endSession(leader: number, device: string, leaderGone: () => boolean): Promise<void> {
  const members = (): Promise<number[]> =>
    process.platform === 'linux' ? linuxMembers(leader, leaderGone()) : membersByTerminal(device);
  const first = await members();
  for (const pid of first) signal(pid, 'SIGHUP');
  // A stopped program takes the signal once it goes on.
  for (const pid of first) signal(pid, 'SIGCONT');
  // Seen empty twice: one that ends may have started another between two looks.
  for (let waited = 0, empty = 0; waited < grace; waited += 50) {
    await delay(50);
    empty = (await members()).length === 0 ? empty + 1 : 0;
    if (empty === 2) return;
  }
  for (const pid of await members()) signal(pid, 'SIGKILL');
}

/** Of the session that the leader made: its fifth field after the name in `/proc/PID/stat` (proc(5)). */
async function linuxMembers(leader: number, leaderGone: boolean): Promise<number[]> {
  const members: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(session) !== leader || state === 'Z') continue;
    if (pid === leader && leaderGone) return [];
    members.push(pid);
  }
  return members;
}

async function membersByTerminal(device: string): Promise<number[]> {
  const listed = await runProgram('ps', ['-o', 'pid=', '-t', device.replace(/^\/dev\//, '')]);
  return (listed ?? '')
    .split(/\s+/)
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
