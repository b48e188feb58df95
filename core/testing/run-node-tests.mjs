// `npm run test:unit` and its like: runs the test files that the patterns name, or those given after `--`, and fails where
// there is none: a mistyped pattern must not pass for a green run. Options (`--…`) are Node's own.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';

// Most files wait for most of the time: one a processor, where Node would leave one idle.
const concurrency = `--test-concurrency=${availableParallelism()}`;
const [pattern, ...rest] = process.argv.slice(2);
const options = rest.filter((argument) => argument.startsWith('--'));
const asked = rest.filter((argument) => !argument.startsWith('--'));
const files = asked.length > 0 ? asked : globSync(pattern).sort();
if (files.length === 0) {
  console.error(`No test file matches ${pattern}.`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', '--test', '--test-timeout=120000', concurrency, ...options, ...files],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
