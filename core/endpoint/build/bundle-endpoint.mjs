import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The customer app: one file that the Node.js of an installer runs, on 22 (Windows) as on 26. */
export const bundleEndpoint = (outfile, plugins = []) =>
  build({
    absWorkingDir: fileURLToPath(new URL('../../..', import.meta.url)),
    entryPoints: [fileURLToPath(new URL('../main.ts', import.meta.url))],
    outfile,
    bundle: true,
    logLevel: 'warning',
    legalComments: 'none',
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    minify: true,
    define: { 'import.meta.url': 'undefined' },
    plugins,
  });
