import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { Subject } from 'rxjs';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { KeybindingService } from '#core/workbench/keybindings/keybinding-service.ts';
import { showLanguage, t } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './editor-area.ts';
import type { EditorArea } from './editor-area.ts';
import { registerEditor } from './editor-registry.ts';

describe('lk-editor-area', () => {
  let editors: EditorService;
  let element: EditorArea;
  const names = new Map<string, string>();
  const changes = new Subject<unknown>();
  const settled = async (): Promise<void> => {
    await element.updateComplete;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await element.updateComplete;
  };
  const tabs = (): HTMLElement[] => [...element.shadowRoot!.querySelectorAll<HTMLElement>('[role=tab]')];
  const titles = (): string[] => tabs().map((tab) => tab.querySelector('.title')!.textContent!);
  const open = (id: string, preview = false): unknown =>
    editors.open({ kind: 'test', id, title: id, data: {} }, { preview });

  before(async () => {
    showTheme('light');
    await showLanguage('en');
    registerEditor({ kind: 'test', tag: 'section', load: async () => {}, title: ({ id }) => names.get(id) });
    registerEditor({ kind: 'settings', tag: 'section', load: async () => {}, title: () => t('settings.title') });
  });
  beforeEach(() => {
    names.clear();
    editors = new EditorService();
    const container = new Container();
    container.bind(EditorService).toConstantValue(editors);
    container.bind(DeviceReplica).toConstantValue({ changes$: changes } as unknown as DeviceReplica);
    container.bind(KeybindingService).toConstantValue({ label: () => undefined } as unknown as KeybindingService);
    provideServices(container);
    element = document.createElement('lk-editor-area');
    document.body.append(element);
  });
  afterEach(() => element.remove());

  it('puts one preview in the place of the last, until a double click keeps it', async () => {
    open('a', true);
    open('b', true);
    await settled();
    assert.deepEqual(titles(), ['b']);
    assert.isTrue(tabs()[0]!.classList.contains('preview'));
    tabs()[0]!.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    open('c', true);
    await settled();
    assert.deepEqual(titles(), ['b', 'c']);
  });

  it('closes a tab by the middle button and by Delete, and shows the one used before', async () => {
    for (const id of ['a', 'b', 'c']) open(id);
    await settled();
    tabs()[2]!.dispatchEvent(new MouseEvent('auxclick', { button: 1, bubbles: true }));
    await settled();
    assert.deepEqual(titles(), ['a', 'b']);
    assert.equal(editors.activeTab?.id, 'b');
    tabs()[1]!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Delete', bubbles: true }));
    await settled();
    assert.deepEqual(titles(), ['a']);
  });

  it('X3 follows the name of a device while its tab is open', async () => {
    names.set('a', 'cache-02');
    open('a');
    await settled();
    assert.deepEqual(titles(), ['cache-02']);
    names.set('a', 'Reception');
    changes.next({ reset: false, devices: new Set(['a']) });
    await settled();
    assert.deepEqual(titles(), ['Reception']);
  });

  it('follows the language with the titles of open tabs', async () => {
    editors.open({ kind: 'settings', id: 'main', title: 'Settings' });
    await settled();
    assert.deepEqual(titles(), ['Settings']);
    await showLanguage('de');
    await settled();
    const german = titles();
    await showLanguage('en');
    assert.deepEqual(german, ['Einstellungen']);
  });

  it('names the panel that each tab is for, and has nothing that axe objects to', async () => {
    open('a');
    open('b');
    await settled();
    for (const tab of tabs()) {
      const panel = element.shadowRoot!.getElementById(tab.getAttribute('aria-controls')!);
      assert.equal(panel?.getAttribute('role'), 'tabpanel');
    }
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
  });
});
