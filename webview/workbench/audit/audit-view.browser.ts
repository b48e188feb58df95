import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { BehaviorSubject, Subject } from 'rxjs';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import type { AuditEntry } from '#protocol/audit.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './audit-view.ts';

const entry = (number: number, change: Partial<AuditEntry> = {}): AuditEntry => ({
  number,
  at: 1_700_000_000_000 + number,
  actor: { kind: 'technician', id: 't'.repeat(16), name: 'lea@example.com' },
  from: '127.0.0.1',
  action: 'device.rename',
  outcome: 'done',
  devices: ['d'.repeat(16)],
  subject: null,
  before: { nickname: null },
  after: { nickname: 'Reception' },
  ...change,
});

describe('lk-audit-view', () => {
  let log: AuditEntry[];
  let element: HTMLElement;
  const changes = new Subject<unknown>();
  const root = (): ShadowRoot => element.shadowRoot!;
  const table = (): ShadowRoot | null | undefined => root().querySelector('lk-virtual-table')?.shadowRoot;
  const lines = (): HTMLElement[] => [...(table()?.querySelectorAll<HTMLElement>('.body [role=row]') ?? [])];
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds());
  };

  before(async () => {
    showTheme('light');
    await showLanguage('en');
    const container = new Container();
    const hub = {
      status$: new BehaviorSubject({ state: 'online' }),
      request: async (_: unknown, { before = Infinity, limit }: { before?: number; limit: number }) =>
        log.filter(({ number }) => number < before).slice(0, limit),
    };
    container.bind(HubConnection).toConstantValue(hub as unknown as HubConnection);
    const replica = { changes$: changes, get: () => ({ name: 'Reception' }), group: () => ({ name: 'Berlin' }) };
    container.bind(DeviceReplica).toConstantValue(replica as unknown as DeviceReplica);
    provideServices(container);
  });
  beforeEach(async () => {
    log = [
      entry(2),
      entry(1, {
        action: 'permission.set',
        devices: [],
        before: { 'device.rename': null },
        after: { 'device.rename': false },
      }),
    ];
    element = document.createElement('lk-audit-view');
    element.style.cssText = 'display: flex; flex-direction: column; height: 400px; width: 900px';
    document.body.append(element);
    await until(() => lines().length === 2);
  });
  afterEach(() => element.remove());

  it('X9 says what was done in words, and what it was before and after', async () => {
    assert.include(lines()[0]!.textContent, 'Renamed a device');
    lines()[0]!.click();
    await until(() => root().querySelector('aside') !== null);
    const cells = [...root().querySelectorAll('aside td')].map((cell) => cell.textContent!.trim());
    assert.deepEqual(cells, ['Nickname', '–', 'Reception']);
  });

  it('names permissions and their values as the administration does', async () => {
    lines()[1]!.click();
    await until(() => root().querySelector('aside') !== null);
    const cells = [...root().querySelectorAll('aside td')].map((cell) => cell.textContent!.trim());
    assert.deepEqual(cells, ['Rename devices', '–', 'Switched off']);
  });

  it('shows what is new without being asked', async () => {
    log = [entry(3), ...log];
    changes.next({ reset: false, groups: false, devices: new Set(['d'.repeat(16)]) });
    await until(() => lines().length === 3);
  });

  it('finds entries by any of their words', async () => {
    const search = root().querySelector('input')!;
    search.value = 'permission';
    search.dispatchEvent(new Event('input'));
    await until(() => lines().length === 1);
    search.value = 'nothing like it';
    search.dispatchEvent(new Event('input'));
    await until(() => root().textContent!.includes('No entry contains'));
  });

  it('closes the details by Escape, and gives the table the focus back', async () => {
    lines()[0]!.click();
    await until(() => root().querySelector('aside') !== null);
    root()
      .querySelector('aside button')!
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }));
    await until(() => root().querySelector('aside') === null);
    await until(() => root().activeElement === root().querySelector('lk-virtual-table'));
  });

  it('keeps to what there is room for, also after the room has changed', async () => {
    const titles = () => [...table()!.querySelectorAll('[role=columnheader]')].map((each) => each.textContent);
    assert.lengthOf(titles(), 5);
    element.style.width = '400px';
    element.style.height = '240px';
    await until(() => titles().join() === 'When,What,On what');
    assert.isTrue([...root().querySelectorAll('.bar button')].every((each) => each.getBoundingClientRect().top < 60));
    assert.isTrue(lines().every((line) => line.scrollWidth <= line.clientWidth));
    const times = lines().map((line) => line.querySelector('[role=gridcell]')!);
    assert.isTrue(
      times.every((cell) => cell.scrollWidth <= cell.clientWidth),
      'a time is cut off',
    );
    lines()[0]!.click();
    await until(() => root().querySelector('aside') !== null);
    assert.equal(
      root().querySelector('lk-virtual-table')!.getBoundingClientRect().height,
      0,
      'two share too little room',
    );
  });

  it('has nothing that axe objects to', async () => {
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
  });
});
