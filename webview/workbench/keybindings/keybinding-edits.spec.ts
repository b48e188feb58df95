import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addRules, removeRules, userRules } from './keybinding-edits.ts';
import { filterKeybindings, type KeybindingRow } from './keybinding-rows.ts';

test('a rule is added to an empty document and to one with comments, which stay', () => {
  assert.deepEqual(userRules(addRules('', [{ key: 'f2', command: 'device.rename', when: undefined }])), [
    { key: 'f2', command: 'device.rename' },
  ]);
  const text = '[\n  // mine\n  { "key": "f3", "command": "device.refresh" },\n]\n';
  const added = addRules(text, [{ key: 'f2', command: '-device.rename' }]);
  assert.ok(added.includes('// mine'));
  assert.deepEqual(
    userRules(added).map(({ command }) => command),
    ['device.refresh', '-device.rename'],
  );
});

test('resetting a command removes all of its rules and no other', () => {
  const text = addRules('', [
    { key: 'f2', command: '-device.rename' },
    { key: 'f3', command: 'device.refresh' },
    { key: 'f4', command: 'device.rename' },
  ]);
  const left = removeRules(text, ({ command }) => command.replace(/^-/, '') === 'device.rename');
  assert.deepEqual(userRules(left), [{ key: 'f3', command: 'device.refresh' }]);
});

test('shortcuts are found by words and, in quotes, by the whole key', () => {
  const row = (command: string, key: string | undefined): KeybindingRow => ({
    command,
    title: command,
    key,
    when: undefined,
    source: 'Latchkey',
    changed: false,
    conflicts: [],
  });
  const rows = [row('device.rename', 'f2'), row('device.refresh', 'ctrl+f2'), row('group.create', undefined)];
  const label = (key: string): string => key.toUpperCase();
  assert.deepEqual(
    filterKeybindings(rows, '"F2"', label).map(({ command }) => command),
    ['device.rename'],
  );
  assert.equal(filterKeybindings(rows, 'f2', label).length, 2);
  assert.equal(filterKeybindings(rows, 'group', label).length, 1);
});
