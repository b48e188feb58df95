import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findBrowser } from './browser.mjs';
import { whenDone } from './when-done.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let launching: Promise<Browser> | undefined;

/** A page with storage of its own, in English on a computer unless told. What the page complains of fails the test. */
export async function openPage(
  options: BrowserContextOptions = {},
): Promise<{ page: Page; problems: string[]; close: () => Promise<void> }> {
  launching ??= chromium.launch(findBrowser()).then((browser) => {
    whenDone(() => browser.close());
    return browser;
  });
  const context = await (
    await launching
  ).newContext({ locale: 'en', viewport: { width: 1000, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    // What the policy forbids is told here; a refused request is the tests' own doing.
    const refused = /^Failed to load resource|^WebSocket connection to/.test(message.text());
    if (message.type() === 'error' && !refused) problems.push(message.text());
  });
  return { page, problems, close: () => context.close() };
}

/** @throws AssertionError with what axe objects to */
export async function assertAccessible(page: Page, where: string): Promise<void> {
  if (await page.evaluate(() => !('axe' in globalThis))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { axe: typeof axe };
    const found = await tool.run(document, { resultTypes: ['violations'] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
  assert.deepEqual(violations, [], where);
}

/** @throws AssertionError where something is wider than the window, or a key of the texts stands in the place of a text */
export async function assertReadable(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth - innerWidth,
    dialog: [...document.querySelectorAll('dialog')].map((dialog) => dialog.scrollWidth - dialog.clientWidth),
    text: document.body.innerText,
  }));
  assert.ok(found.width <= 0, `${where}: ${found.width} px too wide`);
  for (const width of found.dialog) assert.ok(width <= 0, `${where}: dialog ${width} px too wide`);
  const key = /(?<![\w.@/-])(?:[a-z]+[A-Za-z]*\.)+[a-z][A-Za-z]+(?![\w./-])/g;
  const keys = (found.text.match(key) ?? []).filter((text) => !/\.(example|pdf|gz|run|exe|pkg)$|^e\.g/.test(text));
  assert.deepEqual(keys, [], `${where}: keys without a text`);
  assert.doesNotMatch(found.text, /undefined|\[object|NaN|\{[a-z]+[,}]/, where);
}
