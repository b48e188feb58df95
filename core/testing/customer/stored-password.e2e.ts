import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests, type Device, type DeviceDetails } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { findSecret, type RecordingProxy } from '../endpoint/recording-proxy.ts';
import { until } from '../expect.ts';
import { contentOf, filesBelow } from '../files-below.ts';
import type { HubProcess } from '../hub-process.ts';
import { openWorkbench, signIn, type TestWorkbench } from '../test-hub.ts';
import { whenDone } from '../when-done.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from '../workbench/workbench-page.ts';
import { customerComputer, type CustomerComputer } from './customer-computer.ts';
import { startHubWithVault } from './hub-with-vault.ts';
import { unsealed } from './vault-in-a-file.ts';

const email = 'tess@example.com';
const password = 'a long enough password';
/** As a member of a domain is asked for it. They look different in each encoding. */
const account = 'DOMAIN\\ann';
const theirs = 'Grün & "schön"+/\\€ 7%';
const changed = 'Neu & "schöner"+/\\€ 9%';
const wrong = 'Fälsch & "anders"+/\\€ 8%';

/** Hub, customer app, installed endpoint and both pages are real; what the system does with passwords is a stand-in's. */
describe('The customer’s password', { timeout: 420_000 }, () => {
  let browser: Browser;
  let hub: HubProcess;
  let proxy: RecordingProxy;
  let admin: TestWorkbench;
  let technician: WorkbenchPage;

  before(async () => {
    const [opened, started] = await Promise.all([openBrowser(), startHubWithVault()]);
    browser = opened;
    ({ hub, proxy } = started);
    admin = await openWorkbench(hub.url, { cookie: await signIn(hub.url) });
    whenDone(() => admin.socket.terminate());
    const berlin = await admin.rpc.request(groupRequests.create, { name: 'Berlin' });
    const who = { email, name: 'Tess', role: 'technician' as const, groups: [berlin.id], password };
    await admin.rpc.request(accountRequests.create, who);
    technician = await openWorkbenchPage(browser, hub.url);
    await technician.signIn(email, password);
  });

  const devices = async (): Promise<Device[]> =>
    (await admin.rpc.request(deviceRequests.changes, { since: null })).devices;
  const onlyDevice = async (): Promise<DeviceDetails> => {
    const all = await devices();
    assert.equal(all.length, 1);
    return admin.rpc.request(deviceRequests.get, { device: all[0]!.id });
  };
  const allow = (page: Page): Promise<void> => page.getByRole('button', { name: 'Allow unattended support' }).click();
  const passwordFile = ({ root }: CustomerComputer): string => join(root, 'var/lib/latchkey-endpoint/password.json');

  /** The form of the dialog: a wrong password is said to be wrong, and asked for again. */
  async function givePassword(page: Page): Promise<void> {
    const dialog = page.getByRole('dialog');
    assert.ok(await dialog.getByLabel('Set Windows password (recommended)').isChecked());
    await dialog.getByLabel('Windows user name').fill(account);
    await allow(page);
    await dialog.getByText('Enter both the Windows user name and the password').waitFor();
    await dialog.getByLabel('Windows password', { exact: true }).fill(wrong);
    await allow(page);
    await dialog.getByText('DOMAIN\\ann').first().waitFor();
    await dialog.locator('#consent-problem').waitFor();
    assert.equal(await dialog.getByLabel('Windows password', { exact: true }).inputValue(), '', 'to be typed again');
    assert.deepEqual(await devices(), [], 'nothing is set up by it');
    await dialog.getByLabel('Windows password', { exact: true }).fill(theirs);
    await allow(page);
    await dialog.waitFor({ state: 'detached' });
  }
  /** What the customer types into the page of what is installed, later. */
  async function storeLater(page: Page, button: string, given: string): Promise<void> {
    await page.getByRole('button', { name: button }).click();
    await page.getByLabel('Windows user name').fill(account);
    await page.getByLabel('Windows password', { exact: true }).fill(given);
    await page.getByRole('button', { name: 'Store password' }).click();
  }
  async function removeAccess(customer: CustomerComputer, own: Page): Promise<void> {
    await own.getByRole('button', { name: 'Remove access' }).click();
    await own.getByRole('dialog').getByRole('button', { name: 'Remove access' }).click();
    await until(async () => (await devices()).length === 0);
    await until(() => customer.files().length === 0);
    await own.close();
  }
  /** Neither through a socket to the hub, nor in any file of that computer, nor in what the hub keeps. */
  async function staysThere(...customers: CustomerComputer[]): Promise<void> {
    const folders = [...customers.map(({ root }) => root), hub.data];
    const files = folders
      .flatMap(filesBelow)
      .filter((file) => !/\/node$|\.(gz|run|part)$|cache/.test(file))
      .flatMap(contentOf);
    const audit = JSON.stringify(await admin.rpc.request(auditRequests.query, { limit: 100 }));
    const texts = [...proxy.everything, ...files, Buffer.from(audit)];
    // What is looked for would be found: what the customers' computers do send is.
    assert.notDeepEqual(findSecret('passwordStored', proxy.everything), []);
    for (const secret of [theirs, changed, wrong]) assert.deepEqual(findSecret(secret, texts), []);
  }

  it('A7 A8 A12 X8: given in an attended session, stored, replaced by the customer later, and seen by nobody else', async () => {
    const { page, picture, runFromPalette } = technician;
    await runFromPalette('Session: Invite a Customer');
    const shown = page.locator('lk-session-invitation .key');
    const key = (await shown.textContent())!.replaceAll(/\D/g, '');
    const customer = await customerComputer(browser);
    const app = await customer.run(await customer.downloadByKey(hub.url, key));
    await app.page.getByText('Tess is connected to this computer').waitFor();
    await shown.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Unattended Support', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Set Up Unattended Support' }).click();
    await page.getByLabel('Your password').fill(password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await givePassword(app.page);

    await page.getByRole('textbox', { name: 'Nickname' }).fill('Reception');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('combobox', { name: 'Device group' }).selectOption({ label: 'Berlin' });
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { name: 'Unattended support is set up' }).waitFor({ timeout: 90_000 });
    await page.getByText('A password is stored on the computer: nobody has to sign in').waitFor();
    await picture('attended-4-stored');
    await app.page.getByText('The Windows password is stored on this computer').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await until(async () => (await onlyDevice()).passwordStored);
    assert.deepEqual(unsealed(passwordFile(customer)), { account, password: theirs });
    await app.page.getByRole('button', { name: 'End session' }).first().click();
    await app.page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    assert.equal(await app.exited, 0);

    // X8: from the page of what was installed.
    const own = await customer.openInstalled();
    await own.getByText(`The password of ${account} is stored on this computer`).waitFor();
    await storeLater(own, 'Update password', wrong);
    await own.locator('#password-problem').waitFor();
    assert.deepEqual(unsealed(passwordFile(customer)), { account, password: theirs }, 'the one that was there stays');
    await own.getByLabel('Windows password', { exact: true }).fill(changed);
    await own.getByRole('button', { name: 'Store password' }).click();
    await own.getByText('The password is stored.').waitFor();
    assert.deepEqual(unsealed(passwordFile(customer)), { account, password: changed });
    await staysThere(customer);

    // The technician's page of the device says so, and follows.
    await technician.treeItem(/Berlin/).click();
    await page.keyboard.press('ArrowRight');
    await technician.treeItem(/Reception/).click();
    await page.keyboard.press('Enter');
    const device = page.locator('lk-device-page');
    await device.getByRole('tab', { name: 'Identity' }).click();
    await device.getByText('Set-up in an attended session').waitFor();
    await device.getByText('Stored on the computer').waitFor();
    await picture('device-identity-password');

    await own.getByRole('button', { name: 'Delete password' }).click();
    await own.getByRole('dialog').getByRole('button', { name: 'Delete password' }).click();
    await until(async () => !(await onlyDevice()).passwordStored);
    await device.getByText('Not stored: at each connection').waitFor();
    assert.ok(!customer.files().includes('password.json'));
    await removeAccess(customer, own);
  });

  it('A9 A12: unticked in an attended session, nothing is stored; A9 X8: the customer stores it later', async () => {
    const { page, runFromPalette } = technician;
    await runFromPalette('View: Close All Editors').catch(() => {});
    await runFromPalette('Session: Invite a Customer');
    const shown = page.locator('lk-session-invitation .key');
    const key = (await shown.textContent())!.replaceAll(/\D/g, '');
    const customer = await customerComputer(browser);
    const app = await customer.run(await customer.downloadByKey(hub.url, key));
    await shown.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Unattended Support', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Set Up Unattended Support' }).click();
    await page.getByLabel('Your password').fill(password);
    await page.getByRole('button', { name: 'Continue' }).click();
    const dialog = app.page.getByRole('dialog');
    await dialog.getByLabel('Windows password', { exact: true }).fill(theirs);
    await dialog.getByLabel('Set Windows password (recommended)').uncheck();
    await dialog.getByText('Without it, somebody has to sign in').waitFor();
    await allow(app.page);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page
      .getByText('No password is stored: at each connection somebody has to sign in')
      .waitFor({ timeout: 90_000 });
    assert.equal((await onlyDevice()).passwordStored, false);
    assert.ok(!customer.files().includes('password.json'));
    await page.getByRole('button', { name: 'Close', exact: true }).click();

    const own = await customer.openInstalled();
    await storeLater(own, 'Store password', theirs);
    await own.getByText(`The password of ${account} is stored on this computer`).waitFor();
    await until(async () => (await onlyDevice()).passwordStored);
    await staysThere(customer);
    await removeAccess(customer, own);
    assert.ok(!customer.files().includes('password.json'), 'removed with all the rest');
  });

  it('P4 A12: given at the portal; declined, nothing of it is kept', async () => {
    const customer = await customerComputer(browser);
    const file = await customer.downloadFromPortal(hub.url);
    const signInAtPortal = async (page: Page): Promise<void> => {
      await page.getByLabel('Technician’s e-mail address').fill(email);
      await page.getByLabel('Technician’s password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    const declined = await customer.run(file);
    await signInAtPortal(declined.page);
    await declined.page.getByRole('dialog').getByLabel('Windows password', { exact: true }).fill(theirs);
    await declined.page.getByRole('button', { name: 'Decline' }).click();
    await declined.page.getByText('You have declined').first().waitFor();
    await declined.page.close();
    assert.equal(await declined.exited, 0);
    assert.deepEqual(customer.files(), []);

    // Cancelled behind the consent: what was stored by then is forgotten.
    const cancelled = await customer.run(file);
    await signInAtPortal(cancelled.page);
    await givePassword(cancelled.page);
    await until(() => customer.files().includes('password.json'));
    await cancelled.page.getByRole('button', { name: 'Cancel set-up' }).click();
    assert.equal(await cancelled.exited, 0);
    assert.deepEqual(customer.files(), []);
    assert.deepEqual(await devices(), []);

    const app = await customer.run(file);
    await signInAtPortal(app.page);
    await givePassword(app.page);
    await app.page.getByLabel('Nickname').fill('Till');
    await app.page.getByRole('button', { name: 'OK' }).click();
    await app.page.getByText('Unattended support is set up').first().waitFor({ timeout: 60_000 });
    await app.page.getByText('The Windows password is stored on this computer').waitFor();
    const { device, setUpBy, passwordStored } = await onlyDevice();
    assert.deepEqual([device.nickname, setUpBy, passwordStored], ['Till', 'portal', true]);
    assert.deepEqual(unsealed(passwordFile(customer)), { account, password: theirs });
    await app.page.close();
    assert.equal(await app.exited, 0);
    await staysThere(customer);
    assert.deepEqual(technician.problems, []);
  });
});
