// What keeps the bundles of the pages for customers small. Plugins of esbuild.
import { readFile } from 'node:fs/promises';

/**
 * Imports zod as a namespace: of `import { z }` esbuild keeps all of the library, of `import * as z` what is used. A
 * fifth is left.
 */
export const zodByParts = {
  name: 'zod-by-parts',
  setup(build) {
    build.onLoad({ filter: /[\\/](protocol|core|webview)[\\/].*\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replace(/^import \{ z \} from 'zod';$/m, "import * as z from 'zod';"),
    }));
  },
};

/**
 * Keeps, of the errors' texts, those that customers may come to see.
 * @param {readonly string[]} prefixes of their codes
 */
export const onlyErrors = (prefixes) => ({
  name: 'only-errors',
  setup(build) {
    build.onLoad({ filter: /[\\/]l10n[\\/]errors\.\w+\.json$/ }, async ({ path }) => {
      const texts = Object.entries(JSON.parse(await readFile(path, 'utf8')));
      const kept = texts.filter(([code]) => prefixes.some((prefix) => code.startsWith(prefix)));
      return { loader: 'json', contents: JSON.stringify(Object.fromEntries(kept)) };
    });
  },
});

/** The errors that reach the customer app's page, and the public pages. */
export const customerAppErrors = [
  'account.',
  'consent.',
  'customerApp.',
  'customerPage.',
  'endpoint.',
  'file.',
  'group.',
  'hub.',
  'permission.',
  'rpc.',
  'session.',
  'setUp.',
];
export const publicPageErrors = ['customerApp.', 'hub.', 'rpc.', 'session.'];
