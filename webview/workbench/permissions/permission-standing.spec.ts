import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permission } from '#protocol/permissions.ts';
import { permissionSections, standingOf } from './permission-standing.ts';

test('G5 what nobody has set is allowed, and says so', () => {
  assert.deepEqual(standingOf([{ permission: 'device.rename', allowed: null }]), [
    { permission: 'device.rename', allowed: true, decidedBy: 'default' },
  ]);
});

test('G5 unattended support switched off as a whole takes the others with it, but no sessions', () => {
  const standing = standingOf([
    { permission: 'unattended', allowed: false },
    { permission: 'method.endpointInstaller', allowed: true },
    { permission: 'session', allowed: null },
  ]);
  assert.deepEqual(standing, [
    { permission: 'unattended', allowed: false, decidedBy: 'account' },
    { permission: 'method.endpointInstaller', allowed: false, decidedBy: 'unattended' },
    { permission: 'session', allowed: true, decidedBy: 'default' },
  ]);
});

test('G5 a user group’s setting comes before the account’s', () => {
  const account = [
    { permission: 'session', allowed: false },
    { permission: 'session.files', allowed: null },
    { permission: 'device.move', allowed: false },
  ] as const;
  const settings = [
    { permission: 'session', allowed: true },
    { permission: 'session.files', allowed: false },
    { permission: 'device.move', allowed: null },
  ] as const;
  assert.deepEqual(standingOf(account, { name: 'Field staff', settings }), [
    { permission: 'session', allowed: true, decidedBy: 'userGroup', userGroup: 'Field staff' },
    { permission: 'session.files', allowed: false, decidedBy: 'userGroup', userGroup: 'Field staff' },
    { permission: 'device.move', allowed: false, decidedBy: 'account' },
  ]);
});

test('G5 each permission stands in one section', () => {
  assert.deepEqual(Object.values(permissionSections).flat().sort(), [...permission.options].sort());
});
