import { execFile } from 'node:child_process';

/**
 * Runs one of the system's own programs, and gives what it wrote on standard output.
 * @returns undefined where it isn't there, fails or takes longer than ten seconds
 */
export function runProgram(program: string, args: readonly string[]): Promise<string | undefined> {
  const options = {
    timeout: 10_000,
    maxBuffer: 1024 * 1024,
    windowsHide: true,
    // Programs speak to programs in the C locale.
    env: { ...process.env, LC_ALL: 'C', LANG: 'C' },
  };
  return new Promise((resolve) => {
    try {
      execFile(program, [...args], options, (error, output) => resolve(error ? undefined : output));
    } catch {
      resolve(undefined);
    }
  });
}
