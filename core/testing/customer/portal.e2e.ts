import assert from 'node:assert/strict';
import { describe, it, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { accountRequests, type Technician } from '#protocol/accounts.ts';
import { deviceRequests, type Device } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { sessionRequests } from '#protocol/sessions.ts';
import { failsWith, until } from '../expect.ts';
import { startHubProcess, type HubProcess } from '../hub-process.ts';
import { openWorkbench, signIn, type TestWorkbench } from '../test-hub.ts';
import { whenDone } from '../when-done.ts';
import { openBrowser } from '../workbench/workbench-page.ts';
import { customerComputer } from './customer-computer.ts';

const email = 'tess@example.com';
const password = 'a long enough password';

/** A public page, a downloaded customer app that is really run, the page that it opens, and an endpoint that stays. */
describe('Portal', { timeout: 240_000 }, () => {
  let browser: Browser;
  let hub: HubProcess;
  let admin: TestWorkbench;
  let tess: Technician;
  let group: string;

  before(async () => {
    [browser, hub] = await Promise.all([openBrowser(), startHubProcess()]);
    admin = await workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    tess = await admin.rpc.request(accountRequests.create, {
      email,
      name: 'Tess',
      role: 'technician',
      groups: [group],
      password,
    });
  });
  const workbench = async (...who: [email: string, password: string] | []): Promise<TestWorkbench> => {
    const opened = await openWorkbench(hub.url, { cookie: await signIn(hub.url, ...who) });
    whenDone(() => opened.socket.terminate());
    return opened;
  };
  const devices = async (): Promise<Device[]> =>
    (await admin.rpc.request(deviceRequests.changes, { since: null })).devices;

  it('P1 P2 P3 P4 P5 G2 G4 G7: technician signs in, customer allows, nickname and group, installed and online', async () => {
    const customer = await customerComputer(browser);
    const { page, exited } = await customer.run(await customer.downloadFromPortal(hub.url));
    await page.getByLabel('Technician’s e-mail address').fill(email);
    await page.getByLabel('Technician’s password').fill('not it');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This e-mail address or password is not right').waitFor();
    await page.getByLabel('Technician’s password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Allow unattended support' }).click();
    await page.getByLabel('Nickname').fill('Reception');
    await page.getByRole('button', { name: 'OK' }).click();
    await page.getByText('Unattended support is set up').first().waitFor({ timeout: 60_000 });
    const [device] = await devices();
    assert.deepEqual([device?.nickname, device?.group, device?.state], ['Reception', group, 'active']);
    const details = await admin.rpc.request(deviceRequests.get, { device: device!.id });
    assert.deepEqual([details.setUpBy, details.passwordStored], ['portal', false]);
    assert.ok(customer.files().includes('latchkey-endpoint'), 'the endpoint stays');
    await page.close();
    assert.equal(await exited, 0);

    // X7: the customer blocks, from the page of what was installed, and unblocks.
    const own = await customer.openInstalled();
    await own.getByText('Unattended support is set up').first().waitFor();
    await own.getByLabel('Block access').click();
    await own.getByText('Access is blocked').first().waitFor();
    await until(async () => (await devices())[0]?.state === 'blocked');
    await assert.rejects(
      admin.rpc.request(sessionRequests.start, { device: device!.id }),
      failsWith('session.blocked'),
    );
    await own.getByLabel('Block access').click();
    await until(async () => (await devices())[0]?.state === 'active');
    const session = await admin.rpc.request(sessionRequests.start, { device: device!.id });
    assert.equal(session.state, 'signingIn', 'A9: on this system an account is given each time');
    await admin.rpc.request(sessionRequests.end, { session: session.id });

    // The customer takes it back.
    await own.getByRole('button', { name: 'Remove access' }).click();
    await own.getByRole('dialog').getByRole('button', { name: 'Remove access' }).click();
    await own.getByText('Unattended access has been removed').first().waitFor();
    await until(async () => (await devices()).length === 0);
    await until(async () => customer.files().length === 0);
  });

  it('P4 A10: declined, nothing is left on the computer and no device is made', async () => {
    const customer = await customerComputer(browser);
    const { page, exited } = await customer.run(await customer.downloadFromPortal(hub.url));
    await page.getByLabel('Technician’s e-mail address').fill(email);
    await page.getByLabel('Technician’s password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('You have declined').first().waitFor();
    await page.close();
    assert.equal(await exited, 0);
    assert.deepEqual(customer.files(), []);
    assert.deepEqual(await devices(), []);
  });

  it('P6: with unattended support switched off the set-up succeeds, and access is refused until it is on again', async () => {
    const set = (allowed: boolean | null): Promise<unknown> =>
      admin.rpc.request(permissionRequests.set, { permission: 'unattended', allowed, technician: tess.id });
    await set(false);
    const customer = await customerComputer(browser);
    const { page } = await customer.run(await customer.downloadFromPortal(hub.url));
    await page.getByLabel('Technician’s e-mail address').fill(email);
    await page.getByLabel('Technician’s password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Allow unattended support' }).click();
    await page.getByRole('button', { name: 'OK' }).click();
    await page.getByText('Unattended support is set up').first().waitFor({ timeout: 60_000 });
    const [device] = await devices();
    const hers = await workbench(email, password);
    await assert.rejects(
      hers.rpc.request(sessionRequests.start, { device: device!.id }),
      failsWith('permission.switchedOff'),
    );
    await set(null);
    await hers.rpc.request(sessionRequests.start, { device: device!.id });
  });
});
