import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildExtensions } from '#core/extension-host/build/build-extensions.mjs';
import { command } from './workbench.ts';

/** Builds an extension whose one command does nothing. @returns the folder to give a hub */
export async function buildEchoExtension(folder: string): Promise<string> {
  const source = join(folder, 'sources', 'echo');
  const out = join(folder, 'extensions');
  mkdirSync(source, { recursive: true });
  const manifest = {
    name: 'echo',
    displayName: 'Echo',
    version: '1.0.0',
    publisher: 'bench',
    engines: { latchkey: '*' },
    capabilities: [],
    contributes: { commands: [{ command, title: 'Echo' }] },
  };
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(source, 'extension.ts'),
    `export const activate = ({ commands }) => commands.register('${command}', () => ({}));`,
  );
  const list = join(folder, 'extensions.json');
  writeFileSync(list, '{ "extensions": ["echo"] }');
  const { problems } = await buildExtensions({ extensionsFile: list, folder: join(folder, 'sources'), out });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  writeFileSync(join(out, 'extensions.json'), '{ "extensions": ["echo"] }');
  return out;
}
