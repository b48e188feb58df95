import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { MemoryProfile } from '#core/testing/workbench/memory-profile.ts';
import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { KeybindingService } from '#core/workbench/keybindings/keybinding-service.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { ProfileService } from '#core/workbench/profile/profile-service.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import './keybindings-page.ts';
import type { KeybindingsPage } from './keybindings-page.ts';

describe('lk-keybindings-page', () => {
  let element: KeybindingsPage;
  let profile: MemoryProfile;
  let keybindings: KeybindingService;
  const root = (): ShadowRoot => element.shadowRoot!;
  const rows = () => [...root().querySelectorAll<HTMLTableRowElement>('tbody tr')];
  const row = (title: string) => rows().find((each) => each.cells[0]!.textContent!.includes(title))!;
  const keysOf = (title: string) => [...row(title).querySelectorAll('kbd')].map((each) => each.textContent);
  const press = (title: string, label: RegExp): void =>
    [...row(title).querySelectorAll('button')].find((each) => label.test(each.getAttribute('aria-label')!))!.click();
  const dialog = (): HTMLDialogElement | null => root().querySelector('dialog');
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds(), String(holds));
  };
  const key = (target: Element, init: KeyboardEventInit): KeyboardEvent => {
    const event = new KeyboardEvent('keydown', { bubbles: true, composed: true, cancelable: true, ...init });
    target.dispatchEvent(event);
    return event;
  };
  const ctrl = (letter: string): KeyboardEventInit => ({
    key: letter,
    code: `Key${letter.toUpperCase()}`,
    ctrlKey: true,
  });
  const record = async (title: string, init: KeyboardEventInit): Promise<void> => {
    press(title, /^Change the keys/);
    await until(() => dialog()?.open === true);
    key(dialog()!.querySelector('.record')!, init);
    await element.updateComplete;
  };

  before(() => showLanguage('en'));
  beforeEach(async () => {
    profile = new MemoryProfile();
    const l10n = new LocalizationService();
    keybindings = new KeybindingService(new ContextKeyService(), profile.service, l10n, false);
    const registry = new CommandRegistry();
    for (const title of ['Rename', 'Move', 'Wake']) {
      const contribution = { command: `test.${title.toLowerCase()}`, title, effect: 'read' as const };
      registry.register(contribution, { id: 'latchkey', localize: (text) => text }, () => null);
    }
    keybindings.register({ key: 'f2', command: 'test.rename' }, 'default');
    keybindings.register({ key: 'ctrl+m', command: 'test.move', when: 'listFocus' }, 'default');
    const container = new Container();
    container.bind(ProfileService).toConstantValue(profile.service);
    container.bind(KeybindingService).toConstantValue(keybindings);
    container.bind(CommandRegistry).toConstantValue(registry);
    container.bind(EditorService).toConstantValue(new EditorService());
    provideServices(container);
    element = document.createElement('lk-keybindings-page') as KeybindingsPage;
    document.body.append(element);
    await until(() => rows().length === 3);
  });
  afterEach(() => element.remove());

  it('records the keys that are pressed, says whose they are already, and saves them in place of the old', async () => {
    await record('Rename', ctrl('m'));
    assert.deepEqual(
      [...dialog()!.querySelectorAll('kbd')].map((each) => each.textContent),
      ['Ctrl+M'],
    );
    assert.include(dialog()!.querySelector('[role=status]')!.textContent, 'Also the keys of: Move');
    key(dialog()!.querySelector('.record')!, ctrl('l'));
    await until(() => dialog()!.querySelector('kbd')!.textContent === 'Ctrl+L');
    assert.notInclude(dialog()!.querySelector('[role=status]')!.textContent, 'Also the keys');
    key(dialog()!.querySelector('.record')!, { key: 'Enter', code: 'Enter' });
    await until(() => dialog() === null);
    assert.deepEqual(keysOf('Rename'), ['Ctrl+L']);
    assert.deepEqual(JSON.parse(profile.text('keybindings')), [
      { key: 'f2', command: '-test.rename' },
      { key: 'ctrl+l', command: 'test.rename' },
    ]);
    assert.deepEqual(keybindings.resolve({ ...ctrl('l') } as KeyboardEvent), {
      kind: 'run',
      command: 'test.rename',
      args: undefined,
    });
  });

  it('marks a conflict in the list, on both sides', async () => {
    await record('Wake', ctrl('m'));
    [...dialog()!.querySelectorAll('button')].find((each) => each.textContent!.trim() === 'Save')!.click();
    await until(() => dialog() === null && row('Wake').querySelector('.conflict') !== null);
    assert.include(row('Wake').querySelector('.conflict')!.textContent, 'Also the keys of: Move');
    assert.include(row('Move').querySelector('.conflict')!.textContent, 'Also the keys of: Wake');
    assert.isNull(row('Rename').querySelector('.conflict'));
  });

  it('changes nothing when it is given up, and says so of what the hub refuses', async () => {
    await record('Rename', ctrl('l'));
    dialog()!.close();
    await until(() => dialog() === null);
    assert.equal(profile.text('keybindings'), '');
    profile.refusal = new Error('no');
    await record('Rename', ctrl('l'));
    key(dialog()!.querySelector('.record')!, { key: 'Enter', code: 'Enter' });
    await until(() => dialog()!.querySelector('[role=alert]') !== null);
    assert.deepEqual(keysOf('Rename'), ['F2']);
  });

  it('takes keys away, and gives back those that a command came with', async () => {
    press('Move', /^Remove the keys/);
    await until(() => keysOf('Move').length === 0);
    press('Move', /^Reset the keys/);
    await until(() => keysOf('Move').join() === 'Ctrl+M');
    assert.deepEqual(JSON.parse(profile.text('keybindings')), []);
  });

  it('searches by words, and by the keys that are pressed, which nothing else hears', async () => {
    const search = root().querySelector<HTMLInputElement>('input[type=search]')!;
    search.value = 'wake';
    search.dispatchEvent(new Event('input'));
    await until(() => rows().length === 1 && row('Wake') !== undefined);
    root().querySelector<HTMLButtonElement>('[aria-pressed]')!.click();
    await until(() => rows().length === 3);
    const heard: Event[] = [];
    const listener = (event: Event): void => void heard.push(event);
    document.addEventListener('keydown', listener);
    assert.isTrue(key(search, { key: 'F2', code: 'F2' }).defaultPrevented);
    document.removeEventListener('keydown', listener);
    assert.lengthOf(heard, 0);
    await until(() => rows().length === 1 && row('Rename') !== undefined);
    assert.isFalse(key(search, { key: 'Tab', code: 'Tab' }).defaultPrevented, 'there is no way out by keys');
    key(search, { key: 'Escape', code: 'Escape' });
    await until(() => rows().length === 3);
  });

  it('begins to record on a double click, as on the button', async () => {
    row('Rename').dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await until(() => dialog()?.open === true);
    assert.include(dialog()!.textContent, 'Change the keys of Rename');
  });

  it('has nothing that axe objects to', async () => {
    await record('Rename', ctrl('m'));
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
      [],
    );
  });
});
