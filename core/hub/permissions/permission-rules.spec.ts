import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { permission, restsOn, type EffectivePermission, type Permission } from '#protocol/permissions.ts';
import { effectiveOf, type Settings, type SettingsOf } from './permission-rules.ts';

const of = (settings: Partial<Record<Permission, boolean>>): Settings =>
  new Map(Object.entries(settings) as [Permission, boolean][]);
const nothing: SettingsOf = { technician: undefined, userGroups: [], account: undefined };
const rename = 'device.rename';

describe('Which setting wins (G5)', () => {
  const cases: [string, Partial<SettingsOf>, Omit<EffectivePermission, 'permission'>][] = [
    ['nobody has set it', {}, { allowed: true, decidedBy: 'default' }],
    ['the account', { account: of({ [rename]: false }) }, { allowed: false, decidedBy: 'account' }],
    [
      'a user group before the account',
      { account: of({ [rename]: false }), userGroups: [{ name: 'Field staff', settings: of({ [rename]: true }) }] },
      { allowed: true, decidedBy: 'userGroup', userGroup: 'Field staff' },
    ],
    [
      'the technician before all user groups',
      {
        technician: of({ [rename]: true }),
        userGroups: [{ name: 'Field staff', settings: of({ [rename]: false }) }],
      },
      { allowed: true, decidedBy: 'technician' },
    ],
    [
      'of two user groups the one that refuses',
      {
        userGroups: [
          { name: 'A', settings: of({ [rename]: true }) },
          { name: 'B', settings: of({ [rename]: false }) },
          { name: 'C', settings: of({ [rename]: true }) },
        ],
      },
      { allowed: false, decidedBy: 'userGroup', userGroup: 'B' },
    ],
    [
      'a user group that says nothing of it decides nothing',
      { account: of({ [rename]: false }), userGroups: [{ name: 'A', settings: of({ 'device.move': true }) }] },
      { allowed: false, decidedBy: 'account' },
    ],
    [
      'unattended support that is off takes the rest with it, however near their setting is',
      { account: of({ unattended: false }), technician: of({ [rename]: true }) },
      { allowed: false, decidedBy: 'unattended' },
    ],
    [
      'unattended support that is off for all and on for somebody',
      { account: of({ unattended: false }), technician: of({ unattended: true }) },
      { allowed: true, decidedBy: 'default' },
    ],
  ];
  for (const [name, settings, expected] of cases) {
    it(name, () =>
      assert.deepEqual(effectiveOf(rename, { ...nothing, ...settings }), { permission: rename, ...expected }),
    );
  }

  it('sessions are possible without unattended support, terminals and files not without sessions (A2)', () => {
    const without = { ...nothing, account: of({ unattended: false }) };
    for (const each of ['session', 'session.terminal', 'session.files'] as const)
      assert.equal(effectiveOf(each, without).allowed, true, each);
    const off = { ...nothing, account: of({ session: false }), technician: of({ 'session.files': true }) };
    assert.deepEqual(effectiveOf('session.files', off), {
      permission: 'session.files',
      allowed: false,
      decidedBy: 'session',
    });
    assert.equal(effectiveOf('method.attended', off).allowed, true);
  });

  it('methods, device actions and approvals rest on unattended support (A3, I6, P6, D12)', () => {
    const resting = permission.options.filter((each) => restsOn(each) === 'unattended');
    assert.deepEqual(
      resting,
      permission.options.filter((each) => /^(method|device|enrolment)\./.test(each)),
    );
  });
});
