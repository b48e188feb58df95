import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from '#core/testing/customer-browser.ts';
import {
  access,
  base,
  customerStates,
  portal,
  question,
  session,
  wrongPassword,
} from '#core/testing/customer-states.ts';
import { ScriptedCustomerApp } from '#core/testing/scripted-customer-app.ts';
import type { CustomerState } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';

interface Opened {
  readonly app: ScriptedCustomerApp;
  readonly page: Page;
  readonly asked: (method: string) => unknown[];
  readonly button: (name: string) => ReturnType<Page['getByRole']>;
}

/** A page over an app in this state; what the browser complains of fails the test. */
async function withPage(
  state: CustomerState,
  test: (opened: Opened) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const app = await new ScriptedCustomerApp(state).start();
  const { page, problems, close } = await openPage(options);
  try {
    await page.goto(app.address);
    await page.locator('h1, dialog h2').first().waitFor();
    const asked = (method: string) => app.asked.filter((each) => each.method === method).map(({ params }) => params);
    await test({ app, page, asked, button: (name) => page.getByRole('button', { name, exact: true }) });
    assert.deepEqual(problems, []);
  } finally {
    await close();
    app.stop();
  }
}
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const active = document.activeElement as HTMLElement;
    return active.id || active.getAttribute('name') || active.textContent!.trim();
  });
const during: CustomerState = { ...base, sessions: [session] };
const device: CustomerState = { ...base, mode: 'device', access };
const at = (change: Partial<typeof portal>): CustomerState => ({
  ...base,
  mode: 'portal',
  portal: { ...portal, ...change },
});

describe('the way in to the customer’s page', () => {
  it('spends the secret, and leaves it neither in the address nor in the history', () =>
    withPage(base, async ({ app, page }) => {
      assert.equal(page.url(), `${app.origin}/`);
      const before = await page.evaluate(() => history.length);
      await page.goBack().catch(() => null);
      assert.ok(!page.url().includes(app.secret), `${page.url()} of ${before}`);
    }));

  it('lets the same browser in again after a reload, and no other', () =>
    withPage(base, async ({ app, page }) => {
      await page.reload();
      await page.getByRole('heading', { name: 'Waiting for your technician' }).waitFor();
      const other = await openPage();
      await other.page.goto(app.address);
      await other.page.getByRole('heading', { name: 'This page can no longer be used' }).waitFor();
      await other.close();
    }));

  it('says that the page is no longer the app’s, once the app was started again', () =>
    withPage(during, async ({ app, page }) => {
      app.hangUp(true);
      await page.getByRole('heading', { name: 'This page can no longer be used' }).waitFor();
      assert.equal(await focused(page), 'This page can no longer be used');
    }));

  it('tells of an app that is gone, tries again by itself, and goes on where it was', () =>
    withPage(during, async ({ app, page }) => {
      app.hangUp();
      await page.getByRole('status').getByText('The connection is back.').waitFor();
      assert.equal(
        await page.getByRole('heading', { level: 1 }).innerText(),
        'Robin Meyer is connected to this computer',
      );
      app.stop();
      await page.getByRole('alert').getByText('does not answer').waitFor();
      assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, 'what was known stays');
    }));

  it('stays with its goodbye where the app is gone because its work is over', () =>
    withPage(during, async ({ app, page }) => {
      app.show({ sessions: [], ended: { reason: 'technician', by: 'Robin Meyer' } });
      await page.getByText('Robin Meyer has ended the session.').waitFor();
      assert.equal(await focused(page), 'The session has ended');
      app.stop();
      await page.waitForTimeout(300);
      assert.equal(await page.getByRole('alert').innerText(), '');
      await page.getByText('You can close this page now.').waitFor();
    }));
});

describe('languages of the customer’s page', () => {
  it('are the browser’s, can be switched, and are remembered', () =>
    withPage(
      base,
      async ({ page }) => {
        assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
        await page.getByRole('heading', { name: 'En attente de votre technicien' }).waitFor();
        await page.getByLabel('Langue').selectOption('de');
        await page.getByRole('heading', { name: 'Warten auf Ihren Techniker' }).waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), 'de');
        await page.reload();
        await page.getByRole('heading', { name: 'Warten auf Ihren Techniker' }).waitFor();
      },
      { locale: 'fr-CA' },
    ));

  it('fall back to English', () =>
    withPage(base, async ({ page }) => void (await page.getByRole('heading', { name: 'Waiting for' }).waitFor()), {
      locale: 'ja',
    }));
});

describe('an attended session on the customer’s page', () => {
  it('shows who is connected, who works, since when and what they did', () =>
    withPage(customerStates['session: two technicians and what they did']!, async ({ app, page }) => {
      await page.getByRole('heading', { name: 'Robin Meyer and Ana Lopes are connected to this computer' }).waitFor();
      await page.getByText('Ana Lopes is watching.').waitFor();
      await page.getByText(/The session has been on since .*2026/).waitFor();
      const entries = page.getByRole('list', { name: 'What has been done' }).getByRole('listitem');
      assert.match(await entries.first().innerText(), /Ana Lopes left/, 'the newest comes first');
      assert.equal(await entries.count(), 6);
      app.show({ sessions: [{ ...session, technicians: [{ name: 'Ana Lopes', inControl: true }] }] });
      await page.getByRole('heading', { name: 'Ana Lopes is connected to this computer' }).waitFor();
    }));

  it('is ended by the customer, who is asked once more', () =>
    withPage(during, async ({ page, asked, button }) => {
      await button('End session').click();
      const dialog = page.getByRole('dialog', { name: 'End the session now?' });
      await dialog.waitFor();
      assert.equal(await focused(page), 'Keep the session', 'a stray Enter ends nothing');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.deepEqual(asked('customer/endSession'), []);
      assert.equal(await focused(page), 'End session');
      await button('End session').click();
      await dialog.getByRole('button', { name: 'End session' }).click();
      await dialog.waitFor({ state: 'detached' });
      assert.deepEqual(asked('customer/endSession'), [{ session: session.session }]);
    }));

  it('takes its question away where the session ends meanwhile', () =>
    withPage(during, async ({ app, page, button }) => {
      await button('End session').click();
      await page.getByRole('dialog').waitFor();
      app.show({ sessions: [], ended: { reason: 'technician', by: 'Robin Meyer' } });
      await page.getByRole('heading', { name: 'The session has ended' }).waitFor();
      assert.equal(await page.getByRole('dialog').count(), 0);
    }));

  it('says when the connection is lost, what comes of it, and when it is back', () =>
    withPage(during, async ({ app, page }) => {
      app.show({ connection: 'disconnected' });
      await page.getByRole('alert').getByText('within a minute').waitFor();
      await page.getByRole('heading', { name: 'The connection to Robin Meyer is interrupted' }).waitFor();
      app.show({ connection: 'connected' });
      await page.getByRole('status').getByText('The connection is back.').waitFor();
      assert.equal(await page.getByRole('alert').first().innerText(), '');
    }));

  it('says what went wrong, where it cannot be ended', () =>
    withPage(during, async ({ app, page, button }) => {
      app.answers.set('customer/endSession', () =>
        Promise.reject(new LatchkeyError('hub.unreachable', { url: 'x', reason: '' })),
      );
      await button('End session').click();
      await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
      await page.getByRole('alert').getByText('does not answer').waitFor();
    }));
});

describe('G4 A7–A10: the consent dialog', () => {
  const asking: CustomerState = { ...during, consent: question };
  const allow = 'Allow unattended support';

  it('A7: says what is asked, by whom and from where, and asks for account and password', () =>
    withPage(asking, async ({ page }) => {
      const dialog = page.getByRole('dialog', { name: 'Allow unattended support?' });
      const text = await dialog.innerText();
      for (const part of [
        'Robin Meyer',
        'Acme IT Support',
        'help.acme.example',
        'FRONT-DESK-3',
        'nobody is sitting',
        'block',
      ])
        assert.ok(text.includes(part), part);
      assert.equal(await dialog.getByLabel('Windows user name').inputValue(), 'ACME\\claire');
      assert.match(text, /DOMAIN\\user/);
      assert.equal(await dialog.getByLabel('Windows password', { exact: true }).getAttribute('type'), 'password');
      assert.ok(await dialog.getByLabel('Set Windows password (recommended)').isChecked());
    }));

  it('G4: starts on its headline, keeps the focus, and no stray key allows, declines or closes it', () =>
    withPage({ ...asking, consent: { ...question, password: 'none' } }, async ({ page, app, button }) => {
      assert.equal(await focused(page), 'consent-title');
      await button(allow).and(page.locator(':enabled')).waitFor();
      for (const key of ['Enter', ' ', 'Escape', 'Escape', 'Escape']) await page.keyboard.press(key);
      assert.deepEqual(app.asked, []);
      assert.ok(await page.locator('dialog.consent').evaluate((dialog: HTMLDialogElement) => dialog.open));
      const order: string[] = [];
      for (let turn = 0; turn < 6; turn++) {
        await page.keyboard.press('Tab');
        order.push(await focused(page));
      }
      assert.deepEqual(order.slice(0, 2), [allow, 'Decline']);
      assert.ok(!order.includes('End session'), 'nothing behind it can be reached');
    }));

  it('cannot be allowed in its first moment: a click that was meant for something else does nothing', () =>
    withPage({ ...asking, consent: { ...question, password: 'none' } }, async ({ page, app, button }) => {
      app.show({ consent: null, setUp: { ...setUpDetails, state: 'declined' } });
      await page.locator('dialog').waitFor({ state: 'detached' });
      await page.evaluate(() => {
        const seen = new MutationObserver(() => {
          const primary = document.querySelector<HTMLButtonElement>('dialog.consent button.primary');
          if (!primary) return;
          Object.assign(globalThis, { early: primary.disabled });
          seen.disconnect();
        });
        seen.observe(document.body, { subtree: true, childList: true });
      });
      app.show({ consent: { ...question, password: 'none' } });
      await page.waitForFunction(() => 'early' in globalThis);
      assert.equal(await page.evaluate(() => (globalThis as unknown as { early: boolean }).early), true);
      await button(allow).and(page.locator(':enabled')).waitFor();
    }));

  it('goes through its fields in their order', () =>
    withPage(asking, async ({ page, button }) => {
      await button(allow).and(page.locator(':enabled')).waitFor();
      const order: string[] = [];
      for (let turn = 0; turn < 6; turn++) {
        await page.keyboard.press('Tab');
        order.push(await focused(page));
      }
      assert.deepEqual(order, ['with-password', 'account', 'field-password', 'Show', allow, 'Decline']);
    }));

  it('A8: Enter in the password’s field does what the button does', () =>
    withPage(asking, async ({ page, asked, button }) => {
      await button(allow).and(page.locator(':enabled')).waitFor();
      await page.getByLabel('Windows password', { exact: true }).fill('Füßchen 7');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => !document.querySelector('dialog button.primary:disabled'));
      assert.deepEqual(asked('consent/allow'), [
        { setUp: question.setUp, account: { account: 'ACME\\claire', password: 'Füßchen 7' } },
      ]);
    }));

  it('wants both name and password, and says so where one is missing', () =>
    withPage(asking, async ({ page, app, button }) => {
      await button(allow).click();
      await page.getByRole('alert').getByText('Enter both').waitFor();
      assert.equal(await focused(page), 'field-password');
      assert.deepEqual(app.asked, []);
    }));

  it('A8: stays open with the reason where the password is wrong, and takes another', () =>
    withPage(asking, async ({ page, app, asked, button }) => {
      app.answers.set('consent/allow', () => app.show({ consent: { ...question, problem: wrongPassword } }));
      const password = page.getByLabel('Windows password', { exact: true });
      for (const typed of ['wrong', 'wrong again']) {
        await password.fill(typed);
        await button(allow).click();
        await page.getByRole('alert').getByText('did not accept this password for ACME\\claire').waitFor();
        await page.waitForFunction(() => document.activeElement?.id === 'field-password');
        assert.equal(await password.inputValue(), '');
        assert.equal(await password.getAttribute('aria-invalid'), 'true');
      }
      assert.equal(asked('consent/allow').length, 2);
      // The same where the app refuses the request itself.
      app.answers.set('consent/allow', () =>
        Promise.reject(new LatchkeyError('consent.passwordWrong', { account: 'DOM\\x' })),
      );
      await password.fill('wrong');
      await button(allow).click();
      await page.getByRole('alert').getByText('for DOM\\x').waitFor();
    }));

  it('A9: unticked it goes on without a password, and says what that means', () =>
    withPage(asking, async ({ page, asked, button }) => {
      await page.getByLabel('Set Windows password (recommended)').uncheck();
      await page.getByText('each time that a technician connects').waitFor();
      assert.equal(await page.getByLabel('Windows user name').count(), 0);
      await button(allow).click();
      await page.waitForFunction(() => !document.querySelector('dialog button.primary:disabled'));
      assert.deepEqual(asked('consent/allow'), [{ setUp: question.setUp }]);
    }));

  it('asks for no password where the system stores none', () =>
    withPage({ ...during, consent: { ...question, password: 'none' } }, async ({ page, asked, button }) => {
      assert.equal(await page.getByRole('checkbox').count(), 0);
      await button(allow).click();
      await page.waitForFunction(() => !document.querySelector('dialog button.primary:disabled'));
      assert.deepEqual(asked('consent/allow'), [{ setUp: question.setUp }]);
    }));

  it('A10: Decline says so to the app, with nothing of what was typed, and the session goes on', () =>
    withPage(asking, async ({ page, app, asked, button }) => {
      app.answers.set('consent/decline', () =>
        app.show({ consent: null, setUp: { ...setUpDetails, state: 'declined' } }),
      );
      await page.getByLabel('Windows password', { exact: true }).fill('secret');
      await button('Decline').click();
      await page.getByText('You have declined.').waitFor();
      assert.deepEqual(asked('consent/decline'), [{ setUp: question.setUp }]);
      assert.deepEqual(asked('consent/allow'), []);
      await button('End session').waitFor();
    }));

  it('A6: closes where the technician cancels, and says who did', () =>
    withPage(asking, async ({ page, app }) => {
      await page.getByRole('dialog').waitFor();
      app.show({ consent: null, ...pick(customerStates['set-up: cancelled']!) });
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('status').getByText('Robin Meyer has cancelled the set-up.').waitFor();
    }));

  it('A6: says that the question was withdrawn where nothing more is known', () =>
    withPage(asking, async ({ page, app }) => {
      await page.getByRole('dialog').waitFor();
      app.show({ consent: null });
      await page.getByRole('status').getByText('has been withdrawn').waitFor();
    }));

  it('does not call the customer’s own answer withdrawn', () =>
    withPage(asking, async ({ page, app, button }) => {
      app.answers.set('consent/decline', () => app.show({ consent: null }));
      await button('Decline').click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      app.show({ computer: 'LATER' });
      await page.getByText('LATER').waitFor();
      assert.equal(await page.getByText('withdrawn').count(), 0);
    }));

  it('A12: follows what comes of it, in both forms', () =>
    withPage({ ...during, setUp: setUpDetails }, async ({ page, app }) => {
      await page.getByText('Robin Meyer is choosing a name').waitFor();
      app.show({ setUp: { ...setUpDetails, state: 'installing' } });
      await page.getByText('is being installed').waitFor();
      app.show({ setUp: { ...setUpDetails, state: 'done', passwordStored: true } });
      await page.getByText('The Windows password is stored').waitFor();
      app.show({ setUp: { ...setUpDetails, state: 'done', passwordStored: false } });
      await page.getByText('No password is stored: at each connection').waitFor();
    }));
});
const setUpDetails = customerStates['set-up: details']!.setUp!;
const pick = ({ setUp }: CustomerState): Partial<CustomerState> => ({ setUp });

describe('P2–P5: setting up from the portal', () => {
  it('P3: the technician signs in, with a code where one is asked for', () =>
    withPage(at({}), async ({ page, app, asked, button }) => {
      await page.getByText('This takes the technician’s account').waitFor();
      await button('Sign in').click();
      await page.getByRole('alert').getByText('Enter both').waitFor();
      assert.equal(await focused(page), 'email');
      await page.getByLabel('Technician’s e-mail address').fill(' robin@acme.example ');
      await page.getByLabel('Technician’s password').fill('wrong');
      app.answers.set('customer/signIn', () => Promise.reject(new LatchkeyError('account.wrongPassword')));
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('not right').waitFor();
      await page.waitForFunction(() => document.activeElement?.id === 'field-password');
      app.answers.set('customer/signIn', () => {
        app.show({ portal: { ...portal, codeRequired: true, problem: { code: 'account.codeRequired', args: {} } } });
        throw new LatchkeyError('account.codeRequired');
      });
      await page.keyboard.type('right');
      await page.keyboard.press('Enter');
      await page.getByLabel('Sign-in code').waitFor();
      await page.waitForFunction(() => document.activeElement?.id === 'code');
      app.answers.set('customer/signIn', () =>
        app.show({ portal: { ...portal, step: 'consent', technician: 'Robin Meyer' } }),
      );
      await page.keyboard.type('123 456');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Waiting for your answer' }).waitFor();
      assert.deepEqual(asked('customer/signIn'), [
        { email: 'robin@acme.example', password: 'wrong' },
        { email: 'robin@acme.example', password: 'right' },
        { email: 'robin@acme.example', password: 'right', code: '123456' },
      ]);
    }));

  it('P4: the customer is asked as in a session', () =>
    withPage({ ...at({ step: 'consent' }), consent: question }, async ({ page, asked, button }) => {
      await page.getByRole('dialog', { name: 'Allow unattended support?' }).waitFor();
      await page.getByLabel('Windows password', { exact: true }).fill('secret');
      await button('Allow unattended support').click();
      await page.waitForFunction(() => !document.querySelector('dialog button.primary:disabled'));
      assert.equal(asked('consent/allow').length, 1);
    }));

  it('P5: nickname and device group, the nickname may be left empty', () =>
    withPage(at({ step: 'details', technician: 'Robin Meyer' }), async ({ page, app, asked, button }) => {
      await page.getByText('Left empty, it is called FRONT-DESK-3.').waitFor();
      app.answers.set('customer/complete', () =>
        Promise.reject(new LatchkeyError('group.notFound', { group: 'Köln' })),
      );
      await page.getByLabel('Device group').selectOption('Köln');
      await button('OK').click();
      await page.getByRole('alert').getByText('Köln').waitFor();
      await page.getByLabel('Nickname').fill('  Front desk ');
      await page.getByLabel('Device group').selectOption('Berlin');
      app.answers.set('customer/complete', () => app.show({ portal: { ...portal, step: 'installing' } }));
      await button('OK').click();
      await page.getByRole('heading', { name: 'is being installed' }).waitFor();
      const [berlin, koeln] = portal.groups;
      assert.deepEqual(asked('customer/complete'), [
        { nickname: null, group: koeln!.id },
        { nickname: 'Front desk', group: berlin!.id },
      ]);
      app.show({ portal: { ...portal, step: 'done' } });
      await page.getByRole('heading', { name: 'Unattended support is set up' }).waitFor();
      assert.equal(await focused(page), 'Unattended support is set up');
    }));

  it('can be given up, and is closed where it is over', () =>
    withPage(at({}), async ({ page, app, asked, button }) => {
      await button('Cancel set-up').click();
      await button('Cancel set-up').and(page.locator(':enabled')).waitFor();
      app.show({ portal: { ...portal, step: 'declined' } });
      await button('Close').click();
      await button('Close').and(page.locator(':enabled')).waitFor();
      assert.equal(asked('customer/close').length, 2);
    }));

  it('P2: says how it gets an administrator’s rights, for the system that it is', () =>
    withPage(at({ step: 'elevation' }), async ({ page }) => void (await page.getByText('“sudo sh”').waitFor())));
});

describe('X7 X8: unattended access on the customer’s page', () => {
  it('shows to whom the computer is open', () =>
    withPage(device, async ({ page }) => {
      const facts = await page.locator('dl.facts').innerText();
      for (const part of ['Acme IT Support', 'help.acme.example', 'Front desk', 'Berlin', 'Connected'])
        assert.ok(facts.includes(part), part);
    }));

  it('X7: the customer blocks and unblocks; the switch shows what is in force', () =>
    withPage({ ...device, sessions: [session] }, async ({ page, app, asked }) => {
      const block = page.getByRole('switch', { name: 'Block access' });
      assert.equal(await block.isChecked(), false);
      app.answers.set('customer/setBlocked', ({ blocked }: { blocked: boolean }) =>
        app.show({ access: { ...access, blocked }, sessions: [] }),
      );
      await block.focus();
      await page.keyboard.press(' ');
      await page.getByRole('heading', { name: 'Access is blocked' }).waitFor();
      await page.getByText('Nobody can connect now.').waitFor();
      await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'switch');
      await page.keyboard.press(' ');
      await page.getByRole('heading', { name: 'Unattended support is set up' }).waitFor();
      assert.deepEqual(asked('customer/setBlocked'), [{ blocked: true }, { blocked: false }]);
      app.answers.set('customer/setBlocked', () => Promise.reject(new LatchkeyError('internal', { reference: 'r' })));
      await block.click();
      await page.getByRole('alert').getByText('Something went wrong').waitFor();
      assert.equal(await block.isChecked(), false, 'nothing was blocked');
    }));

  it('X8: the customer updates the stored password', () =>
    withPage(device, async ({ page, app, asked, button }) => {
      await page.getByText('The password of ACME\\claire is stored').waitFor();
      await button('Update password').click();
      await page.waitForFunction(() => document.activeElement?.id === 'field-password');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('Enter both').waitFor();
      app.answers.set('customer/storePassword', () =>
        Promise.reject(new LatchkeyError('consent.passwordWrong', { account: 'x' })),
      );
      await page.getByLabel('Windows password', { exact: true }).fill('wrong');
      await button('Store password').click();
      await page.getByRole('alert').getByText('did not accept').waitFor();
      app.answers.delete('customer/storePassword');
      await page.getByLabel('Windows password', { exact: true }).fill('right');
      await button('Store password').click();
      await page.getByRole('status').getByText('The password is stored.').waitFor();
      assert.deepEqual(asked('customer/storePassword').at(-1), { account: 'ACME\\claire', password: 'right' });
      assert.equal(await page.locator('input[type=password]').count(), 0);
    }));

  it('X8 A9: stores one where none was, and forgets it', () =>
    withPage(customerStates['device: no password stored']!, async ({ page, app, asked, button }) => {
      await page.getByText('No password is stored.').waitFor();
      await button('Store password').waitFor();
      app.show({ access });
      await button('Delete password').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Keep password' }).click();
      assert.deepEqual(asked('customer/forgetPassword'), []);
      await button('Delete password').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete password' }).click();
      await page.getByRole('status').getByText('has been deleted').waitFor();
      assert.equal(asked('customer/forgetPassword').length, 1);
    }));

  it('says nothing of passwords where the system stores none', () =>
    withPage(customerStates['device: no password here']!, async ({ page }) => {
      assert.equal(await page.getByText(/password/i).count(), 0);
    }));

  it('X5: the customer removes the access, and is asked once more', () =>
    withPage(device, async ({ page, app, asked, button }) => {
      app.answers.set('customer/remove', () => app.show({ access: null, ended: { reason: 'removed', by: null } }));
      await button('Remove access').click();
      const dialog = page.getByRole('dialog', { name: 'Remove unattended access from FRONT-DESK-3?' });
      await dialog.waitFor();
      assert.equal(await focused(page), 'Keep access');
      assert.deepEqual(asked('customer/remove'), []);
      await dialog.getByRole('button', { name: 'Remove access' }).click();
      await page.getByRole('heading', { name: 'Unattended access has been removed' }).waitFor();
    }));

  it('X1: whoever sits there sees who is connected, and ends it', () =>
    withPage(customerStates['device: somebody is there']!, async ({ page, asked, button }) => {
      await page.getByRole('heading', { name: 'Robin Meyer and Ana Lopes are connected' }).waitFor();
      await button('End session').click();
      await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.equal(asked('customer/endSession').length, 1);
    }));
});
