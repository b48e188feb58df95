import { assert } from 'chai';
import { EMPTY } from 'rxjs';
import type { CommandService } from '#core/workbench/commands/command-service.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { KeybindingService } from '#core/workbench/keybindings/keybinding-service.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import type { ProfileService } from '#core/workbench/profile/profile-service.ts';
import { KeyDispatcher } from './key-dispatcher.ts';

describe('KeyDispatcher', () => {
  const ran: string[] = [];
  const said: unknown[] = [];
  let contextKeys: ContextKeyService;
  let listening: { dispose(): void };
  let input: HTMLInputElement;

  const dispatcher = (): KeyDispatcher => {
    const profile = { content$: () => EMPTY, text: () => '' } as unknown as ProfileService;
    const keys = new KeybindingService(contextKeys, profile, new LocalizationService(), false);
    for (const [key, command] of [
      ['ctrl+b', 'side'],
      ['ctrl+k ctrl+s', 'shortcuts'],
      ['f2', 'rename'],
      ['a', 'letter'],
    ] as const)
      keys.register({ key, command }, 'default');
    const commands = { runAndReport: async (id: string) => void ran.push(id) } as unknown as CommandService;
    return new KeyDispatcher({ keys, commands, contextKeys, say: (what) => said.push(what) });
  };
  /** @returns whether the key was left to the page */
  const press = (key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body): boolean =>
    target.dispatchEvent(
      new KeyboardEvent('keydown', {
        key,
        code: key.length === 1 ? `Key${key.toUpperCase()}` : key,
        bubbles: true,
        composed: true,
        cancelable: true,
        ...more,
      }),
    );

  beforeEach(() => {
    ran.length = said.length = 0;
    contextKeys = new ContextKeyService();
    listening = dispatcher().listen(document);
    input = document.createElement('input');
    document.body.append(input);
  });
  afterEach(() => {
    listening.dispose();
    input.remove();
  });

  it('runs the command of a key, and swallows the key', () => {
    assert.isFalse(press('b', { ctrlKey: true }));
    assert.deepEqual(ran, ['side']);
    assert.isTrue(press('q', { ctrlKey: true }));
  });

  it('waits for the second key of a chord, and says so', () => {
    press('k', { ctrlKey: true });
    assert.deepEqual(said, [{ pending: 'Ctrl+K' }]);
    assert.deepEqual(ran, []);
    press('s', { ctrlKey: true });
    assert.deepEqual(ran, ['shortcuts']);
    assert.isUndefined(said.at(-1));
  });

  it('swallows the second key of a chord that there is not, and says which', () => {
    press('k', { ctrlKey: true });
    assert.isFalse(press('x'));
    assert.deepEqual(ran, []);
    assert.deepEqual(said.at(-1), { unknown: 'Ctrl+K x' });
  });

  it('leaves letters to text fields, but not F2 or Ctrl+B', () => {
    input.focus();
    assert.isTrue(press('a', {}, input));
    assert.deepEqual(ran, []);
    press('F2', {}, input);
    press('b', { ctrlKey: true }, input);
    assert.deepEqual(ran, ['rename', 'side']);
  });

  it('leaves all keys to a modal dialog, and to what records keys', () => {
    const dialog = document.createElement('dialog');
    document.body.append(dialog);
    dialog.showModal();
    assert.isTrue(press('b', { ctrlKey: true }, dialog));
    dialog.remove();
    input.dataset['keys'] = 'recording';
    assert.isTrue(press('b', { ctrlKey: true }, input));
    assert.deepEqual(ran, []);
  });

  it('hears nothing any more once it is disposed of', () => {
    listening.dispose();
    press('b', { ctrlKey: true });
    assert.deepEqual(ran, []);
    listening = dispatcher().listen(document);
    press('b', { ctrlKey: true });
    assert.deepEqual(ran, ['side']);
  });
});
