import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { zodInEnglish } from './zod-in-english.mjs';

const room = fileURLToPath(new URL('..', import.meta.url));
const entries = {
  'latchkey:worker-bootstrap': 'browser/worker-bootstrap.ts',
  'latchkey:frame-bootstrap': 'browser/frame-bootstrap.ts',
  'latchkey:context-bootstrap': 'node/context-bootstrap.ts',
};
const made = new Map();

/** One of the bootstrap scripts as a classic, strict, minified text. Made once a run. */
export function bootstrapText(name) {
  if (!made.has(name)) made.set(name, make(name));
  return made.get(name);
}

async function make(name) {
  const result = await build({
    entryPoints: [room + entries[name]],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    plugins: [zodInEnglish],
    logLevel: 'silent',
    ...(name === 'latchkey:context-bootstrap' ? { inject: [room + 'node/context-prelude.ts'] } : {}),
  });
  // "</script" would end the frame's inline script.
  return result.outputFiles[0].text.trim().replaceAll('</script', '<\\/script');
}

/** The `sha256-…` source of the frame's inline script: part of the page's Content-Security-Policy. */
export async function frameScriptSource() {
  const text = await bootstrapText('latchkey:frame-bootstrap');
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** esbuild plug-in: `import text from 'latchkey:frame-bootstrap'` and its like give the script's text. */
export const extensionHostTexts = {
  name: 'extension-host-texts',
  setup(build) {
    build.onResolve({ filter: /^latchkey:(worker|frame|context)-bootstrap$/ }, ({ path }) => ({
      path,
      namespace: 'extension-host-text',
    }));
    build.onLoad({ filter: /.*/, namespace: 'extension-host-text' }, async ({ path }) => ({
      contents: await bootstrapText(path),
      loader: 'text',
    }));
  },
};

/** Writes the file that each extension's process starts with. */
export async function buildChild(outfile) {
  await build({
    entryPoints: [room + 'node/child-bootstrap.ts'],
    bundle: true,
    outfile,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    banner: { js: '"use strict";' },
    plugins: [extensionHostTexts],
    logLevel: 'silent',
  });
}
