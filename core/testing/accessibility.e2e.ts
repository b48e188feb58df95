import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import de from '#webview/l10n/catalogue.de.ts';
import en from '#webview/l10n/catalogue.en.ts';
import fr from '#webview/l10n/catalogue.fr.ts';
import { openEndpoint } from './test-endpoint.ts';
import { startTestHub, type TestHub } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe objects to on the page as it is now. */
async function objections(page: Page, without: readonly string[] = []): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  // What is fading in is seen when it is there.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))),
  );
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  const counted = results.violations.filter(({ id }) => !without.includes(id));
  return counted.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Commands that open a page or a dialog, by their identifiers: their titles are in the reader's language. */
const surfaces = [
  'workbench.showDashboard',
  'workbench.showWelcome',
  'workbench.openSettings',
  'workbench.openKeybindings',
  'workbench.showExtensions',
  'workbench.showActivity',
  'account.tokens',
  'workbench.openAdministration',
  'devices.showTable',
  'device.showKept',
  'workbench.showOutput',
  'workbench.about',
  'account.changePassword',
] as const;
const dialogs = new Set<string>(['workbench.about', 'account.changePassword']);

describe('what assistive technology is given', () => {
  let hub: TestHub;
  let browser: Browser;
  before(async () => {
    hub = await startTestHub({ webRoot: join(dist, 'webview'), extensionsRoot: join(dist, 'extensions') });
    browser = await openBrowser();
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const { token } = await rpc.request(installerRequests.generate, {
      group,
      name: 'Roll-out',
      limit: 1,
      expiresAt: null,
    });
    await openEndpoint(hub, { token });
    await openEndpoint(hub, { token }); // past the limit: it waits
  });

  /** Goes through everything that a technician sees, and names the place of each objection. */
  async function walk(options: BrowserContextOptions): Promise<string[]> {
    const found: string[] = [];
    const workbench = await openWorkbenchPage(browser, hub.url, options);
    const { page } = workbench;
    page.setDefaultTimeout(6000);
    const check = async (place: string, without?: readonly string[]): Promise<void> => {
      found.push(...(await objections(page, without)).map((each) => `${place}: ${each}`));
    };
    await check('sign-in');
    await workbench.signIn();
    const side = page.locator('lk-side-bar');
    await check('first sight');
    // In a narrow window the editors take its place.
    if (!(await side.isVisible())) await page.locator('lk-activity-bar [role=tab]').first().click();
    await workbench.treeItem(/Berlin/).waitFor();
    await check('devices');
    for (const command of surfaces) {
      await run(workbench, command);
      await page.locator('vscode-progress-ring').first().waitFor({ state: 'detached' });
      if (dialogs.has(command)) await page.locator('dialog[open]').waitFor();
      await check(command);
      if (command === 'workbench.openAdministration') {
        const tabs = page.locator('lk-administration-page').getByRole('tab');
        for (let at = 1; at < (await tabs.count()); at++) {
          await tabs.nth(at).click();
          await page.locator('vscode-progress-ring').first().waitFor({ state: 'detached' });
          await check(`administration, tab ${at + 1}`);
        }
      }
      if (dialogs.has(command)) await page.keyboard.press('Escape');
    }
    await page.keyboard.press('F1');
    await page.locator('lk-quick-input').getByRole('option').first().waitFor();
    await check('palette');
    await page.keyboard.press('Escape');
    const showSide = async (at: number): Promise<void> => {
      const shown = page.locator('lk-activity-bar [role=tab]').nth(at);
      if ((await shown.getAttribute('aria-selected')) !== 'true') await shown.click();
    };
    await showSide(0);
    await workbench.treeItem(/Berlin/).click();
    await page.keyboard.press('ArrowRight');
    const device = page.locator('[role=treeitem][aria-level="2"]').first();
    await device.click({ button: 'right' });
    await page.getByRole('menu').waitFor();
    // It lies above all landmarks.
    await check('context menu', ['region']);
    await page.keyboard.press('Escape');
    await device.click();
    await page.locator('lk-device-page').getByRole('tab').first().waitFor();
    for (const tab of await page.locator('lk-device-page').getByRole('tab').all()) {
      await tab.click();
      await check(`device page, ${await tab.textContent()}`);
    }
    // Whatever extensions bring.
    const containers = await page.locator('lk-activity-bar [role=tab]').count();
    for (let at = 1; at < containers; at++) {
      await showSide(at);
      await page.locator('lk-side-bar lk-tree-view .slide').first().waitFor({ state: 'detached' });
      await check(`side bar ${at + 1}`);
    }
    assert.deepEqual(workbench.problems, []);
    await page.context().close();
    return found;
  }

  /** From the palette, found by its identifier: the list says titles alone, so the page is asked for that of this one. */
  async function run({ page }: WorkbenchPage, command: string): Promise<void> {
    const title = titles.get(`${await page.evaluate(() => document.documentElement.lang)} ${command}`)!;
    await page.keyboard.press('F1');
    await page.locator('lk-quick-input').getByRole('combobox').fill(`>${title}`);
    await page.locator('lk-quick-input').getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
  }

  const worlds: [string, BrowserContextOptions][] = [
    ['English, dark', { colorScheme: 'dark' }],
    ['French, light', { locale: 'fr', colorScheme: 'light' }],
    ['German, dark', { locale: 'de', colorScheme: 'dark' }],
    ['English, high contrast', { colorScheme: 'dark', contrast: 'more' }],
    ['German, high contrast, light', { locale: 'de', colorScheme: 'light', contrast: 'more' }],
    ['French, 480 pixels wide', { locale: 'fr', viewport: { width: 480, height: 800 } }],
  ];
  // Each takes most of half a minute: the short form has one of each kind.
  const short = ['English, dark', 'German, high contrast, light', 'French, 480 pixels wide'];
  const walked = process.env.SHORT_TESTS ? worlds.filter(([name]) => short.includes(name)) : worlds;
  for (const [name, options] of walked) {
    it(`is in order: ${name}`, async () => {
      assert.deepEqual(await walk(options), []);
    });
  }

  it('is in order while the hub is away, and says so to those who do not see the bar', async () => {
    const away = await Promise.all(
      [
        { locale: 'fr', colorScheme: 'dark' as const },
        { locale: 'de', colorScheme: 'light' as const },
      ].map(async (options) => {
        const workbench = await openWorkbenchPage(browser, hub.url, options);
        await workbench.signIn();
        await workbench.treeItem(/Berlin/).waitFor();
        // The code of pages that were never opened comes by itself, so that they open now too.
        await workbench.page.waitForFunction(() => customElements.get('lk-device-page'));
        return workbench;
      }),
    );
    await hub.close();
    for (const { page, treeItem } of away) {
      await page.locator('lk-connection-bar .bar').waitFor();
      assert.deepEqual(await objections(page), []);
      assert.notEqual((await page.locator('lk-connection-bar [role=status]').textContent())!.trim(), '');
      await treeItem(/Berlin/).click();
      await page.keyboard.press('ArrowRight');
      await page.locator('[role=treeitem][aria-level="2"]').first().click();
      await page.locator('lk-device-page').getByRole('tab').first().waitFor();
      await page.keyboard.press('F1');
      await page.locator('lk-quick-input').getByRole('option').first().waitFor();
      assert.deepEqual(await objections(page), []);
    }
  });
});

const keys: Record<(typeof surfaces)[number], string> = {
  'workbench.showDashboard': 'dashboard.command',
  'workbench.showWelcome': 'command.showWelcome',
  'workbench.openSettings': 'command.openSettings',
  'workbench.openKeybindings': 'command.openKeybindings',
  'workbench.showExtensions': 'command.showExtensions',
  'workbench.showActivity': 'command.showActivity',
  'account.tokens': 'administration.tokens',
  'workbench.openAdministration': 'administration.title',
  'devices.showTable': 'command.devices.showTable',
  'device.showKept': 'keptActions.showCommand',
  'workbench.showOutput': 'command.showOutput',
  'workbench.about': 'command.about',
  'account.changePassword': 'administration.changePassword',
};
const titles = new Map<string, string>();
for (const [language, texts] of Object.entries<Readonly<Record<string, string>>>({ en, fr, de }))
  for (const [command, key] of Object.entries(keys)) titles.set(`${language} ${command}`, texts[key]!);
