import axe from 'axe-core';
import { assert } from 'chai';
import { Container, type ServiceIdentifier } from 'inversify';
import { BehaviorSubject, Subject } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceActionService } from '#core/workbench/device-actions/device-action-service.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { KeybindingService } from '#core/workbench/keybindings/keybinding-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { PermissionService } from '#core/workbench/permissions/permission-service.ts';
import type { Device } from '#protocol/devices.ts';
import type { Presence } from '#protocol/presence.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './device-page.ts';
import type { DevicePage } from './device-page.ts';

const id = 'd'.repeat(16);
const device: Device = {
  id,
  group: 'g'.repeat(16),
  nickname: null,
  hostName: 'cache-02',
  state: 'active',
  system: { platform: 'linux', name: 'Ubuntu 24.04', version: '24.04' },
  endpointVersion: '0.1.0',
  joinedAt: 1_700_000_000_000,
};
const facts = {
  hostName: 'cache-02',
  system: device.system,
  architecture: 'x64',
  endpointVersion: '0.1.0',
  users: ['karim'],
  interfaces: [],
  bootedAt: 1_700_000_000_000,
};

describe('lk-device-page', () => {
  let element: DevicePage;
  let entry: { id: string; name: string; device: Device; presence: Presence; presenceSince: number } | undefined;
  let reason: string | undefined;
  const rights = new Subject<void>();
  const others: string[] = [];
  const ran: unknown[] = [];
  const waiting: unknown[] = [];
  const queueChanges = new Subject<void>();
  const changes = new Subject<unknown>();
  const state = new BehaviorSubject('live');
  const root = (): ShadowRoot => element.shadowRoot!;
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds());
  };
  const change = (part: Partial<Device>, presence: Presence = 'online'): void => {
    const next = { ...entry!.device, ...part };
    entry = { ...entry!, device: next, name: next.nickname ?? next.hostName, presence };
    changes.next({ reset: false, groups: false, devices: new Set([id]), presence: new Set([id]) });
  };
  const button = (title: string): HTMLElement | undefined =>
    [...root().querySelectorAll('button')].find((each) => each.textContent!.includes(title));

  before(async () => {
    showTheme('light');
    await showLanguage('en');
    const container = new Container();
    const bind = <T>(token: ServiceIdentifier<T>, value: unknown): void =>
      void container.bind(token).toConstantValue(value as T);
    bind(DeviceReplica, {
      state$: state,
      changes$: changes,
      get state() {
        return state.value;
      },
      get: () => entry,
      group: () => ({ id: device.group, name: 'Berlin', createdAt: 0 }),
    });
    bind(HubConnection, {
      status$: new BehaviorSubject({ state: 'online' }),
      request: async ({ method }: { method: string }) => ({
        ...(method === 'deviceActions/queued' && { actions: [...waiting] }),
        device: entry?.device,
        facts,
        lastSeenAt: 1_700_000_000_000,
        installer: null,
        keyFingerprint: 'ab'.repeat(32),
      }),
    });
    bind(MenuService, {
      items: () => [
        { command: 'device.rename', title: 'Rename', icon: 'edit', group: '', enabled: !reason, reason },
        ...others.map((command) => ({ command, title: command, group: '', enabled: true })),
      ],
    });
    bind(KeybindingService, { label: () => undefined });
    bind(CommandService, { run: async (...run: unknown[]) => void ran.push(run) });
    bind(PermissionService, { reason: () => reason, changes$: rights });
    bind(DeviceActionService, {
      changes$: queueChanges,
      cancel: async (...cancelled: unknown[]) => {
        ran.push(cancelled);
        waiting.length = 0;
      },
    });
    provideServices(container);
  });
  beforeEach(async () => {
    ran.length = 0;
    reason = undefined;
    state.next('live');
    entry = { id, name: 'cache-02', device, presence: 'online', presenceSince: 1_700_000_000_000 };
    element = document.createElement('lk-device-page') as DevicePage;
    element.input = { kind: 'device', id, title: 'cache-02', data: { device: id } };
    document.body.append(element);
    await until(() => root().textContent!.includes('Ubuntu 24.04'));
  });
  afterEach(() => element.remove());

  it('X3 shows a new nickname at once, and the computer’s own name beside it', async () => {
    change({ nickname: 'Reception' });
    await until(() => root().querySelector('h1')?.textContent === 'Reception');
    assert.include(root().querySelector('.summary')!.textContent, 'cache-02');
  });

  it('puts what is too much for buttons into a menu', async () => {
    others.push('one', 'two', 'three', 'four', 'five');
    try {
      rights.next();
      await until(() => button('three') !== undefined);
      assert.isUndefined(button('four'));
      root().querySelector<HTMLElement>('[aria-label="More actions…"]')!.click();
      const menu = document.querySelector('lk-menu')!;
      await menu.updateComplete;
      const lines = [...menu.shadowRoot!.querySelectorAll<HTMLElement>('[role=menuitem]')];
      assert.deepEqual(
        lines.map((line) => line.textContent!.trim()),
        ['four', 'five'],
      );
      lines[1]!.click();
      await until(() => ran.length === 1);
      assert.equal((ran[0] as unknown[])[0], 'five');
    } finally {
      others.length = 0;
    }
  });

  it('X9 shows what waits for the device, and cancels it', async () => {
    const queue = root().querySelector('lk-device-queue')!.shadowRoot!;
    const common = { device: id, name: 'cache-02', queuedAt: 0, expiresAt: 1_800_000_000_000, cancellable: true };
    waiting.push({ ...common, job: 'j'.repeat(16), kind: 'reset', technician: { id, name: 'tess@example.com' } });
    queueChanges.next();
    await until(() => queue.textContent!.includes('A reset waits'));
    assert.include(queue.textContent, 'tess@example.com');
    queue.querySelector('button')!.click();
    await until(() => !queue.textContent!.includes('A reset waits'));
    assert.deepEqual(ran, [['j'.repeat(16), [id]]]);
  });

  it('I5 shows a device that goes offline as such', async () => {
    change({}, 'offline');
    await until(() => root().querySelector('.presence.offline') !== null);
    assert.include(root().querySelector('.presence')!.textContent, 'Offline');
  });

  it('calls nothing online while the hub is away', async () => {
    state.next('stale');
    await until(() => root().querySelector('.presence.online') === null);
    assert.include(root().querySelector('.presence')!.textContent, 'Not known');
  });

  it('I2 lets a device in that waits, by the command', async () => {
    change({ state: 'waiting' });
    await until(() => button('Approve') !== undefined);
    button('Approve')!.click();
    await until(() => ran.length === 1);
    assert.equal((ran[0] as unknown[])[0], 'enrolment.approve');
  });

  it('I6 greys out what is switched off, with the reason, and does not run it', async () => {
    reason = 'An administrator has switched this off.';
    rights.next();
    await until(() => button('Rename')?.getAttribute('aria-disabled') === 'true');
    assert.include(button('Rename')!.textContent, reason);
    button('Rename')!.click();
    await element.updateComplete;
    assert.lengthOf(ran, 0);
  });

  it('says that a device is gone', async () => {
    entry = undefined;
    changes.next({ reset: false, groups: false, devices: new Set([id]), presence: new Set() });
    await until(() => root().textContent!.includes('not there any more'));
  });

  it('has nothing that axe objects to', async () => {
    // Colours are the theme's, whose style sheet is the page's and not here.
    const { violations } = await axe.run(element, { rules: { 'color-contrast': { enabled: false } } });
    assert.deepEqual(
      violations.map((each) => `${each.id} ${each.nodes[0]?.html} ${each.nodes[0]?.any[0]?.message}`),
      [],
    );
  });
});
