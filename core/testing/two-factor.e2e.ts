import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { oneTimeCode } from '#core/hub/two-factor/one-time-codes.ts';
import { startHubProcess, latchkey, type HubProcess } from './hub-process.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { adminEmail, adminPassword } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const email = 'tess@example.com';

/** An administrator and a technician, each in a browser of their own, at a real hub. */
describe('user groups and two-factor sign-in', { timeout: 300_000 }, () => {
  let hub: HubProcess;
  let admin: WorkbenchPage;
  let tess: WorkbenchPage;
  let password = '';
  let secret = '';
  let recoveryCodes: string[] = [];

  before(async () => {
    hub = await startHubProcess();
    const browser = await openBrowser();
    admin = await openWorkbenchPage(browser, hub.url);
    await admin.signIn();
    await admin.runFromPalette('Administration');
    const { page } = admin;
    await page.getByRole('button', { name: 'New technician' }).click();
    const form = page.getByRole('dialog', { name: 'New technician' });
    await form.getByLabel('Name', { exact: true }).fill('Tess');
    await form.getByLabel('E-mail address').fill(email);
    await form.getByRole('button', { name: 'Create technician' }).click();
    const made = page.getByRole('dialog', { name: /can sign in now/ });
    password = (await made.getByRole('textbox').textContent())!;
    await made.getByRole('button', { name: 'Done' }).click();
    tess = await openWorkbenchPage(browser, hub.url);
    await tess.signIn(email, password);
  });

  it('G5 I6: what a user group may not do is greyed out at once in its members’ workbench, with the reason and whom to ask', async () => {
    const { page } = admin;
    await page.getByRole('tab', { name: 'User groups' }).click();
    await page.getByRole('button', { name: 'New user group' }).click();
    const form = page.getByRole('dialog', { name: 'New user group' });
    await form.getByLabel('Name', { exact: true }).fill('Field staff');
    await form.getByRole('checkbox', { name: /Tess/ }).check();
    await form.getByRole('button', { name: 'Create user group' }).click();
    await page.getByRole('button', { name: 'Permissions of Field staff' }).click();
    await page.getByText('Members: Tess.').waitFor();

    await tess.page.keyboard.press('F1');
    await tess.page.locator('lk-quick-input').getByRole('combobox').fill('>Generate installer');
    await tess.page.getByRole('option', { name: /Generate Installer/ }).waitFor();
    const row = page.getByRole('row', { name: /Generate installers/ });
    await row.getByRole('combobox').selectOption({ label: 'Switched off' });
    await row.getByText('Set for the user group “Field staff”.').waitFor();
    await admin.picture('two-factor-1-user-group');
    const off = tess.page.locator('[role=option][aria-disabled=true]', { hasText: 'Generate Installer' });
    await off.waitFor();
    const reason = /Switched off for the user group “Field staff”\. Ask Administrator to switch it on\./;
    await off.and(tess.page.getByRole('option', { name: reason })).waitFor();
    await tess.picture('two-factor-2-greyed-out');
    await tess.page.keyboard.press('Escape');

    await page.getByLabel('Settings for').selectOption({ label: `Tess · ${email}` });
    await page.getByText('In the user groups: Field staff').waitFor();
    await row.getByText('Set for the user group “Field staff”.').waitFor();
    await admin.picture('two-factor-3-person');
  });

  it('G5: required for a role, the technician is led through it in place of the workbench', async () => {
    const { page } = admin;
    await page.getByRole('tab', { name: 'Sign-in' }).click();
    await page.getByRole('checkbox', { name: /Technician/ }).click();
    const question = page.getByRole('dialog', { name: /Require two-factor sign-in/ });
    await question.getByText('1 of them has not set it up.').waitFor();
    await admin.picture('two-factor-4-require');
    await question.getByRole('button', { name: 'Require' }).click();

    const first = tess.page.locator('lk-two-factor-first');
    await first.waitFor();
    assert.equal(await tess.page.locator('lk-workbench').count(), 0);
    await first.getByText('Questions? Administrators: Administrator.').waitFor();
    await tess.page.reload();
    await first.waitFor();
    await first.getByLabel('Your password').fill('not this one');
    await first.getByRole('button', { name: 'Next' }).click();
    await first.getByText('This is not your password.').waitFor();
    await first.getByLabel('Your password').fill(password);
    await first.getByRole('button', { name: 'Next' }).click();
    const key = first.getByRole('textbox', { name: 'Key for the authenticator app' });
    secret = (await key.textContent())!.replaceAll(' ', '');
    await tess.picture('two-factor-5-scan');
    await first.getByLabel('Code', { exact: true }).fill('000000');
    await first.getByRole('button', { name: 'Switch on' }).click();
    await first.getByText('This code is not right').waitFor();
    await first.getByLabel('Code', { exact: true }).fill(oneTimeCode(secret, Date.now()));
    await first.getByRole('button', { name: 'Switch on' }).click();
    const codes = first.getByRole('listitem');
    await codes.first().waitFor();
    recoveryCodes = await codes.allTextContents();
    assert.equal(recoveryCodes.length, 10);
    const [download] = await Promise.all([
      tess.page.waitForEvent('download'),
      first.getByRole('button', { name: 'Download' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'latchkey-recovery-codes.txt');
    await tess.picture('two-factor-6-codes');
    await first.getByRole('button', { name: 'I have kept them' }).click();
    await tess.page.locator('lk-workbench').waitFor();
  });

  it('G5: a sign-in takes a code: a wrong one, one that was used and an old recovery code are refused', async () => {
    const { page } = tess;
    const signOut = async (): Promise<void> => {
      await tess.runFromPalette('Sign Out');
      await page.locator('lk-sign-in').waitFor();
      await page.locator('#email').fill(email);
      await page.locator('#password').fill(password);
      await page.locator('#password').press('Enter');
      await page.locator('#code').waitFor();
    };
    const enter = async (code: string): Promise<void> => {
      await page.locator('#code').fill(code);
      await page.locator('#code').press('Enter');
    };
    const refused = page.getByText('This code is not right, or it has been used already.');
    await signOut();
    const used = oneTimeCode(secret, Date.now() + 30_000);
    await enter(used);
    await page.locator('lk-workbench').waitFor();

    await signOut();
    await enter(used);
    await refused.waitFor();
    await tess.picture('two-factor-7-code');
    await enter(recoveryCodes[0]!);
    await page.locator('lk-workbench').waitFor();

    await signOut();
    await enter(recoveryCodes[0]!);
    await refused.waitFor();
    await enter(recoveryCodes[1]!);
    await page.locator('lk-workbench').waitFor();

    const login = (...flags: string[]) =>
      latchkey(['login', '--hub', hub.url, '--email', email, '--password-stdin', '--json', ...flags], {
        env: { HOME: temporaryFolder() },
        input: password,
      });
    const [without, withCode] = [await login(), await login('--code', recoveryCodes[2]!)];
    assert.equal(without.code, 3, without.err);
    assert.match(without.out, /account\.codeRequired/);
    assert.equal(withCode.code, 0, withCode.err);
  });

  it('G5: shows its own state, and cannot be switched off where the role requires it', async () => {
    await tess.runFromPalette('Two-factor sign-in');
    const dialog = tess.page.getByRole('dialog', { name: 'Two-factor sign-in' });
    await dialog.getByText('You have 7 recovery codes left.').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Switch off' }).getAttribute('aria-disabled'), 'true');
    await tess.picture('two-factor-8-state');
    await tess.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('G5: an administrator resets it for somebody who has lost the authenticator; then it is set up anew', async () => {
    const { page } = admin;
    await page.getByRole('tab', { name: 'Technicians' }).click();
    await page.getByRole('button', { name: 'Reset the two-factor sign-in of Tess' }).click();
    const question = page.getByRole('dialog', { name: 'Reset the two-factor sign-in of Tess?' });
    await admin.picture('two-factor-9-reset');
    await question.getByRole('button', { name: 'Reset two-factor sign-in' }).click();
    await tess.page.locator('lk-sign-in').waitFor();
    await tess.page.locator('#email').fill(email);
    await tess.page.locator('#password').fill(password);
    await tess.page.locator('#password').press('Enter');
    await tess.page.locator('lk-two-factor-first').waitFor();

    await page.getByRole('tab', { name: 'Sign-in' }).click();
    await page.getByRole('checkbox', { name: /Technician/ }).click();
    await tess.page.locator('lk-workbench').waitFor();
    assert.deepEqual([...admin.problems, ...tess.problems], []);
    assert.equal(
      (
        await latchkey(['login', '--hub', hub.url, '--email', adminEmail, '--password-stdin'], {
          env: { HOME: temporaryFolder() },
          input: adminPassword,
        })
      ).code,
      0,
    );
  });
});
