import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Latchkey, Page, PortalAppearance } from '../../protocol/api/index.ts';
import { activate } from './extension.ts';

const standard: PortalAppearance = { name: '', message: '', logo: '', color: null };

/** The extension with an API that records; no process is crossed here. */
function harness({ kind = 'browser', host = 'https://support.example.com' } = {}) {
  const copied: string[] = [];
  const pages: Page[] = [];
  let appearance = standard;
  const bodies = new Map<string, (args: object) => Promise<unknown>>();
  void activate({
    commands: { register: (name: string, body: never) => (bodies.set(name, body), { dispose() {} }) },
    portal: {
      get: async () => ({ appearance, link: `${host}/unattended`, joinLink: `${host}/join` }),
      setAppearance: async (next: PortalAppearance) => (appearance = next),
    },
    window: {
      writeClipboard: async (text: string) => void copied.push(text),
      showInformation: async () => undefined,
      openPage: async (page: Page) => void pages.push(page),
      updatePage: async (page: Page) => (pages.length > 0 ? (pages.push(page), true) : false),
    },
    l10n: { t: (key: string) => key, onDidChange: () => ({}) },
    environment: { kind },
    subscriptions: [],
  } as unknown as Latchkey);
  const run = (command: string, args: object = {}): Promise<unknown> => bodies.get(command)!(args);
  return { run, copied, pages };
}

describe('portal', () => {
  it('P1: copies the public page’s link; a program gets it without a clipboard', async () => {
    const browser = harness();
    assert.deepEqual(await browser.run('portal.copyLink'), { link: 'https://support.example.com/unattended' });
    assert.deepEqual(browser.copied, ['https://support.example.com/unattended']);
    const headless = harness({ kind: 'headless' });
    assert.deepEqual(await headless.run('portal.copyLink'), { link: 'https://support.example.com/unattended' });
    assert.deepEqual(headless.copied, []);
  });

  it('shows the link as a QR code, and says where an address leads nowhere for customers', async () => {
    const { run, pages } = harness();
    await run('portal.show');
    assert.ok(pages[0]!.blocks.some((block) => block.kind === 'qrCode' && block.text.endsWith('/unattended')));
    const warned = (page: Page): boolean =>
      page.blocks.some((block) => block.kind === 'text' && block.tone === 'warning');
    assert.equal(warned(pages[0]!), false);
    const local = harness({ host: 'http://127.0.0.1:7420' });
    await local.run('portal.show');
    assert.equal(warned(local.pages[0]!), true);
  });

  it('changes what is given and leaves the rest; empty brings the standard back', async () => {
    const { run } = harness();
    assert.deepEqual(await run('portal.setAppearance'), standard);
    await run('portal.setAppearance', { name: 'Example', color: '#0a5fb4' });
    assert.deepEqual(await run('portal.setAppearance', { message: 'Call us.' }), {
      ...standard,
      name: 'Example',
      message: 'Call us.',
      color: '#0a5fb4',
    });
    assert.deepEqual(await run('portal.setAppearance', { color: '' }), {
      ...standard,
      name: 'Example',
      message: 'Call us.',
    });
  });
});
