import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createContext, runInContext, type Context } from 'node:vm';
import { build } from 'esbuild';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { makeClassic } from './classic-scripts.mjs';

const sources = {
  'first.ts': `import { shared } from './shared.ts';
    shared.push('first');
    export const texts = () => import('./texts.ts');`,
  'second.ts': `import { shared } from './shared.ts';
    import { texts } from './first.ts';
    import { Same } from './both.ts';
    shared.push('second ' + new Same().name);
    globalThis.show = async () => [(await texts()).default, await (await import('./page.ts')).draw()];`,
  'shared.ts': `export const shared = (globalThis.shared = ['shared']);`,
  'both.ts': `export class Same { name = 'same'; }`,
  'texts.ts': `import { Same } from './both.ts'; export default new Same().name + ' texts';`,
  'page.ts': `import { shared } from './shared.ts';
    import { Same } from './both.ts';
    shared.push('page');
    export const draw = async () => (await import('./rare.ts')).rare(new Same());`,
  'rare.ts': `import { Same } from './both.ts';
    import { shared } from './shared.ts';
    shared.push('rare');
    export const rare = (same) => same instanceof Same;`,
};

describe('The workbench as classic scripts', () => {
  async function made() {
    const [from, folder] = [temporaryFolder(), temporaryFolder()];
    for (const [name, text] of Object.entries(sources)) writeFileSync(join(from, name), text);
    const { metafile } = await build({
      absWorkingDir: from,
      entryPoints: { first: join(from, 'first.ts'), second: join(from, 'second.ts') },
      outdir: folder,
      bundle: true,
      splitting: true,
      format: 'esm',
      minify: true,
      sourcemap: 'linked',
      metafile: true,
    });
    await makeClassic(folder, metafile, ['first.js', 'second.js']);
    return folder;
  }

  /** A page in which scripts are run as they are appended. */
  function page(folder: string) {
    const missing = new Set<string>();
    const run = (file: string): unknown => runInContext(readFileSync(join(folder, file), 'utf8'), context);
    const append = (script: { src: string; onload(): void; onerror(): void; remove(): void }): void => {
      const file = script.src.replace('http://hub/assets/', '');
      queueMicrotask(() => {
        if ([...missing].some((name) => file.startsWith(name))) return script.onerror();
        run(file);
        script.onload();
      });
    };
    const document = {
      currentScript: { src: 'http://hub/assets/first.js' },
      createElement: () => ({ remove() {} }),
      head: { append },
    };
    const context: Context & { shared?: string[]; show?: () => Promise<unknown> } = createContext({ document });
    return { run, context, missing };
  }

  it('share each module, run once, in its order, and load on demand', async () => {
    const folder = await made();
    const { run, context } = page(folder);
    run('first.js');
    assert.deepEqual([...context.shared!], ['shared', 'first']);
    run('second.js');
    assert.deepEqual([...context.shared!], ['shared', 'first', 'second same']);
    assert.deepEqual(Array.from((await context.show!()) as unknown[]), ['same texts', true]);
    await context.show!();
    assert.deepEqual([...context.shared!], ['shared', 'first', 'second same', 'page', 'rare']);
    assert.doesNotMatch(readdirSync(folder).join(), /chunk/, 'A module of nobody was left.');
  });

  it('say that a script did not come, and can be asked for it again', async () => {
    const { run, context, missing } = page(await made());
    run('first.js');
    run('second.js');
    missing.add('page');
    await assert.rejects(context.show!(), /Failed to load .*page/);
    missing.clear();
    assert.deepEqual(Array.from((await context.show!()) as unknown[]), ['same texts', true]);
  });

  it('tell by their source maps where each line comes from', async () => {
    const folder = await made();
    const { sections } = JSON.parse(readFileSync(join(folder, 'second.js.map'), 'utf8')) as {
      sections: { offset: { line: number }; map: { sources: string[] } }[];
    };
    const lines = readFileSync(join(folder, 'second.js'), 'utf8').split('\n');
    const own = sections.find(({ map }) => map.sources.some((source) => source.endsWith('second.ts')))!;
    assert.match(lines[own.offset.line]!, /second /);
  });
});
