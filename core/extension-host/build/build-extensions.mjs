import { mkdir, readFile, readdir, rm, writeFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Builds every extension that `extensionsFile` names: `FOLDER/NAME` with its manifest's `main` becomes
 * `OUT/NAME/extension.js`, a classic script that leaves `latchkeyExtension` behind, with the manifest and its texts
 * beside it. One that can't be built is reported and left out; the others are built.
 * @returns {Promise<{ built: string[], problems: { extension: string, problem: string }[] }>}
 */
export async function buildExtensions({ extensionsFile, folder, out }) {
  const { extensions } = JSON.parse(await readFile(extensionsFile, 'utf8'));
  const built = [];
  const problems = [];
  await rm(out, { recursive: true, force: true });
  await Promise.all(
    extensions.map(async (entry) => {
      const name = typeof entry === 'string' ? entry : entry.name;
      try {
        await buildExtension(join(folder, name), join(out, name));
        built.push(name);
      } catch (error) {
        problems.push({ extension: name, problem: firstProblem(error) });
      }
    }),
  );
  return { built, problems };
}

async function buildExtension(source, target) {
  const { main = './extension.ts' } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  await mkdir(target, { recursive: true });
  for (const file of await readdir(source)) {
    if (/^package(\.nls(\.[a-z]{2})?)?\.json$/.test(file)) await copyFile(join(source, file), join(target, file));
  }
  const result = await build({
    entryPoints: [join(source, main)],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'latchkeyExtension',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    banner: { js: '"use strict";' },
    logLevel: 'silent',
  });
  await writeFile(join(target, 'extension.js'), result.outputFiles[0].contents);
}

function firstProblem(error) {
  const [first] = error.errors ?? [];
  if (!first) return error.message;
  const { location, text } = first;
  return location ? `${location.file}:${location.line}:${location.column}: ${text}` : text;
}
