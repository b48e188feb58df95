// `npm run test:browser [-- FILE…]`: bundles the browser tests, then runs them.
import { spawnSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { extensionHostTexts } from '../extension-host/build/extension-host-texts.mjs';

const asked = process.argv.slice(2);
const entryPoints = asked.length > 0 ? asked : globSync('{core,webview,extensions}/**/*.browser.ts');
rmSync('dist/browser-tests', { recursive: true, force: true });
await build({
  entryPoints,
  outdir: 'dist/browser-tests',
  outbase: '.',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  sourcemap: 'inline',
  logLevel: 'warning',
  loader: { '.ttf': 'file', '.svg': 'dataurl', '.png': 'file' },
  plugins: [extensionHostTexts],
});
const { status } = spawnSync('web-test-runner', { stdio: 'inherit', shell: process.platform === 'win32' });
process.exit(status ?? 1);
