import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeTestWorkbench } from '#core/testing/workbench/test-workbench.ts';
import { CommandRegistry } from '../commands/command-registry.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
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
