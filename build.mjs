// Builds everything that runs: `dist/cli` (command line and hub), `dist/endpoint` (the customer app, one file, and its
// page), `dist/webview` (what browsers load), `dist/extensions` and `dist/extension-host`. `--quiet` prints problems alone.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundleEndpoint } from './core/endpoint/build/bundle-endpoint.mjs';
import { buildExtensions } from './core/extension-host/build/build-extensions.mjs';
import {
  buildChild,
  extensionHostTexts,
  frameScriptSource,
} from './core/extension-host/build/extension-host-texts.mjs';
import { makeClassic } from './webview/build/classic-scripts.mjs';
import { pagesTogether } from './webview/build/pages-together.mjs';
import { customerAppErrors, onlyErrors, publicPageErrors, zodByParts } from './webview/build/lean-bundles.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const at = (...path) => join(root, ...path);
const { version, dependencies } = JSON.parse(await readFile(at('package.json'), 'utf8'));
const common = {
  absWorkingDir: root,
  bundle: true,
  logLevel: 'warning',
  legalComments: 'none',
  sourcemap: 'linked',
  plugins: [extensionHostTexts],
};

/** The command line and the hub. What a server installs from npm stays there; only what Node can't load itself is bundled. */
function buildCli() {
  const bundled = new Set(['monaco-editor', 'lit', '@tanstack/lit-virtual', '@vscode-elements/elements']);
  return build({
    ...common,
    entryPoints: {
      latchkey: at('core/cli/latchkey.ts'),
      // A process of its own, see `WindowsProgramMaker`.
      'make-windows-program': at('core/hub/installers/make-windows-program.ts'),
    },
    outdir: at('dist/cli'),
    platform: 'node',
    format: 'esm',
    target: 'node26',
    splitting: true,
    // vscode-jsonrpc goes by this name; inside an ES module its CommonJS could not load what it needs.
    external: ['#jsonrpc', ...Object.keys(dependencies).filter((name) => !bundled.has(name))],
  });
}

/**
 * The customer app. Terminals need a native file, which no bundle can hold: it goes beside it, in a folder for each system that
 * npm has installed it for.
 */
async function buildEndpoint() {
  await rm(at('dist/endpoint/pty'), { recursive: true, force: true });
  const libraries = await readdir(at('node_modules/@lydell')).catch(() => []);
  for (const name of libraries.filter((library) => library.startsWith('node-pty-'))) {
    await cp(at('node_modules/@lydell', name, 'prebuilds'), at('dist/endpoint/pty'), { recursive: true });
  }
  await mkdir(at('dist/endpoint'), { recursive: true });
  await cp(at('core/hub/installers/formats/windows/latchkey.ico'), at('dist/endpoint/latchkey.ico'));
  return bundleEndpoint(at('dist/endpoint/latchkey-endpoint.cjs'));
}

/** The page that the customer app opens: it travels with the app, so it has no source maps. */
async function buildConsent() {
  const out = at('dist/endpoint/consent');
  await rm(out, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: [at('webview/consent/main.ts')],
    outdir: out,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    splitting: true,
    minify: true,
    sourcemap: false,
    chunkNames: '[name]-[hash]',
    plugins: [zodByParts, onlyErrors(customerAppErrors)],
  });
  await cp(at('webview/consent/index.html'), join(out, 'index.html'));
}

/**
 * What browsers load. All files of one build share a folder named by their content, so that they can be cached for ever and
 * a new build never meets an old chunk.
 */
async function buildWebview() {
  const staging = at('dist/webview.staging');
  await rm(staging, { recursive: true, force: true });
  const pages = {
    ...common,
    outdir: staging,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    splitting: true,
    minify: true,
    chunkNames: '[name]-[hash]',
    loader: { '.ttf': 'file', '.svg': 'dataurl', '.png': 'file' },
  };
  await build({
    ...pages,
    entryPoints: {
      monaco: at('webview/workbench/settings/monaco/monaco.ts'),
      'editor.worker': at('webview/workbench/settings/monaco/editor.worker.ts'),
      'json.worker': at('webview/workbench/settings/monaco/json.worker.ts'),
    },
    plugins: [...common.plugins, zodByParts],
  });
  const { metafile } = await build({
    ...pages,
    entryPoints: {
      'head-start': at('webview/workbench/head-start.ts'),
      workbench: at('webview/workbench/main.ts'),
    },
    metafile: true,
    define: { 'import.meta.url': 'lkFolder' },
    plugins: [...common.plugins, zodByParts, pagesTogether],
  });
  await makeClassic(staging, metafile, ['head-start.js', 'workbench.js']);
  await build({
    ...pages,
    entryPoints: { unattended: at('webview/portal/unattended.ts'), join: at('webview/portal/join.ts') },
    plugins: [zodByParts, onlyErrors(publicPageErrors)],
  });
  const hash = createHash('sha256');
  for (const file of (await readdir(staging)).sort()) hash.update(file).update(await readFile(join(staging, file)));
  const folder = `assets/${hash.digest('hex').slice(0, 16)}`;

  // Compressed here, once, so that the hub only has to hand them out.
  for (const file of await readdir(staging)) {
    const content = await readFile(join(staging, file));
    if (/\.(js|css|ttf)$/.test(file) && content.length > 1024)
      await writeFile(join(staging, `${file}.gz`), gzipSync(content));
  }

  await rm(at('dist/webview'), { recursive: true, force: true });
  await mkdir(at('dist/webview/assets'), { recursive: true });
  await rename(staging, at('dist/webview', folder));
  for (const file of ['workbench/index.html', 'portal/unattended.html', 'portal/join.html']) {
    const page = await readFile(at('webview', file), 'utf8');
    await writeFile(at('dist/webview', basename(file)), page.replaceAll('%ASSETS%', `/${folder}`));
  }
  await writeFile(at('dist/webview/extension-frame.sha256'), await frameScriptSource());
}

async function buildAllExtensions() {
  const { built, problems } = await buildExtensions({
    extensionsFile: at('extensions.json'),
    folder: at('extensions'),
    out: at('dist/extensions'),
  });
  await cp(at('extensions.json'), at('dist/extensions/extensions.json'));
  // The hub reports these again where technicians see them; the others work.
  for (const { extension, problem } of problems) console.error(`extension ${extension}: ${problem}`);
  return built;
}

const started = Date.now();
const [extensions] = await Promise.all([
  buildAllExtensions(),
  buildCli(),
  buildEndpoint(),
  buildConsent(),
  buildWebview(),
  buildChild(at('dist/extension-host/child.cjs')),
]);
if (!process.argv.includes('--quiet')) {
  console.log(`Built Latchkey ${version} with ${extensions.length} extensions in ${Date.now() - started} ms.`);
}
