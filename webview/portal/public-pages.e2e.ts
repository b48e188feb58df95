import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, beforeEach, describe, it } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { languages } from '#core/base/l10n/localizer.ts';
import { assertAccessible, assertReadable, openPage } from '#core/testing/customer-browser.ts';
import { file, startPublicPages, type ScriptedPublicPages } from '#core/testing/scripted-public-pages.ts';
import { LatchkeyError } from '#protocol/errors.ts';

const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 Safari/604';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605';
/** Safari tells no page which processor there is, and calls every Mac the same. */
const asSafari = `delete Navigator.prototype.userAgentData;
Object.defineProperty(Navigator.prototype, 'platform', { get: () => 'MacIntel' });`;
const rightKey = '987654321';
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let hub: ScriptedPublicPages;
let untouched: Partial<ScriptedPublicPages>;
before(async () => {
  hub = await startPublicPages();
  untouched = { ...hub };
});
beforeEach(() => {
  Object.assign(hub, untouched);
  hub.downloads.length = 0;
});

async function withPage(
  path: string,
  test: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
  /** Runs before the page's own. */
  script = '',
): Promise<void> {
  const { page, problems, close } = await openPage(options);
  try {
    if (script) await page.addInitScript(script);
    await page.goto(hub.origin + path);
    await page.locator('h1').waitFor();
    await test(page);
    assert.deepEqual(problems, []);
  } finally {
    await close();
  }
}
const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();
const join = async (page: Page, key: string): Promise<void> => {
  await page.getByLabel('Session key').fill(key);
  await page.keyboard.press('Enter');
};
const style = (page: Page, property: string): Promise<string> =>
  page
    .locator('.button.primary')
    .first()
    .evaluate((button, name) => getComputedStyle(button).getPropertyValue(name), property);

describe('P1: /unattended', () => {
  it('downloads the customer app for the visitor’s system with one button', () =>
    withPage('/unattended', async (page) => {
      assert.equal(await heading(page), 'Set up unattended support');
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Set up unattended support' }).click();
      const download = await downloading;
      assert.equal(download.suggestedFilename(), file);
      assert.equal(await readFile(await download.path(), 'utf8'), '#!/bin/sh\n');
      assert.deepEqual(hub.downloads, [
        { path: '/api/portal/customer-app', what: { platform: 'linux', architecture: 'x64' } },
      ]);
      await page.getByRole('status').getByText('The download starts in a moment.').waitFor();
      assert.equal(page.url(), `${hub.origin}/unattended`);
    }));

  it('says so where the app could not be made, until it is tried again', () =>
    withPage('/unattended#problem=customerApp.notMade', async (page) => {
      await page.getByRole('alert').getByText('cannot be downloaded at the moment').waitFor();
      assert.equal(page.url(), `${hub.origin}/unattended`);
      await page.getByRole('link', { name: 'Set up unattended support' }).click();
      await page.getByRole('status').getByText('The download starts in a moment.').waitFor();
      assert.equal(await page.getByText('cannot be downloaded').count(), 0);
    }));

  it('says what to do with it on Linux, in three steps with a command to be copied', () =>
    withPage(
      '/unattended',
      async (page) => {
        assert.equal(await page.locator('ol.steps > li').count(), 3);
        const command = `sudo sh "$(xdg-user-dir DOWNLOAD)/${file}"`;
        await page.getByText(command, { exact: true }).waitFor();
        await page.getByRole('button', { name: 'Copy command' }).click();
        await page.getByRole('status').getByText('Copied').waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), command);
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    ));

  it('says so where there is none for the system, and lets another be chosen', () =>
    withPage(
      '/unattended',
      async (page) => {
        await page.getByText('There is no customer app for Mac').waitFor();
        assert.equal(await page.locator('.button.primary').count(), 0);
        await page.getByText('Another system?').click();
        const choice = page.getByLabel('Your system');
        const offered = (await choice.locator('option').allInnerTexts()).map((text) => text.trim());
        assert.equal(offered[0], 'Windows (not available)');
        assert.ok(offered.includes('Linux'));
        await choice.selectOption({ label: 'Linux' });
        await page.getByRole('link', { name: 'Set up unattended support' }).waitFor();
        assert.equal(await page.locator('ol.steps > li').count(), 3);
      },
      { userAgent: mac },
    ));

  it('has three steps for each system that has one', async () => {
    hub.customerApps = hub.customerApps.map((app) => ({ ...app, available: true, file: `latchkey.${app.platform}` }));
    for (const [userAgent, named] of [
      [mac, 'Latchkey Unattended Access.command'],
      ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140', 'latchkey.windows'],
    ] as const)
      await withPage(
        '/unattended',
        async (page) => {
          assert.equal(await page.locator('ol.steps > li').count(), 3);
          await page.getByText(named).waitFor();
        },
        { userAgent },
      );
  });

  it('gives a Mac the file for Apple’s chips first, says how to open what Apple has not checked, and has Intel’s beside it', async () => {
    hub.customerApps = hub.customerApps.map((app) => ({ ...app, available: true }));
    await withPage(
      '/unattended',
      async (page) => {
        await page.getByText('For Mac (Apple silicon)').waitFor();
        await page.getByText('“Open Anyway”').waitFor();
        await assertAccessible(page, 'a Mac');
        await page.getByRole('button', { name: 'Choose Mac (Intel) instead' }).click();
        await page.getByText('For Mac (Intel)').waitFor();
        const downloading = page.waitForEvent('download');
        await page.getByRole('link', { name: 'Set up unattended support' }).click();
        await downloading;
        assert.deepEqual(hub.downloads.at(-1)?.what, { platform: 'macos', architecture: 'x64' });
      },
      { userAgent: mac },
      asSafari,
    );
    await withPage(
      '/join',
      async (page) => {
        await join(page, rightKey);
        await page.getByText('For Mac (Apple silicon)').waitFor();
        await page.getByText('Latchkey Support.command').waitFor();
        await page.getByRole('button', { name: 'Choose Mac (Intel) instead' }).click();
        assert.equal(await page.locator('input[name=architecture]').inputValue(), 'x64');
      },
      { userAgent: mac },
      asSafari,
    );
  });

  it('looks as an administrator set it: name, logo, colour, message', async () => {
    hub.appearance = { name: 'Acme & Söhne', message: 'Call us:\n+49 30 1234567', logo: pixel, color: '#ffd400' };
    await withPage('/unattended', async (page) => {
      assert.equal(await page.title(), 'Set up unattended support – Acme & Söhne');
      await page.getByRole('img', { name: 'Acme & Söhne' }).waitFor();
      assert.ok(await page.locator('header img').evaluate((image: HTMLImageElement) => image.naturalWidth === 1));
      await page.getByText('+49 30 1234567').waitFor();
      await page.getByText('Acme & Söhne can then help you').waitFor();
      assert.equal(await style(page, 'background-color'), 'rgb(255, 212, 0)');
      assert.equal(await style(page, 'color'), 'rgb(0, 0, 0)', 'black reads better');
    });
    hub.appearance = { ...hub.appearance, color: '#5b0f8b' };
    await withPage('/unattended', async (page) => {
      assert.equal(await style(page, 'color'), 'rgb(255, 255, 255)', 'white reads better');
    });
  });

  it('shows what an administrator wrote as text, never as HTML', async () => {
    hub.appearance = { ...hub.appearance, message: '<img src=x onerror=alert(1)>', name: '<b>x</b>' };
    await withPage('/unattended', async (page) => {
      await page.getByText('<img src=x onerror=alert(1)>').waitFor();
      assert.equal(await page.locator('main img, main b, header b').count(), 0);
    });
  });

  it('tells whoever comes with a phone where to go', () =>
    withPage(
      '/unattended',
      async (page) => {
        assert.equal(await heading(page), 'Open this page on the computer');
        await page.getByText(`${new URL(hub.origin).host}/unattended`).waitFor();
        await page.getByRole('button', { name: 'This is a computer' }).click();
        await page.getByLabel('Your system').selectOption({ label: 'Linux' });
        await page.getByRole('link', { name: 'Set up unattended support' }).waitFor();
      },
      { userAgent: phone },
    ));

  it('says that the hub does not answer, and tries again', async () => {
    hub.away = true;
    await withPage('/unattended', async (page) => {
      assert.equal(await heading(page), 'This page could not be loaded');
      hub.away = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'Set up unattended support' }).waitFor();
    });
  });
});

describe('A1: /join', () => {
  it('takes the key as it is typed or pasted, in one field that shows three groups', () =>
    withPage('/join', async (page) => {
      const field = page.getByLabel('Session key');
      await page.waitForFunction(() => document.activeElement?.id === 'key');
      await page.keyboard.type('123456789');
      assert.equal(await field.inputValue(), '123 456 789');
      for (let turn = 0; turn < 5; turn++) await page.keyboard.press('Backspace');
      assert.equal(await field.inputValue(), '123 4');
      await field.fill('123-456-789');
      assert.equal(await field.inputValue(), '123 456 789');
    }));

  it('says how many digits are missing or too many, without asking the hub', async () => {
    let asked = 0;
    hub.answer = () => void asked++;
    await withPage('/join', async (page) => {
      for (const [typed, told] of [
        ['', 'none has been entered'],
        ['1234', 'only 4 have been entered'],
        ['1234567890', 'only nine digits'],
      ] as const) {
        await join(page, typed);
        await page.getByRole('alert').getByText(told).waitFor();
        assert.equal(await page.getByLabel('Session key').getAttribute('aria-invalid'), 'true');
      }
      assert.equal(asked, 0);
    });
  });

  it('tells a wrong, an expired and a used key apart, and one that was tried too often', () =>
    withPage('/join', async (page) => {
      for (const [error, told] of [
        [new LatchkeyError('session.keyWrong'), 'This key is not right'],
        [new LatchkeyError('session.keyExpired'), 'has expired'],
        [new LatchkeyError('session.keyUsed'), 'has been used already'],
        [new LatchkeyError('rpc.tooMany', { seconds: 30 }), 'Try again in 30 seconds'],
      ] as const) {
        hub.answer = () => error;
        await join(page, '111222333');
        await page.getByRole('alert').getByText(told).waitFor();
        await page.waitForFunction(() => document.activeElement?.id === 'key');
      }
      hub.away = true;
      await join(page, '111222333');
      await page.getByRole('alert').getByText('does not answer').waitFor();
    }));

  it('fills the key in from the link, drops it from the address, and does not use it up by itself', async () => {
    let asked = 0;
    hub.answer = () => void asked++;
    await withPage(`/join#${rightKey}`, async (page) => {
      assert.equal(page.url(), `${hub.origin}/join`);
      assert.equal(await page.getByLabel('Session key').inputValue(), '987 654 321');
      assert.equal(asked, 0);
      await page.getByRole('button', { name: 'Join' }).click();
      await page.getByRole('heading', { name: 'Robin Meyer is expecting you' }).waitFor();
      assert.equal(asked, 1);
    });
  });

  it('hands out the customer app for the session, with the ticket in no address', () =>
    withPage('/join', async (page) => {
      await join(page, rightKey);
      await page.getByRole('heading', { name: 'Robin Meyer is expecting you' }).waitFor();
      assert.equal(
        await page.evaluate(() => document.activeElement?.tagName),
        'H1',
        'whoever cannot see the page hears where it has come to',
      );
      const addresses: string[] = [];
      page.on('request', (request) => addresses.push(request.url()));
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download the customer app' }).click();
      assert.equal((await downloading).suggestedFilename(), file);
      assert.deepEqual(hub.downloads, [
        { path: '/api/join/download', what: { ticket: 'dGlja2V0', platform: 'linux', architecture: 'x64' } },
      ]);
      assert.ok(addresses.every((address) => !address.includes('dGlja2V0')));
      await page.getByText(`sh "$(xdg-user-dir DOWNLOAD)/${file}"`, { exact: true }).waitFor();
    }));

  it('says when the time for it has run out, and takes another key', async () => {
    hub.ticketMilliseconds = 400;
    await withPage('/join', async (page) => {
      await join(page, rightKey);
      await page.getByRole('alert').getByText('has run out').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Download the customer app' }).count(), 0);
      await page.getByRole('button', { name: 'Enter another key' }).click();
      await page.waitForFunction(() => document.activeElement?.id === 'key');
      assert.equal(await page.getByLabel('Session key').inputValue(), '');
    });
  });

  it('says what is wrong with a download that was refused', () =>
    withPage('/join#problem=session.ticketInvalid', async (page) => {
      await page.getByRole('alert').getByText('session that is over').waitFor();
      assert.equal(page.url(), `${hub.origin}/join`);
    }));

  it('tells whoever opens the link on a phone to go to the computer, with the key', () =>
    withPage(
      `/join#${rightKey}`,
      async (page) => {
        assert.equal(await heading(page), 'Open this page on the computer');
        await page.getByText('987 654 321').waitFor();
        await page.getByText(`${new URL(hub.origin).host}/join`).waitFor();
        assert.equal(await page.getByLabel('Session key').count(), 0);
      },
      { userAgent: phone },
    ));

  it('goes from the field to the button to the language', () =>
    withPage('/join', async (page) => {
      await page.waitForFunction(() => document.activeElement?.id === 'key');
      const order: string[] = [];
      for (let turn = 0; turn < 2; turn++) {
        await page.keyboard.press('Tab');
        order.push(await page.evaluate(() => document.activeElement!.tagName));
      }
      assert.deepEqual(order, ['BUTTON', 'SELECT']);
    }));
});

describe('A1 P1: the public pages for everybody', () => {
  /** Each thing that they say. */
  const screens: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    unattended: async (page) => void (await page.goto(`${hub.origin}/unattended`)),
    'unattended, another system': async (page) => {
      await page.goto(`${hub.origin}/unattended`);
      await page.locator('summary').click();
      await page.locator('#system').selectOption('macos.arm64');
    },
    'unattended, the hub is away': async (page) => {
      hub.away = true;
      await page.goto(`${hub.origin}/unattended`);
      await page.locator('h1').waitFor();
      hub.away = false;
    },
    join: async (page) => void (await page.goto(`${hub.origin}/join`)),
    'join, wrong': async (page) => {
      await page.goto(`${hub.origin}/join?#123456789`);
      await page.locator('button.primary').click();
      await page.locator('#key-problem').waitFor();
    },
    'join, right': async (page) => {
      await page.goto(`${hub.origin}/join?2#${rightKey}`);
      await page.locator('button.primary').click();
      await page.locator('input[name=ticket]').waitFor({ state: 'attached' });
    },
  };

  for (const media of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { forcedColors: 'active' }] as const) {
    // Forced colours are the person's own.
    for (const color of 'forcedColors' in media ? [null] : [null, '#ffd400', '#101060'])
      it(`axe has nothing to object to: ${Object.values(media).join()}, ${color ?? 'the product’s colour'}`, async () => {
        hub.appearance = { name: 'Acme', message: 'Call us.', logo: pixel, color };
        const { page, problems, close } = await openPage(media);
        for (const [name, show] of Object.entries(screens)) {
          await show(page);
          await page.locator('h1').waitFor();
          await assertAccessible(page, name);
        }
        assert.deepEqual(problems, []);
        await close();
      });
  }

  for (const language of languages) {
    it(`on 360 px in ${language} nothing is cut off, and no text is missing`, async () => {
      const { page, problems, close } = await openPage({ locale: language, viewport: { width: 360, height: 720 } });
      for (const [name, show] of Object.entries(screens)) {
        await show(page);
        await page.locator('h1').waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        await assertReadable(page, name);
      }
      assert.deepEqual(problems, []);
      await close();
    });
    it(`on a phone in ${language}`, () =>
      withPage(`/join#${rightKey}`, (page) => assertReadable(page, 'phone'), {
        locale: language,
        viewport: { width: 320, height: 600 },
        userAgent: phone,
      }));
  }

  it('load nothing from anywhere else', () =>
    withPage('/join', async (page) => {
      const origins = await page.evaluate(() =>
        performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin),
      );
      assert.ok(origins.length > 0);
      assert.deepEqual([...new Set(origins)], [hub.origin]);
    }));
});
