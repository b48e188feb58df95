import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { joinEndpoint } from './endpoint/join-endpoint.ts';
import { noAccounts, temporaryAccount, type TemporaryAccount } from './endpoint/temporary-account.ts';
import { until } from './expect.ts';
import { startHubProcess, type HubProcess } from './hub-process.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { openBrowser, openWorkbenchPage, showWorkbench, type WorkbenchPage } from './workbench/workbench-page.ts';

const otherEmail = 'otto@example.com';
const sha256 = (file: string): string =>
  existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'none';

/** Everything is real: hub, endpoint, account of this computer, shell, two technicians in two browsers. */
describe('a session on a device', { skip: noAccounts }, () => {
  let hub: HubProcess;
  let browser: Browser;
  let account: TemporaryAccount;
  let tess: WorkbenchPage;
  let page: Page;
  let socket: WebSocketRoute | undefined;

  /** What the terminal in front shows, its lines joined as they were wrapped. */
  const screen = (of = page): Promise<string> =>
    of.locator('lk-terminal:visible .xterm-rows').innerText({ timeout: 5000 });
  const type = async (text: string, of = page): Promise<void> => {
    await of.locator('lk-terminal:visible textarea').focus();
    await of.keyboard.insertText(text);
    await of.keyboard.press('Enter');
  };
  const shows = (what: RegExp, of = page): Promise<void> => until(async () => what.test(await screen(of)));
  const tab = (name: string, of = page) => of.locator('lk-session-page').getByRole('tab', { name, exact: true });

  before(async () => {
    hub = await startHubProcess();
    account = temporaryAccount();
    await joinEndpoint(hub);
    browser = await openBrowser();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en' });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(hub.url).origin });
    page = await context.newPage();
    await page.routeWebSocket(/\/workbench$/, (route) => {
      socket = route;
      route.connectToServer();
    });
    page.setDefaultTimeout(12_000);
    tess = await showWorkbench(page, hub.url);
    await tess.signIn();
  });

  it('X1 G1: is started from the device tree; the computer takes no wrong account', async () => {
    await tess.treeItem(/Berlin/).click();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+Enter');
    const form = page.locator('lk-session-sign-in');
    await form.getByLabel('Account').fill(account.name);
    await form.getByLabel('Password').fill('wrong');
    await tess.picture('session-1-sign-in');
    await page.keyboard.press('Enter');
    await form.getByText('2 attempts are left').waitFor();
    assert.equal(await form.getByLabel('Password').inputValue(), '');
    await tess.picture('session-2-refused');
    await form.getByLabel('Password').fill(account.password);
    await page.keyboard.press('Enter');
    await page.locator('lk-terminal').waitFor();
    await page.locator('lk-status-bar').getByText('In session:').waitFor();
  });

  it('X1: has a real shell: Unicode, Ctrl+C, size, copy and paste', async () => {
    await shows(/\$/);
    await type('id -un; echo "größe 日本 ✓"');
    await shows(new RegExp(`^${account.name}`, 'm'));
    await shows(/^größe 日本 ✓/m);
    await type('sleep 600');
    await page.keyboard.press('Control+c');
    await type('echo after-$((40+2))');
    await shows(/^after-42/m);
    const columns = async (): Promise<number> => {
      await type('clear; tput cols');
      await until(async () => /^\d+\s*$/m.test(await screen()));
      return Number(/^(\d+)\s*$/m.exec(await screen())?.[1]);
    };
    const wide = await columns();
    await page.setViewportSize({ width: 900, height: 700 });
    await until(async () => (await columns()) < wide - 20);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.evaluate(() => navigator.clipboard.writeText('echo pasted-$((1+1))'));
    await page.keyboard.press('Control+v');
    await page.keyboard.press('Enter');
    await shows(/^pasted-2/m);
    await tess.picture('session-3-terminal');
  });

  it('keeps the keys of the shell, and leaves the palette its own', async () => {
    await type('echo abc def');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Control+w');
    await page.keyboard.insertText('ghi');
    await page.keyboard.press('Enter');
    await shows(/^abc ghi/m);
    await page.keyboard.press('F1');
    await page.locator('lk-quick-input').getByRole('combobox').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('lk-quick-input').getByRole('combobox').waitFor({ state: 'hidden' });
    // There is a way out by the keyboard alone.
    const inTerminal = (): Promise<boolean> =>
      page.evaluate(
        () => document.querySelector('lk-workbench')!.shadowRoot!.activeElement?.tagName === 'LK-EDITOR-AREA',
      );
    await page.locator('lk-terminal:visible textarea').focus();
    assert.equal(await inTerminal(), true);
    await page.keyboard.press('F6');
    assert.equal(await inTerminal(), false);
    await page.keyboard.press('Shift+F6');
    assert.equal(await inTerminal(), true);
  });

  it('prints 20 MB, and the page answers meanwhile', async () => {
    await type('head -c 20000000 /dev/zero | tr "\\0" x | fold -w 100; echo done-$((2*3))');
    await shows(/^x{50}/m);
    await page.keyboard.press('F1');
    await page.locator('lk-quick-input').getByRole('combobox').waitFor();
    await page.keyboard.press('Escape');
    assert.doesNotMatch(await screen(), /done-6/, 'it was still printing');
    const deadline = Date.now() + 150_000;
    while (!/done-6/.test(await screen())) {
      assert.ok(Date.now() < deadline, 'it never ended');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await type('clear');
  });

  it('sends and fetches files, which arrive as they are', async () => {
    const folder = temporaryFolder();
    const big = join(folder, 'größe 1.bin');
    writeFileSync(big, randomBytes(5_000_000));
    await tab('Files').click();
    await page.locator('lk-file-table').waitFor();
    assert.equal(await page.getByLabel('Path of the folder').inputValue(), account.home);
    await page.locator('lk-remote-files input[type=file]').setInputFiles(big);
    await page.locator('lk-file-transfers').getByText('checked').waitFor();
    await until(() => sha256(join(account.home, 'größe 1.bin')) === sha256(big));
    await tess.picture('session-4-files');

    writeFileSync(big, randomBytes(3000));
    await page.locator('lk-remote-files input[type=file]').setInputFiles(big);
    await page.getByRole('button', { name: 'Keep both' }).click();
    await until(() => sha256(join(account.home, 'größe 1 (2).bin')) === sha256(big));

    const downloading = page.waitForEvent('download');
    await page.locator('lk-file-table').getByText('größe 1.bin', { exact: true }).dblclick();
    const download = await downloading;
    const saved = join(folder, 'saved');
    await download.saveAs(saved);
    assert.equal(sha256(saved), sha256(join(account.home, 'größe 1.bin')));
    assert.equal(download.suggestedFilename(), 'größe 1.bin');
  });

  it('shows the facts, and what was done', async () => {
    await tab('Facts').click();
    await page.locator('lk-session-facts').getByText('Operating system').waitFor();
    await tab('Activity').click();
    await page.locator('lk-session-page lk-audit-view').getByText('Sent a file').first().waitFor();
    await tess.picture('session-5-activity');
    await tab('Terminal').click();
  });

  it('goes on after the hub was out of reach, with every byte', async () => {
    await type('for i in $(seq 1 40); do echo line-$i; sleep 0.1; done; echo whole-$((3*3))');
    await shows(/line-5/);
    const before = socket!;
    await before.close({ code: 4000 });
    await until(() => socket !== before);
    await shows(/whole-9/);
    const lines = [...(await screen()).matchAll(/line-(\d+)/g)].map(([, number]) => Number(number));
    assert.deepEqual(
      lines.slice(-20),
      Array.from({ length: 20 }, (_, index) => index + 21),
    );
  });

  it('is looked at by a second technician, who asks for control and gets it; then it is ended for both', async () => {
    const otherPassword = await createTechnician();
    const otto = await openWorkbenchPage(browser, hub.url);
    const other = otto.page;
    other.setDefaultTimeout(12_000);
    await otto.signIn(otherEmail, otherPassword);
    await other.getByRole('tab', { name: 'Sessions' }).click();
    await otto.treeItem(/Connected/).click();
    await other.getByRole('button', { name: 'Join and look on' }).click();
    await page.locator('lk-session-page').getByText('Looking on: Otto').waitFor();
    await shows(/whole-9/, other);
    await type('echo seen-$((7*7))');
    await shows(/seen-49/, other);
    await type('rm -rf never-typed', other).catch(() => {});
    assert.doesNotMatch(await screen(), /never-typed/);
    await otto.picture('session-7-looking');

    await other.locator('lk-session-terminals').getByRole('button', { name: 'Ask for control' }).click();
    await page.getByText('Otto would like to work').waitFor();
    await tess.picture('session-8-asked');
    await page.getByRole('button', { name: 'Hand over to Otto' }).click();
    await other.locator('lk-session-page').getByText('In control: Otto').waitFor();
    await type('echo mine-$((8*8))', other);
    await shows(/mine-64/);
    await page.locator('lk-session-terminals').getByText('Otto is in control').waitFor();

    await other.locator('lk-session-toolbar').getByRole('button', { name: 'End Session' }).click();
    await other.locator('lk-confirm-dialog').getByRole('button', { name: 'End Session' }).click();
    await page.locator('lk-session-ended').getByText('Otto ended it.').waitFor();
    await other.locator('lk-session-ended').getByText('terminal and files').waitFor();
    await page.locator('lk-session-ended').getByText('Fetched a file').first().waitFor();
    await tess.picture('session-9-ended');
    assert.deepEqual([...tess.problems, ...otto.problems], []);
  });

  /** As an administrator does it, in the page. */
  async function createTechnician(): Promise<string> {
    await tess.runFromPalette('Administration');
    await page.getByRole('button', { name: 'New technician' }).click();
    const dialog = page.getByRole('dialog', { name: 'New technician' });
    await dialog.getByLabel('Name').fill('Otto');
    await dialog.getByLabel('E-mail').fill(otherEmail);
    await dialog.getByRole('checkbox', { name: 'Berlin' }).check();
    await dialog.getByRole('button', { name: /Create/ }).click();
    const secret = page.locator('lk-secret-dialog');
    const password = (await secret.locator('code').innerText()).trim();
    await page.keyboard.press('Escape');
    await page.locator('lk-editor-area .tab').filter({ hasText: hostname() }).first().click();
    await tab('Terminal').click();
    return password;
  }
});
