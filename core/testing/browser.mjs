// Plain JavaScript: the test runner's configuration loads it before anything is compiled.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function onPath() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      try {
        const file = join(folder, name);
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not there: look on
      }
    }
  }
  return undefined;
}

/**
 * A Chromium for tests, as launch options of puppeteer and playwright: `LATCHKEY_CHROMIUM`, one on the path, or one that the
 * system's package manager installs where that may be done.
 * @returns {{ executablePath: string, args: string[] }}
 * @throws Error that says which command installs one
 */
export function findBrowser() {
  let executablePath = process.env.LATCHKEY_CHROMIUM || onPath();
  if (!executablePath && process.getuid?.() === 0) {
    console.error('No Chromium found: installing it with apt-get…');
    const install = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 2, 2] }).status === 0;
    if (install('update', '-qq') && install('install', '-y', '-qq', 'chromium')) executablePath = onPath();
  }
  if (!executablePath) {
    throw new Error(
      'The tests need Chromium. Install it ("sudo apt-get install chromium") or name one in LATCHKEY_CHROMIUM.',
    );
  }
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return { executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet] };
}
