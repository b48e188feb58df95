import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { needTools } from '#core/testing/debian-tools.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import type { InstallerRun } from './installers/make-installers.ts';
import { median } from './statistics.ts';
import { wixlSource } from './installers/wixl-source.ts';

const run = promisify(execFile);
const rounds = 10;
const aims = { milliseconds: 100, megabytes: 64 };

export const benchmark: Benchmark = {
  title: 'Installers, the payload compressed already',
  method:
    `Each format in a process of its own, with the runtimes that it really carries: ${rounds} installers one after the other, ` +
    `poured as into a response, then ten at once. Memory is the process's peak above what it had before. Beside it wixl, which ` +
    `makes an MSI of the same file anew each time.`,
  async run(workspace) {
    needTools({ wixl: 'wixl' });
    const folder = workspace.folder();
    const measures: Measure[] = [];
    for (const format of ['exe', 'msi', 'pkg', 'deb', 'run'] as const) {
      workspace.note(`${format}: compressing, then making`);
      const program = join(import.meta.dirname, 'installers/make-installers.ts');
      const args = ['--expose-gc', program, format, join(folder, format), String(rounds)];
      const { stdout } = await run(process.execPath, args, { timeout: 300_000 });
      const result = JSON.parse(stdout) as InstallerRun;
      const each = median(result.milliseconds);
      const baseline = format === 'msi' ? await wixl(result.program, folder) : undefined;
      const compared = (value: number | undefined) =>
        value === undefined ? {} : { baseline: { name: 'wixl', value } };
      measures.push(
        {
          measure: `${format}: one`,
          value: each,
          unit: 'ms',
          aim: { atMost: aims.milliseconds },
          ...compared(baseline?.ms),
        },
        {
          measure: `${format}: processor time for one`,
          value: result.processor,
          unit: 'ms',
          aim: { atMost: aims.milliseconds },
          // A macOS package alone is hashed whole for each installer.
          ...(format === 'pkg' && { baseline: { name: 'SHA-256 of its bytes alone', value: result.hashing } }),
        },
        {
          measure: `${format}: memory for one`,
          value: result.megabytes.one,
          unit: 'MB',
          aim: { atMost: aims.megabytes },
          ...compared(baseline?.megabytes),
        },
        { measure: `${format}: ten at once, each`, value: result.tenAtOnce / 10, unit: 'ms' },
        {
          measure: `${format}: memory for ten`,
          value: result.megabytes.ten,
          unit: 'MB',
          aim: { atMost: aims.megabytes },
        },
        { measure: `${format}: size`, value: result.size / 1e6, unit: 'MB' },
      );
    }
    return measures;
  },
};

/** What wixl takes for an MSI of the same program, service and entry. */
async function wixl(program: string, folder: string): Promise<{ ms: number; megabytes: number }> {
  const source = await wixlSource(program, folder);
  const args = ['-a', 'x64', '-o', 'w.msi', source];
  const options = { cwd: folder, timeout: 300_000 };
  const begun = performance.now();
  const { stderr } = await run('/usr/bin/time', ['-f', 'peak %M', 'wixl', ...args], options).catch(
    async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return run('wixl', args, options);
    },
  );
  return { ms: performance.now() - begun, megabytes: Number(/peak (\d+)/.exec(stderr)?.[1] ?? NaN) / 1000 };
}
