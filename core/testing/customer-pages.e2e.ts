import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import type { Download, Page } from 'playwright-core';
import { portalPageRequests } from '#protocol/portal.ts';
import { sessionRequests, type Invitation } from '#protocol/sessions.ts';
import { openPage } from './customer-browser.ts';
import { startHubProcess, type HubProcess } from './hub-process.ts';
import { openWorkbench, type TestWorkbench } from './test-hub.ts';
import { whenDone } from './when-done.ts';

/** The public pages over the real hub, as it is built and shipped. */
describe('A1 P1: what a customer downloads', () => {
  let hub: HubProcess;
  let workbench: TestWorkbench;
  const invite = (): Promise<Invitation> => workbench.rpc.request(sessionRequests.invite, {});
  const otherKey = (key: string): string => key.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));

  before(async () => {
    hub = await startHubProcess();
    workbench = await openWorkbench(hub.url);
    whenDone(() => workbench.socket.terminate());
  });

  const onPage = async (path: string, test: (page: Page) => Promise<void>): Promise<void> => {
    const { page, problems, close } = await openPage();
    try {
      await page.goto(hub.url + path);
      await page.locator('h1').waitFor();
      await test(page);
      assert.deepEqual(problems, []);
    } finally {
      await close();
    }
  };
  const downloaded = async (page: Page, start: () => Promise<void>): Promise<{ name: string; head: string }> => {
    const [download] = await Promise.all<Download | void>([
      page.waitForEvent('download', { timeout: 90_000 }),
      start(),
    ]);
    const { suggestedFilename, path } = download as Download;
    const file = readFileSync(await path.call(download));
    return { name: suggestedFilename.call(download), head: file.subarray(0, 400).toString('latin1') };
  };

  it('A1: a wrong key says so, the right one leads to the customer app, and serves once', async () => {
    const { key, link } = await invite();
    assert.equal(link, `${hub.url}/join#${key}`);
    await onPage('/join', async (page) => {
      await page.getByLabel('Session key').fill(otherKey(key));
      await page.getByRole('button', { name: 'Join' }).click();
      await page.getByRole('alert').getByText('This key is not right').waitFor();
      await page.getByLabel('Session key').fill(key);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'is expecting you' }).waitFor();
      const { name, head } = await downloaded(page, () =>
        page.getByRole('button', { name: 'Download the customer app' }).click({ timeout: 90_000 }),
      );
      assert.match(name, /^latchkey-support_\w+\.run$/);
      assert.match(head, /^#!\/bin\/sh\n# Latchkey customer app/);
      // What the page says to type names the file as it was saved.
      await page.getByText(`sh "$(xdg-user-dir DOWNLOAD)/${name}"`, { exact: true }).waitFor();
      assert.equal(page.url(), `${hub.url}/join`);
    });
    await onPage(`/join#${key}`, async (page) => {
      await page.getByRole('button', { name: 'Join' }).click();
      await page.getByRole('alert').getByText('has been used already').waitFor();
    });
  });

  it('A1: the download of a session that is over leads back to the page, which says why', async () => {
    const { key, session } = await invite();
    await onPage(`/join#${key}`, async (page) => {
      await page.getByRole('button', { name: 'Join' }).click();
      await page.getByRole('heading', { name: 'is expecting you' }).waitFor();
      await workbench.rpc.request(sessionRequests.end, { session: session.id });
      await page.getByRole('button', { name: 'Download the customer app' }).click();
      await page.getByRole('alert').getByText('belongs to a session that is over').waitFor();
      await page.getByLabel('Session key').waitFor();
    });
  });

  it('P1: /unattended hands out the customer app, and looks as the administrator set it', async () => {
    await workbench.rpc.request(portalPageRequests.setAppearance, {
      name: 'Acme IT Support',
      message: 'Call us: +49 30 1234567',
      logo: '',
      color: '#ffd400',
    });
    await onPage('/unattended', async (page) => {
      await page.getByText('Acme IT Support can then help you').waitFor();
      await page.getByText('Call us: +49 30 1234567').waitFor();
      const button = page.getByRole('link', { name: 'Set up unattended support' });
      assert.deepEqual(
        await button.evaluate((link) => [getComputedStyle(link).backgroundColor, getComputedStyle(link).color]),
        ['rgb(255, 212, 0)', 'rgb(0, 0, 0)'],
      );
      const { name, head } = await downloaded(page, () => button.click({ timeout: 90_000 }));
      assert.match(name, /^latchkey-unattended_\w+\.run$/);
      assert.match(head, /^#!\/bin\/sh\n# Latchkey customer app/);
      await page.getByText(`sudo sh "$(xdg-user-dir DOWNLOAD)/${name}"`, { exact: true }).waitFor();
    });
  });
});
