import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { languages } from '#core/base/l10n/localizer.ts';
import { assertAccessible, assertReadable, openPage } from '#core/testing/customer-browser.ts';
import { customerStates } from '#core/testing/customer-states.ts';
import { ScriptedCustomerApp } from '#core/testing/scripted-customer-app.ts';

/** Brings the page from state to state, and looks at each. */
async function inEveryState(
  options: BrowserContextOptions,
  look: (page: Page, name: string) => Promise<void>,
): Promise<void> {
  const states = Object.entries(customerStates);
  const app = await new ScriptedCustomerApp(states[0]![1]).start();
  const { page, problems, close } = await openPage(options);
  await page.goto(app.address);
  for (const [number, [name, state]] of states.entries()) {
    // What a state has to show is there once its computer is called by its number.
    app.show({ setUp: null, ...state, computer: `PC-${number}` });
    await page.getByText(`PC-${number}`, { exact: false }).first().waitFor();
    // What is disabled at first would not be looked at.
    if (state.consent) await page.locator('dialog button.primary:enabled').waitFor();
    else await page.locator('dialog').waitFor({ state: 'detached' });
    await look(page, name);
  }
  assert.deepEqual(problems, []);
  await close();
  app.stop();
}

describe('A7–A10 P3–P5 X7 X8: every state of the customer’s page', () => {
  for (const media of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { forcedColors: 'active' }] as const) {
    it(`axe has nothing to object to: ${Object.values(media).join()}`, () =>
      inEveryState(media, (page, name) => assertAccessible(page, `${name} ${JSON.stringify(media)}`)));
  }

  for (const language of languages) {
    it(`on 360 px in ${language} nothing is cut off, and no text is missing`, () =>
      inEveryState({ locale: language, viewport: { width: 360, height: 720 } }, async (page, name) => {
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        await assertReadable(page, `${name} in ${language}`);
      }));
  }
});
