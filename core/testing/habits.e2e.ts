import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { openEndpoint } from './test-endpoint.ts';
import { startTestHub } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** What hands that know VS Code expect, where a browser lets it be had. */
describe('the workbench under practised hands', () => {
  let workbench: WorkbenchPage;
  before(async () => {
    const hub = await startTestHub({ webRoot: join(dist, 'webview'), extensionsRoot: join(dist, 'extensions') });
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const installer = { group, name: null, limit: 9, expiresAt: null };
    const { token } = await rpc.request(installerRequests.generate, installer);
    for (let made = 0; made < 3; made++) await openEndpoint(hub, { token });
    workbench = await openWorkbenchPage(await openBrowser(), hub.url);
    await workbench.signIn();
    // Out of the way: what follows counts tabs.
    await workbench.page.locator('lk-editor-area .tab', { hasText: 'Dashboard' }).click({ button: 'middle' });
    await workbench.treeItem(/Berlin/).click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.page.locator('[role=treeitem][aria-level="2"]').nth(2).waitFor();
  });

  /** The part of the window that has the focus. */
  const focused = () =>
    workbench.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.localName ?? 'nothing');
  const untilFocused = async (part: string): Promise<void> => {
    const find = (part: string) => document.activeElement?.shadowRoot?.activeElement?.localName === part;
    await workbench.page.waitForFunction(find, part);
  };
  const tabs = () => workbench.page.locator('lk-editor-area .tab .title').allTextContents();

  it('never leaves the keys to nobody: what had them closes, and the editors have them', async () => {
    const { page, runFromPalette } = workbench;
    await runFromPalette('Open Settings');
    await page.locator('lk-settings-page input').first().waitFor();
    await untilFocused('lk-editor-area');
    await page.keyboard.press('Control+w');
    await untilFocused('lk-editor-area');
    assert.deepEqual(await tabs(), ['Welcome']);
    await page.keyboard.press('Control+j');
    await untilFocused('lk-panel');
    await page.keyboard.press('Control+j');
    await untilFocused('lk-editor-area');
    await page.keyboard.press('Control+Shift+e');
    await untilFocused('lk-side-bar');
    await page.keyboard.press('Control+b');
    await untilFocused('lk-editor-area');
    await page.keyboard.press('Control+Shift+e');
    await untilFocused('lk-side-bar');
  });

  it('gives the focus back to where it was: palette, menu, dialog, list of notifications', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+Shift+e');
    await untilFocused('lk-side-bar');
    for (const [open, shown] of [
      [() => page.keyboard.press('F1'), 'lk-quick-input .widget'],
      [() => page.keyboard.press('Shift+F10'), 'lk-menu'],
      [() => workbench.runFromPalette('About Latchkey'), 'dialog[open]'],
    ] as const) {
      await open();
      await page.locator(shown).waitFor();
      await page.keyboard.press('Escape');
      await page.locator(shown).waitFor({ state: 'detached' });
      assert.equal(await focused(), 'lk-side-bar', shown);
    }
    const bell = page.locator('lk-status-bar button').last();
    await bell.focus();
    await page.keyboard.press('Enter');
    await untilFocused('lk-notifications');
    await page.keyboard.press('Escape');
    await untilFocused('lk-status-bar');
  });

  it('previews at a click and keeps at a double click; tabs close by the middle button, come back, and are moved', async () => {
    const { page } = workbench;
    const device = (at: number) => page.locator('[role=treeitem][aria-level="2"]').nth(at);
    const names = await Promise.all([0, 1, 2].map((at) => device(at).locator('.label').first().textContent()));
    await device(0).click();
    await device(1).click();
    await page.getByRole('tab', { name: names[1]! }).waitFor();
    assert.deepEqual(await tabs(), ['Welcome', names[1]]);
    await device(1).dblclick();
    await page.locator('lk-editor-area .tab.preview').waitFor({ state: 'detached' });
    await device(2).click();
    await page.getByRole('tab', { name: names[2]! }).waitFor();
    assert.deepEqual(await tabs(), ['Welcome', names[1], names[2]]);
    await page.locator('lk-editor-area .tab').nth(1).click({ button: 'middle' });
    assert.deepEqual(await tabs(), ['Welcome', names[2]]);
    await workbench.runFromPalette('Reopen Closed Editor');
    await page.getByRole('tab', { name: names[1]! }).waitFor();
    await page.locator('lk-editor-area .tab').first().dragTo(page.locator('lk-editor-area .tab').last());
    assert.equal((await tabs()).at(-1), 'Welcome');
    assert.deepEqual(workbench.problems, []);
  });
});
