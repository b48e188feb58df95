import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, until } from '#core/testing/workbench/test-workbench.ts';
import { closeSignedOut } from '#protocol/hub.ts';
import { permissionNotifications } from '#protocol/permissions.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
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
    assert.match(permissions.reason('unattended')!, /for you\. An administrator can/);

    hub.hangUp(closeSignedOut);
    await until(permissions.effective$, (list) => list.length === 0);
    assert.equal(keys.matches('signedIn'), false);
  });
});
