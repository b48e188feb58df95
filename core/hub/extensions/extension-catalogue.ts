import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseJsonc, type ParseError } from 'jsonc-parser';
import { satisfies, validRange } from 'semver';
import type { z } from 'zod';
import { extensionBundlePath, extensionsFile, messages, type OfferedExtension } from '#protocol/extensions.ts';
import { version } from '#core/base/version.ts';
import { manifest, type Capability } from '#protocol/manifest.ts';

export interface ExtensionProblem {
  readonly extension: string;
  readonly problem: string;
}

export interface LoadedExtensions {
  readonly offered: readonly OfferedExtension[];
  readonly problems: readonly ExtensionProblem[];
  /** By `NAME/SHA256.js`. */
  readonly bundles: ReadonlyMap<string, Buffer>;
}

/** What is wrong with a file, said as `FILE: PLACE: what`. */
class FileProblem extends Error {}

/**
 * Reads `extensions.json` in `root` and the built extensions that it names, each in a folder beside it. One that is broken
 * is reported and left out; the others are loaded.
 */
export async function loadExtensions(root: string): Promise<LoadedExtensions> {
  const offered: OfferedExtension[] = [];
  const problems: ExtensionProblem[] = [];
  const bundles = new Map<string, Buffer>();
  let named: z.output<typeof extensionsFile>;
  try {
    named = await readChecked(join(root, 'extensions.json'), 'extensions.json', extensionsFile);
  } catch (error) {
    return { offered, problems: [{ extension: '', problem: messageOf(error) }], bundles };
  }
  const seen = new Set<string>();
  for (const entry of named.extensions) {
    const { name, granted } = typeof entry === 'string' ? { name: entry, granted: undefined } : entry;
    try {
      if (seen.has(name)) throw new FileProblem(`extensions.json: "${name}" is named twice`);
      seen.add(name);
      const { extension, bundle } = await loadExtension(join(root, name), name, granted);
      bundles.set(`${name}/${extension.sha256}.js`, bundle);
      offered.push(extension);
    } catch (error) {
      problems.push({ extension: name, problem: messageOf(error) });
    }
  }
  return { offered, problems, bundles };
}

async function loadExtension(
  folder: string,
  name: string,
  granted: readonly Capability[] | undefined,
): Promise<{ extension: OfferedExtension; bundle: Buffer }> {
  // A name from the file becomes a path: nothing but a plain folder name may.
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new FileProblem(`extensions.json: "${name}" is no extension's name`);
  const contents = await readChecked(join(folder, 'package.json'), 'package.json', manifest);
  if (contents.name !== name) {
    throw new FileProblem(`package.json: name: is "${contents.name}", its folder is named "${name}"`);
  }
  const { latchkey } = contents.engines;
  if (validRange(latchkey) === null)
    throw new FileProblem(`package.json: engines.latchkey: "${latchkey}" is no version range`);
  if (!satisfies(version, latchkey, { includePrerelease: true })) {
    throw new FileProblem(`package.json: engines.latchkey: asks for ${latchkey}, this is ${version}`);
  }
  const beyond = granted?.find((capability) => !contents.capabilities.includes(capability));
  if (beyond)
    throw new FileProblem(`extensions.json: "${name}" is granted "${beyond}", which its manifest does not ask for`);
  const texts: Record<string, Record<string, string>> = { en: {} };
  for (const file of await readdir(folder)) {
    const language = /^package\.nls(?:\.([a-z]{2}))?\.json$/.exec(file);
    if (language) texts[language[1] ?? 'en'] = await readChecked(join(folder, file), file, messages);
  }
  const bundle = await readText(join(folder, 'extension.js'), 'extension.js');
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  return {
    bundle,
    extension: {
      manifest: contents,
      messages: texts,
      granted: [...(granted ?? contents.capabilities)],
      bundle: `${extensionBundlePath}/${name}/${sha256}.js`,
      sha256,
    },
  };
}

async function readText(path: string, file: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new FileProblem(
      missing ? `${file}: there is no such file (${path}); was it built?` : `${file}: ${messageOf(error)}`,
    );
  }
}

async function readChecked<S extends z.ZodType>(path: string, file: string, schema: S): Promise<z.output<S>> {
  const text = (await readText(path, file)).toString('utf8');
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text, errors, { disallowComments: true });
  if (errors[0]) {
    const before = text.slice(0, errors[0].offset).split('\n');
    throw new FileProblem(`${file}: line ${before.length}, column ${before.at(-1)!.length + 1}: is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path: place, message }) => `${place.map(String).join('.') || '(all)'}: ${message}`,
  );
  throw new FileProblem(`${file}: ${issues.slice(0, 5).join('; ')}`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
