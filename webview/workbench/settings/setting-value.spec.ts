import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controlOf, filterSettings, readNumber, settingTitle, type SettingView } from './setting-value.ts';

const setting = (key: string, modified = false): SettingView => ({
  key,
  category: 'Endpoint installer',
  description: 'How many computers.',
  schema: { type: 'integer' },
  value: 1,
  default: 1,
  modified,
});

test('a setting gets the control that its schema asks for', () => {
  assert.equal(controlOf({ type: 'boolean' }), 'boolean');
  assert.equal(controlOf({ type: 'string', enum: ['a'] }), 'enum');
  assert.equal(controlOf({ type: 'integer' }), 'number');
  assert.equal(controlOf({ type: 'array', items: { type: 'string' } }), 'list');
  assert.equal(controlOf({ type: 'array', items: { type: 'object' } }), 'json');
  assert.equal(controlOf({ type: ['string', 'null'] }), 'json');
});

test('a number is read as people write it, within its limits', () => {
  assert.deepEqual(readNumber('1,5', { type: 'number' }), { value: 1.5 });
  assert.deepEqual(readNumber('', { type: 'number' }), { problem: 'notANumber' });
  assert.deepEqual(readNumber('1.5', { type: 'integer' }), { problem: 'notWhole' });
  assert.deepEqual(readNumber('0', { type: 'integer', minimum: 1 }), { problem: 'tooSmall' });
  assert.deepEqual(readNumber('5001', { type: 'integer', maximum: 5000 }), { problem: 'tooLarge' });
});

test('settings are found by any of their words, and @modified keeps the changed ones', () => {
  const all = [setting('endpointInstaller.defaultLimit'), setting('rename.confirm', true)];
  assert.deepEqual(
    filterSettings(all, 'limit default').map(({ key }) => key),
    ['endpointInstaller.defaultLimit'],
  );
  assert.deepEqual(
    filterSettings(all, '@modified').map(({ key }) => key),
    ['rename.confirm'],
  );
  assert.deepEqual(filterSettings(all, '@modified limit'), []);
  assert.equal(settingTitle('endpointInstaller.defaultLimit'), 'Default Limit');
});
