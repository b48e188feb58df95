import { readFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const workbench = fileURLToPath(new URL('../workbench', import.meta.url));
/** Loaded on their own: large, or needed before the pages. */
const apart = /\/(xterm|json-editor|chart-library|sign-in|two-factor-first)\.ts$/;
const imported = /\bimport\(\s*'(\.[^']+\.ts)'/g;

/**
 * Makes one file of all that the workbench loads when it is first opened. esbuild makes a file for each set of modules that
 * several such files share, which came to fifty of a few hundred bytes each; all of them are needed to start, and a browser takes
 * milliseconds for each one, even from its cache.
 */
export const pagesTogether = {
  name: 'pages-together',
  setup(build) {
    build.onResolve({ filter: /^\..*\.ts$/ }, ({ kind, importer, path, resolveDir }) =>
      kind === 'dynamic-import' && importer.startsWith(workbench) && !apart.test(join(resolveDir, path))
        ? { path: 'pages', namespace: 'pages-together' }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'pages-together' }, async () => {
      const files = new Set();
      for (const file of globSync('**/*.ts', {
        cwd: workbench,
        exclude: (name) => /\.(spec|browser|e2e)\.ts$/.test(name),
      })) {
        const text = await readFile(join(workbench, file), 'utf8');
        for (const [, path] of text.matchAll(imported)) files.add(resolve(workbench, dirname(file), path));
      }
      const pages = [...files].filter((file) => !apart.test(file)).sort();
      return { contents: pages.map((file) => `import ${JSON.stringify(file)};`).join('\n'), resolveDir: workbench };
    });
  },
};
