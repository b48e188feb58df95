import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findBrowser } from '#core/testing/browser.mjs';
import type { Workspace } from '../workspace.ts';

/** Milliseconds until a page is given up. */
const patience = 60_000;

const window = { viewport: { width: 1280, height: 800 }, locale: 'en' };

export async function launchBrowser(workspace: Workspace): Promise<Browser> {
  const browser = await chromium.launch({ ...findBrowser(), headless: true });
  workspace.defer(() => browser.close());
  return browser;
}

/** A browser that knows nothing but its sign-in. */
export async function signedIn(browser: Browser, url: string, cookie: string): Promise<BrowserContext> {
  return signIn(await browser.newContext(window), url, cookie);
}

/** The same, with a profile on the disk as a technician's browser has it: it keeps the code that it has compiled. */
export async function signedInWithProfile(workspace: Workspace, url: string, cookie: string): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(workspace.folder(), {
    ...findBrowser(),
    ...window,
    headless: true,
  });
  workspace.defer(() => context.close());
  return signIn(context, url, cookie);
}

async function signIn(context: BrowserContext, url: string, cookie: string): Promise<BrowserContext> {
  context.setDefaultTimeout(patience);
  const at = cookie.indexOf('=');
  await context.addCookies([{ name: cookie.slice(0, at), value: cookie.slice(at + 1), url }]);
  return context;
}

/** Calls `visit` with a new page for each run. */
export async function visits<T>(
  context: BrowserContext,
  runs: number,
  visit: (page: Page) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < runs; run++) {
    const page = await context.newPage();
    try {
      results.push(await visit(page));
    } finally {
      await page.close();
    }
  }
  return results;
}
