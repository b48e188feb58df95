import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { findBrowser } from '../browser.mjs';
import { temporaryFolder } from '../temporary-folder.ts';
import { adminEmail, adminPassword } from '../test-hub.ts';
import { whenDone } from '../when-done.ts';

/** Where the pictures of the run go: kept where `LATCHKEY_SCREENSHOTS` names a folder. */
const pictures = process.env.LATCHKEY_SCREENSHOTS ?? temporaryFolder();
mkdirSync(pictures, { recursive: true });

/** A real Chromium, closed when the tests of this file are over. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch(findBrowser());
  whenDone(() => browser.close());
  return browser;
}

/** The workbench in a window of a browser, as a person has it. */
export interface WorkbenchPage {
  readonly page: Page;
  /** Errors that nothing in the page caught. */
  readonly problems: readonly string[];
  picture(name: string): Promise<unknown>;
  /** Fills in the form of the sign-in and sends it. */
  signIn(email?: string, password?: string): Promise<void>;
  /** Runs a command as a person does: F1, a few words, Enter. */
  runFromPalette(title: string): Promise<void>;
  treeItem(name: RegExp): Locator;
  tab(name: RegExp): Locator;
}

/** Opens the hub's page, in English unless told, with storage of its own: nobody is signed in. */
export async function openWorkbenchPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WorkbenchPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en', ...options });
  return showWorkbench(await context.newPage(), url);
}

/** The same for a page that is there already: another window of somebody who is signed in. */
export async function showWorkbench(page: Page, url: string): Promise<WorkbenchPage> {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(url);
  await page.locator('lk-workbench, lk-sign-in').first().waitFor();
  return {
    page,
    problems,
    picture: (name) => page.screenshot({ path: join(pictures, `${name}.png`) }),
    async signIn(email = adminEmail, password = adminPassword) {
      await page.locator('#email').fill(email);
      await page.locator('#password').fill(password);
      await page.locator('#password').press('Enter');
      await page.locator('lk-workbench').waitFor();
    },
    async runFromPalette(title) {
      await page.keyboard.press('F1');
      const input = page.locator('lk-quick-input').getByRole('combobox');
      await input.waitFor();
      await input.fill(`>${title}`);
      await page
        .getByRole('option', { name: new RegExp(title, 'i') })
        .first()
        .waitFor();
      await page.keyboard.press('Enter');
    },
    treeItem: (name) => page.getByRole('treeitem', { name }).first(),
    tab: (name) => page.getByRole('tab', { name }).first(),
  };
}
