import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench } from '#core/testing/workbench/test-workbench.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { chordOf, keyLabel, normalizeKey, type KeyEventLike } from './key-syntax.ts';
import { KeybindingService } from './keybinding-service.ts';

const press = (key: string, change: Partial<KeyEventLike> = {}): KeyEventLike => ({
  key,
  code: `Key${key.toUpperCase()}`,
  ctrlKey: true,
  shiftKey: false,
  altKey: false,
  metaKey: false,
  ...change,
});

async function setUp(document = '', mac = false) {
  const hub = new ScriptedHub();
  hub.documents.set('keybindings', { text: document, version: 1 });
  const workbench = await makeTestWorkbench({ hub, mac });
  const keys = workbench.get(KeybindingService);
  const loaded = new Promise<void>((resolve) => keys.changes$.subscribe(() => resolve()));
  await workbench.goOnline();
  if (document) await loaded;
  return { keys, contextKeys: workbench.get(ContextKeyService) };
}

describe('Key bindings', () => {
  it('resolve keys and chords of VS Code', async () => {
    const { keys } = await setUp();
    assert.deepEqual(keys.resolve(press('p', { shiftKey: true })), {
      kind: 'run',
      command: 'workbench.showCommands',
      args: undefined,
    });
    assert.deepEqual(keys.resolve(press('F1', { ctrlKey: false, code: 'F1' })), {
      kind: 'run',
      command: 'workbench.showCommands',
      args: undefined,
    });
    assert.deepEqual(keys.resolve(press('k')), { kind: 'more', pending: 'Ctrl+K' });
    assert.deepEqual(keys.resolve(press('Control', { code: 'ControlLeft' })), { kind: 'more', pending: 'ctrl+k' });
    assert.equal(keys.resolve(press('x')).kind, 'none', 'a chord that is none ends it');
    keys.resolve(press('k'));
    assert.deepEqual(keys.resolve(press('s')), { kind: 'run', command: 'workbench.openKeybindings', args: undefined });
    assert.equal(keys.label('workbench.openKeybindings'), 'Ctrl+K Ctrl+S');
  });

  it('look at when-clauses, the last rule first', async () => {
    const { keys, contextKeys } = await setUp();
    keys.register({ key: 'ctrl+w', command: 'test.close', when: 'special', args: { a: 1 } }, 'extension');
    assert.equal((keys.resolve(press('w')) as { command: string }).command, 'workbench.closeEditor');
    contextKeys.set('special', true);
    assert.deepEqual(keys.resolve(press('w')), { kind: 'run', command: 'test.close', args: { a: 1 } });
  });

  it('are changed and removed by the technician', async () => {
    const { keys } = await setUp(`[
      // my own
      { "key": "ctrl+b", "command": "test.mine" },
      { "key": "ctrl+j", "command": "-workbench.togglePanel" },
    ]`);
    assert.equal((keys.resolve(press('b')) as { command: string }).command, 'test.mine');
    assert.equal(keys.resolve(press('j')).kind, 'none');
    assert.deepEqual(keys.problems(), []);
    const problems = keys.problems(
      '[\n{ "key": "ctrl+", "command": "x" },\n{ "key": "a" },\n{ "key": "b", "command": "c", "when": "a &&" }]',
    );
    assert.deepEqual(
      problems.map(({ line }) => line),
      [2, 3, 4],
    );
  });

  it('have the signs and keys of a Mac on a Mac', async () => {
    const { keys } = await setUp('', true);
    assert.equal(keys.label('workbench.toggleSideBar'), '⌘B');
    assert.equal(
      (keys.resolve(press('b', { ctrlKey: false, metaKey: true })) as { command: string }).command,
      'workbench.toggleSideBar',
    );
  });

  it('are written in one form', () => {
    assert.equal(normalizeKey('Shift+Ctrl+P'), 'ctrl+shift+p');
    assert.equal(normalizeKey('cmd+k cmd+s'), 'meta+k meta+s');
    assert.equal(normalizeKey('ctrl+'), undefined);
    assert.equal(normalizeKey('foo+a'), undefined);
    assert.equal(chordOf(press('!', { code: 'Digit1', ctrlKey: false, shiftKey: true })), 'shift+1');
    assert.equal(chordOf(press('ы', { code: 'KeyS' })), 'ctrl+s', 'another script: where the key is');
    assert.equal(keyLabel('ctrl+shift+pagedown', false), 'Ctrl+Shift+PageDown');
  });
});
