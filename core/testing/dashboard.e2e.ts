import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { PresenceTracker } from '#core/hub/presence/presence-tracker.ts';
import { installerRequests } from '#protocol/installers.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { profileRequests } from '#protocol/profile.ts';
import { wakeRequests } from '#protocol/wake.ts';
import { startTestAccount, type TestAccount } from './test-account.ts';
import { newFacts, openEndpoint } from './test-endpoint.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

describe('The dashboard', () => {
  let account: TestAccount;
  let browser: Browser;
  before(async () => {
    const roots = { webRoot: join(dist, 'webview'), extensionsRoot: join(dist, 'extensions') };
    account = await startTestAccount({ ...roots, times: { wake: 1 } });
    browser = await openBrowser();
  });

  const dashboard = (page: Page) => page.locator('lk-dashboard-page');
  async function open(): Promise<WorkbenchPage> {
    const workbench = await openWorkbenchPage(browser, account.hub.url);
    workbench.page.setDefaultTimeout(8000);
    await workbench.signIn();
    await workbench.tab(/Dashboard/).click();
    await dashboard(workbench.page).getByRole('heading', { name: 'Dashboard' }).waitFor();
    return workbench;
  }
  const close = ({ page, problems }: WorkbenchPage): Promise<void> => {
    assert.deepEqual(problems, []);
    return page.context().close();
  };

  it('says on a new hub what to do first', async () => {
    const workbench = await open();
    await dashboard(workbench.page).getByRole('button', { name: 'Create Device Group' }).waitFor();
    await close(workbench);
  });

  it('G3: shows devices as they come, and a part that is chosen is what the tree shows', async () => {
    const { group, token } = await account.newGroup();
    const online = await openEndpoint(account.hub, { token });
    const workbench = await open();
    const { page } = workbench;
    const part = (name: RegExp) => dashboard(page).locator('lk-parts-card').getByRole('button', { name }).first();
    await dashboard(page).getByText('1 device in 1 group, 1 reachable now').waitFor();
    const asleep = await openEndpoint(account.hub, { token });
    account.hub.get(PresenceTracker).set(asleep.standing.device, group, 'asleep');
    await dashboard(page).getByText('2 devices in 1 group, 1 reachable now').waitFor();
    // By key: what the picture offers to a mouse.
    await part(/^\s*Asleep/).focus();
    await page.keyboard.press('Enter');
    const filter = page.locator('lk-tree-view').getByRole('combobox').first();
    await page.waitForFunction(
      (input) => (input as HTMLInputElement).value === 'is:asleep',
      await filter.elementHandle(),
    );
    await workbench.treeItem(new RegExp(asleep.facts.hostName)).waitFor();
    assert.equal(await workbench.treeItem(new RegExp(online.facts.hostName)).count(), 0);
    // With a mouse, in the picture itself: the larger part of it is on the right.
    const ring = dashboard(page).locator('lk-parts-card lk-chart-canvas').nth(1);
    const box = (await ring.boundingBox())!;
    await page.mouse.click(box.x + box.width - 8, box.y + box.height / 2);
    await page.waitForFunction(
      (input) => (input as HTMLInputElement).value.startsWith('os:'),
      await filter.elementHandle(),
    );
    await close(workbench);
  });

  it('gives each picture as a table and in words', async () => {
    const workbench = await open();
    const { page } = workbench;
    const cards = dashboard(page).locator('lk-parts-card, lk-history-card');
    await cards.first().waitFor();
    for (const card of await cards.all()) {
      assert.notEqual((await card.locator('canvas').getAttribute('aria-label'))?.trim() ?? '', '');
      await card.getByRole('button', { name: /show as table/ }).click();
      await card.getByRole('table').waitFor();
      assert.equal(await card.locator('canvas').count(), 0);
      assert.ok((await card.getByRole('row').count()) > 1);
    }
    await close(workbench);
  });

  it('X6: a failed wake is there until somebody has seen to it', async () => {
    const { token } = await account.newGroup();
    const subnet = (host: number) => [
      { ...newFacts().interfaces[0]!, name: 'eth0', addresses: [`10.44.0.${host}/24`] },
    ];
    const facts = { ...newFacts(), interfaces: subnet(2) };
    const { standing, conversation } = await openEndpoint(account.hub, { token, facts });
    await conversation.close();
    await account.admin.rpc.request(wakeRequests.run, { devices: [standing.device] });
    const workbench = await open();
    const concern = dashboard(workbench.page).locator('lk-attention-card li', { hasText: facts.hostName });
    await concern.getByText('1 device could not be woken.').waitFor();
    await concern.getByRole('button', { name: /Dismiss/ }).click();
    await concern.waitFor({ state: 'detached' });
    const { total } = await account.admin.rpc.request(wakeRequests.failures, { limit: 1 });
    assert.equal(total, 0);
    await close(workbench);
  });

  it('I6, D12: downloads are greyed out with the reason where they are switched off, at once', async () => {
    const { group } = await account.newGroup();
    const wanted = { group, name: 'Roll-out', limit: 10, expiresAt: null };
    await account.admin.rpc.request(installerRequests.generate, wanted);
    const workbench = await open();
    const { page } = workbench;
    const card = dashboard(page).locator('lk-installers-card');
    const download = card.getByRole('button', { name: 'Download Roll-out' });
    await download.waitFor();
    assert.equal(await download.getAttribute('aria-disabled'), null);
    const set = (permission: 'method.gpo' | 'method.endpointInstaller', allowed: boolean | null) =>
      account.admin.rpc.request(permissionRequests.set, { permission, allowed });
    await set('method.gpo', false);
    await card.locator('.reason').first().waitFor();
    await download.click();
    const msi = page.getByRole('menuitem', { name: /MSI/ });
    assert.equal(await msi.getAttribute('aria-disabled'), 'true');
    assert.equal(await page.getByRole('menuitem', { name: /deb/ }).getAttribute('aria-disabled'), null);
    await page.keyboard.press('Escape');
    await set('method.gpo', null);
    await set('method.endpointInstaller', false);
    await download.and(page.locator('[aria-disabled=true]')).waitFor();
    assert.notEqual(await download.getAttribute('title'), '');
    await set('method.endpointInstaller', null);
    await download.and(page.locator(':not([aria-disabled])')).waitFor();
    await close(workbench);
  });

  it('is what is shown at the start, where nothing else is open, unless the technician wants something else', async () => {
    const text = JSON.stringify({ 'workbench.startupEditor': 'none' });
    const { version } = await account.admin.rpc.request(profileRequests.read, { document: 'settings' });
    await account.admin.rpc.request(profileRequests.write, { document: 'settings', text, version });
    const workbench = await openWorkbenchPage(browser, account.hub.url);
    await workbench.signIn();
    await workbench.tab(/Welcome/).waitFor();
    assert.equal(await workbench.tab(/Dashboard/).count(), 0);
    await close(workbench);
  });
});
