import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildExtensions } from '#core/extension-host/build/build-extensions.mjs';
import { temporaryFolder } from './temporary-folder.ts';
import { startTestHub, type TestHub } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const commands = ['greet', 'fall'];

/** An extension that falls when it is told to, and one that does not begin at the first attempt. */
const faulty = {
  'package.json': JSON.stringify({
    name: 'faulty',
    displayName: 'Faulty',
    version: '1.0.0',
    publisher: 'test',
    engines: { latchkey: '*' },
    contributes: {
      commands: commands.map((name) => ({ command: `faulty.${name}`, title: `Faulty ${name}` })),
    },
  }),
  'package.nls.json': '{}',
  'extension.ts': `
    export const activate = ({ commands, window }) => {
      commands.register('faulty.greet', async () => { await window.showInformation('Hello from Faulty'); return null; });
      // More than a message may hold: the host ends it.
      commands.register('faulty.fall', () => 'x'.repeat(5 * 1024 * 1024));
    };`,
};
const reluctant = {
  'package.json': JSON.stringify({
    name: 'reluctant',
    displayName: 'Reluctant',
    version: '1.0.0',
    publisher: 'test',
    engines: { latchkey: '*' },
    capabilities: ['storage'],
    contributes: { commands: [{ command: 'reluctant.greet', title: 'Reluctant greet' }] },
  }),
  'package.nls.json': '{}',
  'extension.ts': `
    export const activate = async ({ commands, storage, window }) => {
      if (!(await storage.get('tried'))) {
        await storage.set('tried', true);
        throw new Error('not before the second time');
      }
      commands.register('reluctant.greet', async () => { await window.showInformation('Hello from Reluctant'); return null; });
    };`,
};

function buildFolder(): Promise<string> {
  const folder = temporaryFolder();
  for (const [name, files] of Object.entries({ faulty, reluctant })) {
    mkdirSync(join(folder, 'sources', name), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, 'sources', name, file), text);
  }
  const extensionsFile = join(folder, 'sources/extensions.json');
  writeFileSync(extensionsFile, '{ "extensions": ["faulty", "reluctant"] }');
  const out = join(folder, 'built');
  return buildExtensions({ extensionsFile, folder: join(folder, 'sources'), out }).then(({ problems }) => {
    assert.deepEqual(problems, []);
    cpSync(extensionsFile, join(out, 'extensions.json'));
    return out;
  });
}

/** What goes wrong with an extension's code in a real page, and what a person is told and can do about it. */
describe('extensions with faults, in the page', () => {
  let hub: TestHub;
  let extensionsRoot: string;
  let workbench: WorkbenchPage;
  const webRoot = join(dist, 'webview');
  const notification = (text: string | RegExp) => workbench.page.locator('lk-notification').filter({ hasText: text });
  const dismissAll = () => workbench.runFromPalette('Clear all notifications');

  before(async () => {
    extensionsRoot = await buildFolder();
    hub = await startTestHub({ webRoot, extensionsRoot });
    workbench = await openWorkbenchPage(await openBrowser(), hub.url);
    await workbench.signIn();
    await workbench.page.locator('lk-status-bar').getByText('0 devices').waitFor();
  });

  it('a hub that is away while an extension is first fetched is told as that, and fetched again when next used', async () => {
    const { page, picture, runFromPalette } = workbench;
    const { data } = hub;
    const port = Number(new URL(hub.url).port);
    await hub.close();
    await page.getByText('The hub cannot be reached.').first().waitFor();
    await runFromPalette('Faulty greet');
    await notification(/cannot be reached/).waitFor();
    await picture('extensions-1-hub-away');
    assert.equal(await page.locator('lk-notification').count(), 1, 'it is told once, and not as a fall');
    hub = await startTestHub({ webRoot, extensionsRoot, data, port });
    await page.getByRole('button', { name: 'Reconnect now' }).click();
    await page.locator('lk-connection-bar .bar').waitFor({ state: 'detached' });
    await runFromPalette('Faulty greet');
    await notification('Hello from Faulty').waitFor();
    await picture('extensions-2-hub-back');
    assert.equal(await notification(/cannot be reached/).count(), 0, 'what is over is still told');
    await dismissAll();
  });

  it('one that falls is named with the reason, restarted by itself, and works again', async () => {
    const { page, picture, runFromPalette } = workbench;
    await runFromPalette('Faulty fall');
    await notification(/“faulty” stopped/)
      .first()
      .waitFor();
    await picture('extensions-3-fallen');
    await runFromPalette('Show extensions');
    await page.getByText('Running').first().waitFor();
    await dismissAll();
    await runFromPalette('Faulty greet');
    await notification('Hello from Faulty').waitFor();
    await dismissAll();
  });

  it('one that does not begin stays down until somebody restarts it', async () => {
    const { page, picture, runFromPalette } = workbench;
    await runFromPalette('Reluctant greet');
    const restart = page.locator('lk-notification').getByRole('button', { name: 'Restart' });
    await restart.waitFor();
    await notification(/not before the second time/)
      .first()
      .waitFor();
    await page.getByText('Failed').first().waitFor();
    await picture('extensions-4-failed');
    await restart.click();
    await page.getByText('Failed').first().waitFor({ state: 'detached' });
    await runFromPalette('Reluctant greet');
    await notification('Hello from Reluctant').waitFor();
    assert.deepEqual(workbench.problems, []);
  });
});
