import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * Sees to it that programs of Debian's packages are there, installing them where that may be done.
 * @param tools the package of each program
 * @param files the package of each file that is no program, by its path
 * @throws Error that says which command installs them
 */
export function needTools(tools: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): void {
  const missing = (): string[] => [
    ...Object.keys(tools).filter((program) => !onPath(program)),
    ...Object.keys(files).filter((file) => !existsSync(file)),
  ];
  if (missing().length === 0) return;
  const packages = [...new Set(missing().map((each) => tools[each] ?? files[each]!))];
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // Another test may be installing at the same time.
    const options = ['-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
    const run = (...args: string[]): void => void spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] });
    run('update', '-qq');
    run('install', ...options, ...packages);
  }
  if (missing().length > 0) {
    throw new Error(`The tests need ${missing().join(', ')}. Run: sudo apt-get install -y ${packages.join(' ')}`);
  }
}
