// What keeps the bundles of the pages for customers small. Plugins of esbuild.
import { createHash } from 'node:crypto';
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
  'session.',
  'setUp.',
  'consent.',
  'account.',
  'customerPage.',
  'rpc.',
  'hub.',
  'group.',
  'permission.',
  'endpoint.',
];
export const publicPageErrors = ['session.', 'rpc.', 'hub.', 'internal'];

const source = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Puts a page's script and style into its HTML, in the place of its `link` and `script`, under a policy that names them by
 * their content.
 */
export function inOneFile(html, script, style) {
  const policy = `default-src 'none'; script-src ${source(script)}; style-src ${source(style)}; connect-src 'self' ws:; img-src data:; base-uri 'none'; form-action 'none'`;
  return html
    .replace(
      '<meta charset="utf-8" />',
      (charset) => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    )
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`)
    .replace(/<script type="module"[^>]*><\/script>/, () => `<script type="module">${script}</script>`);
}
