import { runProgram } from '../facts/run-program.ts';

/** What a program is started through to run as root; empty where that is not needed. */
export type Elevation = readonly string[];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How to run something as root here: not needed, by a `sudo` that asks nothing or asks in the terminal, or by the question
 * that a desktop puts.
 * @returns undefined where there is no way
 */
export async function findElevation(env: Environment): Promise<Elevation | undefined> {
  if (process.getuid?.() === 0) return [];
  if ((await runProgram('sudo', ['-n', 'true'])) !== undefined) return ['sudo', '-n'];
  if (process.stdin.isTTY && process.stderr.isTTY && (await isThere('sudo'))) return ['sudo'];
  if ((env['DISPLAY'] || env['WAYLAND_DISPLAY']) && (await isThere('pkexec'))) return ['pkexec'];
  return undefined;
}

const isThere = async (program: string): Promise<boolean> =>
  (await runProgram('sh', ['-c', `command -v ${program}`])) !== undefined;
