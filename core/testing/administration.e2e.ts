import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { latchkey, startHubProcess, type HubProcess } from './hub-process.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { openEndpoint } from './test-endpoint.ts';
import { adminEmail, adminPassword } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, showWorkbench, type WorkbenchPage } from './workbench/workbench-page.ts';

const newPassword = 'another horse, another battery';

/** What an administrator does beside the devices, each to its end, in a real browser at a real hub. */
describe('administration in the workbench', () => {
  let browser: Browser;
  let hub: HubProcess;
  let workbench: WorkbenchPage;
  /** A real endpoint with a made-up computer, by an installer of its own. */
  const joinOne = async () => {
    const home = { HOME: temporaryFolder() };
    const signIn = ['login', '--hub', hub.url, '--email', adminEmail, '--password-stdin'];
    assert.equal((await latchkey(signIn, { env: home, input: newPassword })).code, 0);
    const made = await latchkey(['run', 'installer.generate', '--json'], { env: home });
    assert.equal(made.code, 0, made.err);
    const { token } = JSON.parse(made.out) as { token: string };
    return openEndpoint(hub, { token });
  };
  before(async () => {
    hub = await startHubProcess();
    browser = await openBrowser();
    workbench = await openWorkbenchPage(browser, hub.url);
    await workbench.signIn();
    const { page, runFromPalette } = workbench;
    await runFromPalette('Create Device Group');
    await page.keyboard.type('Berlin');
    await page.keyboard.press('Enter');
    await workbench.treeItem(/Berlin/).waitFor();
  });

  it('I1 I2: generates an installer from the title of a view, without the palette', async () => {
    const { page, picture } = workbench;
    await page.getByRole('button', { name: 'Generate Installer' }).first().click();
    await page.getByText('1 of 2').waitFor();
    await page.locator('lk-quick-input input').fill('25');
    await page.keyboard.press('Enter');
    await page.getByText('2 of 2').waitFor();
    await page.keyboard.type('30d');
    await page.keyboard.press('Enter');
    const slots = page.getByRole('progressbar', { name: 'Slots taken' });
    await slots.waitFor();
    assert.equal(await slots.getAttribute('aria-valuemax'), '25');
    await picture('administration-1-installer');
  });

  it('I6: a command that is switched off while the palette offers it is greyed at once, with the reason', async () => {
    const { page, picture } = workbench;
    const other = await showWorkbench(await page.context().newPage(), hub.url);
    await page.bringToFront();
    await page.keyboard.press('F1');
    await page.locator('lk-quick-input').getByRole('combobox').fill('>Generate installer');
    const entry = page.getByRole('option', { name: /Generate Installer/ });
    await entry.waitFor();
    assert.equal(await entry.getAttribute('aria-disabled'), null);

    await other.runFromPalette('Administration');
    await other.page.getByRole('tab', { name: 'Permissions' }).click();
    const row = other.page.getByRole('row', { name: /Generate installers/ });
    await row.getByRole('combobox').selectOption({ label: 'Switched off' });
    await page.locator('[role=option][aria-disabled=true]').getByText('Generate Installer').waitFor();
    await picture('administration-2-switched-off');
    assert.match((await entry.getAttribute('aria-label')) ?? '', /Switched off for the whole account/);
    await page.keyboard.press('Enter');
    assert.ok(await entry.isVisible(), 'it was run although it is switched off');
    await row.getByRole('combobox').selectOption({ label: 'Not set' });
    await page.locator('[role=option]:not([aria-disabled])').getByText('Generate Installer').waitFor();
    await page.keyboard.press('Escape');
    await other.page.close();
  });

  it('changes the own password: a wrong one is told beside its field, the old one signs nobody in any more', async () => {
    const { page, picture, runFromPalette } = workbench;
    await runFromPalette('Change password');
    const dialog = page.getByRole('dialog', { name: 'Change password' });
    const fill = async (current: string, next: string, repeat: string): Promise<void> => {
      await dialog.getByLabel('Current password').fill(current);
      await dialog.getByLabel('New password', { exact: true }).fill(next);
      await dialog.getByLabel('New password again').fill(repeat);
      await dialog.getByRole('button', { name: 'Change password' }).click();
    };
    await fill('not my password', newPassword, newPassword);
    await dialog.getByText('This is not your current password.').waitFor();
    await fill(adminPassword, 'short', 'short');
    await dialog.getByText('needs at least 12 characters').waitFor();
    await fill(adminPassword, newPassword, 'something else entirely');
    await dialog.getByText('The two new passwords differ').waitFor();
    await picture('administration-3-password');
    await fill(adminPassword, newPassword, newPassword);
    await page.getByText('Your password has been changed.').waitFor();
    const signIn = (input: string) =>
      latchkey(['login', '--hub', hub.url, '--email', adminEmail, '--password-stdin'], {
        env: { HOME: temporaryFolder() },
        input,
      });
    const [before_, now] = [await signIn(adminPassword), await signIn(newPassword)];
    assert.deepEqual([before_.code, now.code], [3, 0], before_.err + now.err);
  });

  it('creates an API token, shows it this once, and refuses it once it is revoked', async () => {
    const { page, picture, runFromPalette } = workbench;
    await runFromPalette('API tokens');
    await page.getByRole('button', { name: 'New API token' }).click();
    const form = page.getByRole('dialog', { name: 'New API token' });
    await form.getByLabel('Name').fill('Nightly report');
    await form.getByRole('button', { name: 'Create API token' }).click();
    const shown = page.getByRole('dialog', { name: /Nightly report/ });
    const secret = (await shown.getByRole('textbox').textContent())!;
    await picture('administration-4-token');
    assert.match(secret, /^lkt_/);
    const run = () => latchkey(['devices', '--hub', hub.url, '--json'], { env: { LATCHKEY_TOKEN: secret } });
    const works = await run();
    assert.equal(works.code, 0, works.err);
    await shown.getByRole('button', { name: 'Done' }).click();
    const row = page.getByRole('row', { name: /Nightly report/ });
    await row.waitFor();
    assert.ok(!(await page.content()).includes(secret));
    assert.equal(await page.getByText(secret).count(), 0);

    await row.getByRole('button', { name: 'Revoke Nightly report' }).click();
    const question = page.getByRole('dialog', { name: /Revoke the API token/ });
    await question.getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('revoked').waitFor();
    await picture('administration-5-revoked');
    const refused = await run();
    assert.equal(refused.code, 3);
    assert.match(refused.err, /has been revoked/);
  });

  it('creates a technician, whose API tokens an administrator can see and revoke', async () => {
    const { page, picture, runFromPalette } = workbench;
    await runFromPalette('Administration');
    await page.getByRole('button', { name: 'New technician' }).click();
    const form = page.getByRole('dialog', { name: 'New technician' });
    await form.getByRole('button', { name: 'Create technician' }).click();
    await form.getByText('Enter a name of 1 to 64 characters').waitFor();
    await form.getByLabel('Name').fill('Tess');
    await form.getByLabel('E-mail address').fill('tess@example.com');
    await form.getByRole('button', { name: 'Create technician' }).click();
    const shown = page.getByRole('dialog', { name: 'Tess can sign in now' });
    const input = (await shown.getByRole('textbox').textContent())!;
    await shown.getByRole('button', { name: 'Done' }).click();

    const env = { HOME: temporaryFolder() };
    const signIn = ['login', '--hub', hub.url, '--email', 'tess@example.com', '--password-stdin'];
    const signedIn = await latchkey(signIn, { env, input });
    assert.equal(signedIn.code, 0, signedIn.err);
    await page.getByRole('button', { name: 'API tokens of Tess' }).click();
    const tokens = page.locator('lk-tokens-page').filter({ hasText: 'API tokens of Tess' });
    await tokens.getByRole('button', { name: /^Revoke latchkey on/ }).click();
    await page
      .getByRole('dialog', { name: /Revoke the API token/ })
      .getByRole('button', { name: 'Revoke' })
      .click();
    await tokens.getByText('revoked', { exact: true }).waitFor();
    await picture('administration-10-tokens-of-tess');
    assert.equal(await tokens.getByRole('button', { name: 'New API token' }).count(), 0);
    const refused = await latchkey(['devices'], { env });
    assert.deepEqual([refused.code, /has been revoked/.test(refused.err)], [3, true], refused.err);
  });

  it('G3 X3: a device has a record of what happened to it, with what was before and after', async () => {
    const { page, picture, runFromPalette } = workbench;
    const { facts } = await joinOne();
    await workbench.treeItem(/Berlin/).click();
    await page.keyboard.press('ArrowRight');
    await workbench.treeItem(new RegExp(facts.hostName)).click();
    await workbench.tab(new RegExp(facts.hostName)).waitFor();
    await runFromPalette('Device: Rename');
    await page.getByText(`Rename ${facts.hostName}`).waitFor();
    await page.keyboard.insertText('Front desk');
    await page.keyboard.press('Enter');
    await workbench.treeItem(/Front desk/).waitFor();

    const record = page.locator('lk-device-page');
    await record.getByRole('tab', { name: 'Activity' }).click();
    await record.getByRole('row', { name: /Joined/ }).waitFor();
    await record.getByRole('row', { name: /Renamed a device/ }).click();
    const details = record.getByRole('complementary', { name: 'Details of the entry' });
    await details.getByRole('row', { name: /Nickname.*Front desk/ }).waitFor();
    assert.match((await details.textContent())!, new RegExp(adminEmail));
    await picture('administration-6-record');
    await record.getByRole('tab', { name: 'Identity' }).click();
    await record.getByText(`generated by ${adminEmail}`).waitFor();
  });

  it('says what it is and which hub it talks to', async () => {
    const { page, picture, runFromPalette } = workbench;
    await runFromPalette('About Latchkey');
    const dialog = page.getByRole('dialog', { name: 'About Latchkey' });
    await dialog.getByText(hub.url).waitFor();
    await picture('administration-7-about');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('asks to sign in again where the sign-in was ended elsewhere, and loses nothing', async () => {
    const { page, picture, runFromPalette } = workbench;
    await runFromPalette('Open settings');
    await page.getByRole('tab', { name: 'Settings' }).waitFor();
    const tabs = await page.locator('lk-editor-area').getByRole('tab').allTextContents();
    // Signed out in another window of this browser: the hub ends the session that both share.
    const other = await showWorkbench(await page.context().newPage(), hub.url);
    await other.runFromPalette('Sign out');
    await other.page.locator('lk-sign-in').waitFor();
    await page.locator('lk-sign-in').waitFor();
    await picture('administration-8-signed-out');
    await other.page.close();
    await workbench.signIn(adminEmail, newPassword);
    await workbench.treeItem(/Berlin/).waitFor();
    await page.getByRole('tab', { name: 'Settings' }).waitFor();
    assert.deepEqual(await page.locator('lk-editor-area').getByRole('tab').allTextContents(), tabs);
    await picture('administration-9-back');
    assert.deepEqual(workbench.problems, []);
  });
});
