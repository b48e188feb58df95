#!/usr/bin/env node
// The `latchkey` command as a system Node starts it: builds what is not built yet, then goes on under the Node.js that the
// project locks. Plain JavaScript, because the Node.js that runs this may be an old one.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const require = createRequire(import.meta.url);

function lockedNode() {
  try {
    const folder = dirname(require.resolve('node/package.json'));
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : process.execPath;
  } catch {
    return process.execPath;
  }
}

const node = lockedNode();
const program = join(root, 'dist', 'cli', 'latchkey.js');
const arguments_ = process.argv.slice(2);

// `serve` is what people start after a pull: it always serves what the sources say.
if (existsSync(join(root, 'build.mjs')) && (!existsSync(program) || arguments_[0] === 'serve')) {
  const build = spawnSync(node, [join(root, 'build.mjs'), '--quiet'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (build.status !== 0) process.exit(1);
}

const child = spawn(node, ['--disable-warning=ExperimentalWarning', program, ...arguments_], { stdio: 'inherit' });
// Ctrl+C reaches the child by itself, which is in the terminal's process group too: told twice, it would end at once.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else {
    process.exit(code ?? 1);
  }
});
child.on('error', (error) => {
  console.error(`latchkey: Node.js could not be started: ${error.message}. Run "npm ci" first.`);
  process.exit(1);
});
