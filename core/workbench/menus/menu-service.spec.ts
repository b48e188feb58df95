import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeTestWorkbench } from '#core/testing/workbench/test-workbench.ts';
import { CommandRegistry } from '../commands/command-registry.ts';
import type { EffectivePermission } from '#protocol/permissions.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { MenuService } from './menu-service.ts';

describe('Menus (A3, A4)', () => {
  it('show what holds, group by group, greyed out with the reason', async () => {
    const { get } = await makeTestWorkbench();
    const [registry, menus] = [get(CommandRegistry), get(MenuService)];
    for (const command of ['move', 'rename', 'wake', 'open', 'hidden']) {
      const off =
        command === 'wake' ? { enablement: 'awake', disabledReasons: [{ when: 'true', reason: 'No known MAC.' }] } : {};
      registry.register(
        { command, title: command, effect: 'read', ...off },
        { id: 'test', localize: String },
        () => null,
      );
    }
    const add = (command: string, group: string, when?: string) =>
      menus.register('device/context', { command, group, ...(when ? { when } : {}) });
    add('rename', '2_change@2');
    add('move', '2_change@1');
    add('wake', '3_power');
    add('open', 'navigation');
    add('hidden', '1_first', 'never');
    const gone = add('open', '9_last');
    gone.dispose();
    add('unknown', '1_first');
    assert.deepEqual(
      menus.items('device/context').map(({ command, enabled, reason }) => [command, enabled, reason]),
      [
        ['open', true, undefined],
        ['move', true, undefined],
        ['rename', true, undefined],
        ['wake', false, 'No known MAC.'],
      ],
    );
    assert.equal(menus.items('device/context', { never: true }).length, 5);
  });

  it('A3 grey a submenu out as a whole where the technician may run nothing in it, A4 only the entry where it is the computer', async () => {
    const { hub, get, goOnline } = await makeTestWorkbench();
    const [registry, menus] = [get(CommandRegistry), get(MenuService)];
    const contributor = { id: 'test', localize: (text: string) => text.replaceAll('%', '') };
    const enablement = '!session.device';
    const disabledReasons = [{ when: 'session.device', reason: 'Already set up.' }];
    const contribution = { title: 'Set up', effect: 'change' as const, enablement, disabledReasons };
    registry.register(
      { ...contribution, command: 'setUp', permission: ['unattended', 'method.attended'] },
      contributor,
      () => null,
    );
    menus.registerSubmenu({ id: 'unattendedSupport', label: '%Unattended support%', icon: 'vm' }, contributor);
    const gone = menus.register('session/title', { submenu: 'unattendedSupport', group: 'navigation' });
    assert.deepEqual(menus.items('session/title'), [], 'nothing in it');
    menus.register('unattendedSupport', { command: 'setUp' });
    const shown = (device: boolean) => {
      const [{ title, enabled, reason, submenu } = menus.items('nowhere')[0]!] = menus.items('session/title', {
        'session.device': device,
      });
      return { title, enabled, reason, entries: submenu?.map((entry) => [entry.command, entry.reason]) };
    };
    const title = 'Unattended support';
    assert.deepEqual(shown(false), { title, enabled: true, reason: undefined, entries: [['setUp', undefined]] });
    assert.deepEqual(shown(true), { title, enabled: true, reason: undefined, entries: [['setUp', 'Already set up.']] });

    const off: EffectivePermission = { permission: 'unattended', allowed: false, decidedBy: 'account' };
    hub.permissions = [off];
    await goOnline();
    await get(PermissionService).load();
    const [{ reason } = { reason: '' }] = menus.items('session/title', { 'session.device': true });
    assert.ok(reason);
    assert.deepEqual(shown(true), { title, enabled: false, reason, entries: [['setUp', reason]] });
    gone.dispose();
    assert.deepEqual(menus.items('session/title'), []);
  });

  it('take commands out of the palette', async () => {
    const { get } = await makeTestWorkbench();
    const menus = get(MenuService);
    assert.equal(menus.isInPalette('a'), true);
    menus.register('commandPalette', { command: 'a', when: 'special' });
    assert.equal(menus.isInPalette('a'), false);
    get(ContextKeyService).set('special', true);
    assert.equal(menus.isInPalette('a'), true);
  });
});
