import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests, type Device } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { permissionRequests, type Permission } from '#protocol/permissions.ts';
import { sessionRequests } from '#protocol/sessions.ts';
import { until } from '../expect.ts';
import { startHubProcess, type HubProcess } from '../hub-process.ts';
import { openWorkbench, signIn, type TestWorkbench } from '../test-hub.ts';
import { whenDone } from '../when-done.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from '../workbench/workbench-page.ts';
import { customerComputer, type CustomerApp, type CustomerComputer } from './customer-computer.ts';

const email = 'tess@example.com';
const password = 'a long enough password';

/** A technician's page and a customer's, with a hub and a customer app between them that are really run. */
describe('Setting up in an attended session', { timeout: 420_000 }, () => {
  let browser: Browser;
  let hub: HubProcess;
  let admin: TestWorkbench;
  let technician: WorkbenchPage;
  let tess: string;

  before(async () => {
    [browser, hub] = await Promise.all([openBrowser(), startHubProcess()]);
    admin = await openWorkbench(hub.url, { cookie: await signIn(hub.url) });
    whenDone(() => admin.socket.terminate());
    const { rpc } = admin;
    const berlin = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const hamburg = await rpc.request(groupRequests.create, { name: 'Hamburg' });
    const account = { email, name: 'Tess', role: 'technician' as const, groups: [berlin.id, hamburg.id], password };
    tess = (await rpc.request(accountRequests.create, account)).id;
    technician = await openWorkbenchPage(browser, hub.url);
    await technician.signIn(email, password);
  });

  const devices = async (): Promise<Device[]> =>
    (await admin.rpc.request(deviceRequests.changes, { since: null })).devices;
  const set = (permission: Permission, allowed: boolean | null): Promise<unknown> =>
    admin.rpc.request(permissionRequests.set, { permission, allowed, technician: tess });

  /** A1: invited by the technician, joined by the customer. */
  async function session(): Promise<{ customer: CustomerComputer; app: CustomerApp }> {
    const { page, runFromPalette } = technician;
    await runFromPalette('Session: Invite a Customer');
    const shown = page.locator('lk-session-invitation .key');
    await shown.waitFor();
    const key = (await shown.textContent())!.replaceAll(/\D/g, '');
    assert.match(key, /^\d{9}$/);
    const customer = await customerComputer(browser);
    const app = await customer.run(await customer.downloadByKey(hub.url, key));
    await app.page.getByText('Tess is connected to this computer').waitFor();
    await shown.waitFor({ state: 'detached' });
    return { customer, app };
  }
  /** A2, A5: the menu in the session's toolbar, and one's own password. */
  async function ask(own = password): Promise<void> {
    const { page } = technician;
    await page.getByRole('button', { name: 'Unattended Support', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Set Up Unattended Support' }).click();
    await page.getByLabel('Your password').fill(own);
    await page.getByRole('button', { name: 'Continue' }).click();
  }
  async function endSession(app: CustomerApp): Promise<void> {
    const { page } = app;
    await page.getByRole('button', { name: 'End session' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    await page.getByText('The session has ended').first().waitFor();
    assert.equal(await app.exited, 0);
    await page.close();
    await technician.runFromPalette('View: Close All Editors').catch(() => {});
  }

  it('A1 A2 A5 A6 A7 A8 A9 A11 A12 G4 G7: allowed without a password, named, grouped, installed; the session goes on', async () => {
    const { page, picture } = technician;
    const { customer, app } = await session();
    await ask('not my password');
    await page.getByText('This is not your password.').waitFor();
    assert.equal(
      await app.page.getByRole('button', { name: 'Allow unattended support' }).count(),
      0,
      'nothing is asked',
    );
    await page.getByLabel('Your password').fill(password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Access is being requested').waitFor();
    await picture('attended-1-asking');
    await app.page.getByRole('button', { name: 'Allow unattended support' }).waitFor();
    await app.page.getByRole('button', { name: 'Allow unattended support' }).click();
    await page.getByRole('textbox', { name: 'Nickname' }).fill('Reception');
    await picture('attended-2-nickname');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('combobox', { name: 'Device group' }).selectOption({ label: 'Hamburg' });
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { name: 'Unattended support is set up' }).waitFor({ timeout: 90_000 });
    await page.getByText('at each connection somebody has to sign in').waitFor();
    await picture('attended-3-done');
    const [device] = await devices();
    assert.deepEqual([device?.nickname, device?.state], ['Reception', 'active']);
    const details = await admin.rpc.request(deviceRequests.get, { device: device!.id });
    assert.deepEqual([details.setUpBy, details.passwordStored], ['attended', false]);
    await page.getByRole('button', { name: 'Close', exact: true }).click();

    // A4: only that entry is greyed out now.
    await page.getByRole('button', { name: 'Unattended Support', exact: true }).click();
    const entry = page.getByRole('menuitem', { name: 'Set Up Unattended Support' });
    await entry.waitFor();
    assert.equal(await entry.getAttribute('aria-disabled'), 'true');
    await page.keyboard.press('Escape');
    await endSession(app);
    assert.ok(customer.files().includes('latchkey-endpoint'), 'what was set up stays');
    const own = await customer.openInstalled();
    await own.getByText('Unattended support is set up').first().waitFor();
    await own.getByRole('button', { name: 'Remove access' }).click();
    await own.getByRole('dialog').getByRole('button', { name: 'Remove access' }).click();
    await until(async () => (await devices()).length === 0);
    await until(() => customer.files().length === 0);
    const entries = await admin.rpc.request(sessionRequests.history, { limit: 1 });
    assert.deepEqual([entries[0]?.kind, entries[0]?.end], ['attended', 'customer']);
    const audit = JSON.stringify(await admin.rpc.request(auditRequests.query, { limit: 100 }));
    assert.ok(!audit.includes(password), 'nobody’s password is in the audit log');
  });

  it('A6 A10: Decline, Cancel by the technician, Cancel by leaving: told on both sides, the session unharmed', async () => {
    const { page } = technician;
    const { customer, app } = await session();
    await ask();
    await app.page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('The set-up cannot be completed').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();

    await ask();
    await app.page.getByRole('button', { name: 'Allow unattended support' }).waitFor();
    await page.getByText('Access is being requested').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await app.page.getByRole('button', { name: 'Allow unattended support' }).waitFor({ state: 'detached' });
    await app.page.getByText('Tess has cancelled the set-up').waitFor();
    await page.getByRole('heading', { name: 'The set-up was cancelled' }).waitFor();
    await page.getByRole('button', { name: 'Try Again' }).click();
    await page.getByLabel('Your password').fill(password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await app.page.getByRole('button', { name: 'Allow unattended support' }).waitFor();

    // The customer ends the session in the middle of it: both sides say so, nothing is half set up.
    await app.page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('The set-up cannot be completed').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await endSession(app);
    assert.deepEqual(customer.files(), []);
    assert.deepEqual(await devices(), []);
  });

  it('A3: switched off while it goes on: the whole menu greys out, the question is withdrawn, the session goes on', async () => {
    const { page } = technician;
    const { app } = await session();
    await ask();
    await app.page.getByRole('button', { name: 'Allow unattended support' }).waitFor();
    await set('unattended', false);
    await app.page.getByRole('button', { name: 'Allow unattended support' }).waitFor({ state: 'detached' });
    await page.getByText('An administrator has switched this off meanwhile').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    const menu = page.getByRole('button', { name: 'Unattended Support', exact: true });
    await page.waitForFunction(
      (button) => button?.getAttribute('aria-disabled') === 'true',
      await menu.elementHandle(),
    );
    assert.match((await menu.getAttribute('aria-description'))!, /admin@example\.com|Administrator/);
    await set('unattended', null);
    await page.waitForFunction((button) => !button?.hasAttribute('aria-disabled'), await menu.elementHandle());

    // What the session itself takes is withdrawn: it ends at once, for both.
    await set('session', false);
    await app.page.getByText('The session has ended').first().waitFor();
    await set('session', null);
    assert.equal(await app.exited, 0);
  });

  it('A6 to A12: the hub is killed with the dialog open, and again before the details: both go on where they were', async () => {
    const { page } = technician;
    const { app } = await session();
    const restart = async (): Promise<void> => {
      hub = await hub.killAndRestart();
      admin = await openWorkbench(hub.url, { cookie: await signIn(hub.url) });
      whenDone(() => admin.socket.terminate());
    };
    await ask();
    const allow = app.page.getByRole('button', { name: 'Allow unattended support' });
    await allow.waitFor();
    await restart();
    await app.page.getByText('The connection is back.').waitFor({ state: 'attached' });
    assert.equal(await allow.count(), 1, 'the dialog stays');
    await allow.click();
    const nickname = page.getByRole('textbox', { name: 'Nickname' });
    await nickname.waitFor({ timeout: 50_000 });
    await nickname.fill('Reception');
    await restart();
    // Until the workbench has found the hub again, the page says that it cannot be reached, and keeps what was typed.
    const group = page.getByRole('combobox', { name: 'Device group' });
    await until(async () => {
      if ((await group.count()) > 0) return true;
      await page
        .getByRole('button', { name: 'Next' })
        .click({ timeout: 1000 })
        .catch(() => {});
      return (await group.count()) > 0;
    }, 50_000);
    await group.selectOption({ label: 'Hamburg' });
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { name: 'Unattended support is set up' }).waitFor({ timeout: 90_000 });
    assert.deepEqual(
      (await devices()).map(({ nickname, state }) => [nickname, state]),
      [['Reception', 'active']],
    );
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await app.page.getByText('Tess is connected to this computer').waitFor();
    await endSession(app);
  });
});
