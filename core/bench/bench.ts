// `npm run bench [-- NAME… --json]`: measures, and prints a table for each benchmark. Fails where one did not do its work;
// an aim that is missed is shown and is no failure, because another machine is another measure.
import { globSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMet, ratioOf, type Benchmark, type Measure } from './benchmark.ts';
import { tableOf } from './table.ts';
import { Workspace } from './workspace.ts';

const suffix = '.bench.ts';
const files = globSync(join(import.meta.dirname, `*${suffix}`)).sort();
const names = files.map((file) => basename(file, suffix));
const { values: options, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}". There are: ${names.join(', ')}.`);
  process.exit(2);
}

const load = (): number => Math.round(loadavg()[0]! * 10) / 10;
const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? '', node: process.version };
const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(`${text}\n`);
say(`${machine.cores} × ${machine.processor.trim()}, Node.js ${machine.node}`);

const results: Record<string, unknown> = {};
for (const name of asked.length > 0 ? asked : names) {
  const { benchmark } = (await import(join(dirname(files[0]!), `${name}${suffix}`))) as { benchmark: Benchmark };
  const workspace = new Workspace();
  // Interrupted, it leaves nothing running either.
  const interrupted = (): void => void workspace.clean().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  // What else the machine was doing: times on a busy one are no one's.
  const before = load();
  say(`\n## ${benchmark.title}\n${benchmark.method} Load of the machine before: ${before}.\n`);
  try {
    const measures = await benchmark.run(workspace);
    say(tableOf(measures));
    results[name] = { load: before, measures: measures.map(forMachines) };
  } catch (error) {
    process.exitCode = 1;
    console.error(error);
    results[name] = { error: String(error) };
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await workspace.clean();
  }
}
if (options.json) process.stdout.write(`${JSON.stringify({ machine, results }, undefined, 2)}\n`);

function forMachines(measure: Measure) {
  return { ...measure, ratio: ratioOf(measure) ?? null, met: isMet(measure) ?? null };
}
