import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { joinEndpoint } from './endpoint/join-endpoint.ts';
import { noAccounts, temporaryAccount, type TemporaryAccount } from './endpoint/temporary-account.ts';
import { until } from './expect.ts';
import { startHubProcess } from './hub-process.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const sha256 = (file: string): string =>
  existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'none';

/** What a technician does around a session: reloads the page, drops files, closes the tab, comes back, looks up what was. */
describe('around a session on a device', { skip: noAccounts, timeout: 240_000 }, () => {
  let account: TemporaryAccount;
  let tess: WorkbenchPage;
  let page: Page;

  before(async () => {
    const [hub, browser] = await Promise.all([startHubProcess(), openBrowser()]);
    account = temporaryAccount();
    await joinEndpoint(hub);
    tess = await openWorkbenchPage(browser, hub.url);
    ({ page } = tess);
    page.setDefaultTimeout(20_000);
    await tess.signIn();
    await tess.treeItem(/Berlin/).click();
    await page.keyboard.press('ArrowRight');
  });

  const screen = (): Promise<string> => page.locator('lk-terminal:visible .xterm-rows').innerText({ timeout: 5000 });
  const shows = (what: RegExp): Promise<void> => until(async () => what.test(await screen()));
  const type = async (text: string): Promise<void> => {
    await page.locator('lk-terminal:visible textarea').focus();
    await page.keyboard.insertText(text);
    await page.keyboard.press('Enter');
  };
  const part = (name: string): Locator =>
    page.locator('lk-session-page:visible').getByRole('tab', { name, exact: true });
  const sessionTab = (): Locator => page.locator('lk-editor-area .tab').filter({ hasText: hostname() }).last();
  const question = (): Locator => page.locator('lk-choose-dialog');
  const closeTab = (): Promise<void> => sessionTab().click({ button: 'middle' });
  /** As the system does it: files that are dragged over the page, and let go. */
  async function drop(onto: Locator, ...files: string[]): Promise<void> {
    const { x, y, width, height } = (await onto.boundingBox())!;
    const at = { x: x + width / 2, y: y + height / 2, data: { items: [], files, dragOperationsMask: 1 } };
    const devTools = await page.context().newCDPSession(page);
    for (const type of ['dragEnter', 'dragOver'] as const)
      await devTools.send('Input.dispatchDragEvent', { type, ...at });
    await tess.picture('session-drop');
    await devTools.send('Input.dispatchDragEvent', { type: 'drop', ...at });
    await devTools.detach();
  }
  async function signIn(): Promise<void> {
    const form = page.locator('lk-session-sign-in');
    await form.getByLabel('Account').fill(account.name);
    await form.getByLabel('Password').fill(account.password);
    await page.keyboard.press('Enter');
    await page.locator('lk-terminal').waitFor();
    await shows(/\$/);
  }
  async function startSession(): Promise<void> {
    await tess.treeItem(new RegExp(hostname())).click();
    await page.keyboard.press('Control+Enter');
    await signIn();
  }

  it('X1: the page is loaded anew: this window takes part again, with all that the terminal had printed', async () => {
    await startSession();
    await type('echo before-$((40+2))');
    await shows(/^before-42/m);
    await page.reload();
    await page.locator('lk-terminal').waitFor();
    await shows(/^before-42/m);
    await type('echo after-$((6*7))');
    await shows(/^after-42/m);
    await page.locator('lk-status-bar').getByText('In session:').waitFor();
  });

  it('X1: files that are dropped into the folder are sent; a folder is not, and says so; beside it nothing happens', async () => {
    const folder = temporaryFolder();
    const [one, two, sub] = [join(folder, 'one.bin'), join(folder, 'größe 2.txt'), join(folder, 'sub')];
    writeFileSync(one, randomBytes(700_000));
    writeFileSync(two, 'zwei');
    mkdirSync(sub);
    await part('Files').click();
    await page.locator('lk-file-table').waitFor();
    const frame = page.locator('lk-remote-files .frame');
    await drop(frame, one, two);
    await until(() => sha256(join(account.home, 'one.bin')) === sha256(one));
    await until(() => sha256(join(account.home, 'größe 2.txt')) === sha256(two));
    await page.locator('lk-file-table').getByText('größe 2.txt').waitFor();
    await drop(frame, sub);
    await page.locator('lk-remote-files').getByText('sub', { exact: false }).first().waitFor();
    assert.ok(!existsSync(join(account.home, 'sub')));
    // Missed by a little, the browser must not show the file in the workbench's place.
    await drop(page.locator('lk-status-bar'), two);
    await page.locator('lk-file-table').getByText('one.bin').waitFor();
    const isRefused = await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'x'));
      const options = { dataTransfer, bubbles: true, cancelable: true };
      return ['dragover', 'drop'].map((type) => !document.body.dispatchEvent(new DragEvent(type, options)));
    });
    assert.deepEqual(isRefused, [true, true]);
  });

  it('X1: closing the tab asks: stay, leave and come back, or end it', async () => {
    await part('Terminal').click();
    await closeTab();
    await question().getByText('if you leave and do not come back within a minute, the session ends').waitFor();
    await tess.picture('session-leave');
    await page.keyboard.press('Escape');
    await question().waitFor({ state: 'detached' });
    await type('echo stayed-$((5*5))');
    await shows(/^stayed-25/m);

    await closeTab();
    await question().getByRole('button', { name: 'Leave' }).click();
    await page.locator('lk-session-page').waitFor({ state: 'detached' });
    await page.locator('lk-status-bar').getByText('In session:').waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Sessions' }).first().click();
    await tess.treeItem(/Connected/).click();
    await page.getByRole('button', { name: 'Join and look on' }).click();
    await shows(/^stayed-25/m);
    await type('echo back-$((9*9))');
    await shows(/^back-81/m);

    // Nor is it lost by closing all tabs at once.
    await tess.runFromPalette('View: Close All Editors');
    await question().getByRole('button', { name: 'Cancel' }).click();
    await shows(/^back-81/m);
    await closeTab();
    await question().getByRole('button', { name: 'End the session' }).click();
    await page.locator('lk-session-page').waitFor({ state: 'detached' });
  });

  it('the device’s page lists its sessions: those that are over, and the one that goes on', async () => {
    await page.getByRole('tab', { name: 'Devices' }).first().click();
    await tess.treeItem(new RegExp(hostname())).click();
    await page.keyboard.press('Enter');
    const device = page.locator('lk-device-page');
    await device.getByRole('tab', { name: 'Sessions' }).click();
    const rows = device.locator('lk-session-entries tbody tr');
    await until(async () => (await rows.count()) === 1);
    await rows.first().getByText('Administrator ended it.').waitFor();
    await rows.first().getByText('terminal and files').waitFor();
    await startSession();
    await device
      .or(page.locator('lk-editor-area .tab').filter({ hasText: hostname() }))
      .first()
      .click();
    await until(async () => (await rows.count()) === 2);
    await rows.first().getByText('Connected').waitFor();
    await tess.picture('device-sessions');
    await rows.nth(1).getByRole('button').click();
    await page.locator('lk-session-ended:visible').getByText('Administrator ended it.').waitFor();
    assert.deepEqual(tess.problems, []);
  });
});
