import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountStanding } from './permission-standing.ts';

test('G5 what nobody has set is allowed, and says so', () => {
  assert.deepEqual(accountStanding([{ permission: 'device.rename', allowed: null }]), [
    { permission: 'device.rename', allowed: true, decidedBy: 'default' },
  ]);
});

test('G5 unattended support switched off as a whole takes the others with it', () => {
  const standing = accountStanding([
    { permission: 'unattended', allowed: false },
    { permission: 'method.endpointInstaller', allowed: true },
  ]);
  assert.deepEqual(standing, [
    { permission: 'unattended', allowed: false, decidedBy: 'account' },
    { permission: 'method.endpointInstaller', allowed: false, decidedBy: 'unattended' },
  ]);
});
