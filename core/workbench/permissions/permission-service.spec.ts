import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BehaviorSubject } from 'rxjs';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, until } from '#core/testing/workbench/test-workbench.ts';
import { accountNotifications } from '#protocol/accounts.ts';
import { closeSignedOut } from '#protocol/hub.ts';
import { permissionNotifications } from '#protocol/permissions.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { PermissionService } from './permission-service.ts';

describe('Permissions in the workbench (G5, I6)', () => {
  it('are when-clause keys, change live, and say who can change them', async () => {
    const hub = new ScriptedHub();
    hub.permissions = [{ permission: 'unattended', allowed: true, decidedBy: 'default' }];
    const { get, goOnline } = await makeTestWorkbench({ hub });
    const [permissions, keys] = [get(PermissionService), get(ContextKeyService)];
    await goOnline();
    await until(permissions.effective$, (list) => list.length > 0);
    assert.equal(keys.matches('permission.unattended && signedIn && !administrator'), true);
    assert.equal(permissions.reason('unattended'), undefined);

    const changed = until(permissions.effective$, ([first]) => first?.allowed === false);
    const off = { permission: 'unattended', allowed: false, decidedBy: 'technician' } as const;
    hub.rpc!.notify(permissionNotifications.changed, { permissions: [off] });
    await changed;
    assert.equal(permissions.isAllowed('unattended'), false);
    assert.equal(keys.matches('permission.unattended'), false);
    assert.equal(permissions.reason('unattended'), 'Switched off for you. An administrator can switch it on.');

    hub.hangUp(closeSignedOut);
    await until(permissions.effective$, (list) => list.length === 0);
    assert.equal(keys.matches('signedIn'), false);
  });

  it('say what decided it and whom to ask, and tell when either is another (A3)', async () => {
    const hub = new ScriptedHub();
    const person = (name: string) => ({ name, email: `${name}@example.com` });
    hub.administrators = [person('Anna'), person('Bert')];
    hub.permissions = [
      { permission: 'unattended', allowed: false, decidedBy: 'userGroup', userGroup: 'Field staff' },
      { permission: 'method.attended', allowed: false, decidedBy: 'unattended' },
      { permission: 'session', allowed: true, decidedBy: 'default' },
      { permission: 'session.files', allowed: false, decidedBy: 'account' },
    ];
    const { get, goOnline } = await makeTestWorkbench({ hub });
    const [permissions, l10n] = [get(PermissionService), get(LocalizationService)];
    let reasons: (string | undefined)[] = [];
    const shown = new BehaviorSubject<unknown>(undefined);
    permissions.changes$.subscribe(() => {
      reasons = (['unattended', 'method.attended', 'session.files'] as const).map((each) => permissions.reason(each));
      shown.next(undefined);
    });
    await goOnline();
    await until(shown, () => reasons[0]?.includes('Anna') === true);
    assert.deepEqual(reasons, [
      'Switched off for the user group “Field staff”. Ask Anna or Bert to switch it on.',
      'Unattended support is switched off for the user group “Field staff”. Ask Anna or Bert to switch it on.',
      'Switched off for the whole account. Ask Anna or Bert to switch it on.',
    ]);
    l10n.setLanguage('de');
    assert.equal(
      permissions.reason('session.files'),
      'Für das ganze Konto ausgeschaltet. Einschalten kann das Anna oder Bert.',
    );
    l10n.setLanguage('en');

    hub.administrators = ['Anna', 'Bert', 'Cleo', 'Dora', 'Emil'].map(person);
    const session = { permission: 'session', allowed: false, decidedBy: 'technician' } as const;
    const files = { permission: 'session.files', allowed: false, decidedBy: 'session' } as const;
    hub.rpc!.notify(permissionNotifications.changed, { permissions: [session, files] });
    await until(shown, () => reasons[2]?.includes('Cleo') === true);
    assert.equal(
      reasons[2],
      'Sessions are switched off for you. Ask Anna, Bert, Cleo, or another administrator to switch it on.',
    );

    const technician = { ...hub.identity.technician, role: 'administrator' as const };
    hub.rpc!.notify(accountNotifications.changed, { ...hub.identity, technician });
    await until(shown, () => reasons[2]?.includes('You can') === true);
  });

  it('say of what administrators alone may do whom to ask, and ask the hub for that once (G5)', async () => {
    const hub = new ScriptedHub();
    hub.permissions = [{ permission: 'unattended', allowed: true, decidedBy: 'default' }];
    hub.administrators = [{ name: 'Anna', email: 'anna@example.com' }];
    const { get, goOnline } = await makeTestWorkbench({ hub });
    const permissions = get(PermissionService);
    // Nobody is signed in yet.
    assert.equal(permissions.reason('administrator'), undefined);
    let reason: string | undefined;
    const shown = new BehaviorSubject<unknown>(undefined);
    permissions.changes$.subscribe(() => {
      reason = permissions.reason('administrator');
      shown.next(undefined);
    });
    await goOnline();
    await until(shown, () => reason?.includes('Anna') === true);
    assert.equal(reason, 'Only an administrator may do this: ask Anna.');
    const technician = { ...hub.identity.technician, role: 'administrator' as const };
    hub.rpc!.notify(accountNotifications.changed, { ...hub.identity, technician });
    await until(shown, () => reason === undefined);
  });
});
