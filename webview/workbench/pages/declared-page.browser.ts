import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { Subject } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { PermissionService } from '#core/workbench/permissions/permission-service.ts';
import { page } from '#protocol/declared-page.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import './declared-page.ts';
import type { DeclaredPage } from './declared-page.ts';

describe('lk-declared-page', () => {
  let element: DeclaredPage;
  const runs: unknown[] = [];
  const rights = new Subject<void>();
  let off: string | undefined;
  const root = (): ShadowRoot => element.shadowRoot!;
  const frame = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 50));

  before(async () => {
    await showLanguage('en');
    const commands = {
      enablement: (id: string) =>
        id === 'test.off'
          ? { enabled: false, reason: 'Switched off.' }
          : off
            ? { enabled: false, reason: off }
            : { enabled: true },
      run: async (...run: unknown[]) => void runs.push(run),
    };
    const container = new Container();
    container.bind(CommandService).toConstantValue(commands as unknown as CommandService);
    container.bind(DeviceReplica).toConstantValue({ get: () => undefined } as unknown as DeviceReplica);
    container.bind(PermissionService).toConstantValue({ changes$: rights } as unknown as PermissionService);
    provideServices(container);
  });

  beforeEach(async () => {
    runs.length = 0;
    element = document.createElement('lk-declared-page') as DeclaredPage;
    const data = page.parse({
      id: 'p',
      title: 'Roll-out Berlin',
      blocks: [
        { kind: 'text', text: '<b>plain</b>' },
        { kind: 'facts', rows: [{ label: 'Token', value: 'lk1.x', copy: true }] },
        {
          kind: 'actions',
          actions: [
            { title: 'Download', command: 'test.on', arguments: { format: 'run' }, primary: true },
            { title: 'Revoke', command: 'test.off' },
          ],
        },
        { kind: 'progress', label: 'Used', value: 3, maximum: 4 },
        {
          kind: 'table',
          columns: [{ title: 'Computer' }],
          rows: Array.from({ length: 5000 }, (_, index) => ({ cells: [`host-${index}`] })),
        },
      ],
    });
    element.input = { kind: 'extensionPage', id: 'p', title: 'p', data };
    document.body.append(element);
    await element.updateComplete;
    await frame();
  });
  afterEach(() => element.remove());

  const button = (title: string): HTMLButtonElement =>
    [...root().querySelectorAll('button')].find((each) => each.textContent!.trim() === title)!;

  it('draws a text as text, never as markup', () => {
    assert.isNull(root().querySelector('b'));
    assert.include(root().querySelector('.text')!.textContent, '<b>plain</b>');
  });

  it('runs the command of a button with its arguments', async () => {
    button('Download').click();
    await frame();
    assert.deepEqual((runs[0] as unknown[]).slice(0, 2), ['test.on', { format: 'run' }]);
  });

  it('I6 greys out a button whose command is not enabled, says why, and does not run it', async () => {
    assert.equal(button('Revoke').getAttribute('aria-disabled'), 'true');
    assert.include(root().textContent, 'Switched off.');
    button('Revoke').click();
    await frame();
    assert.lengthOf(runs, 0);
  });

  it('I6 greys out at once what is switched off while the page is open', async () => {
    assert.notEqual(button('Download').getAttribute('aria-disabled'), 'true');
    off = 'Switched off for you.';
    rights.next();
    await element.updateComplete;
    assert.equal(button('Download').getAttribute('aria-disabled'), 'true');
    assert.include(root().textContent, off);
    off = undefined;
  });

  it('says how far something is to those who cannot see the bar', () => {
    const bar = root().querySelector('[role=progressbar]')!;
    assert.equal(bar.getAttribute('aria-valuenow'), '3');
    assert.equal(bar.getAttribute('aria-valuemax'), '4');
    assert.equal(bar.getAttribute('aria-label'), 'Used');
  });

  it('draws of a long table only the rows in sight, and reaches the last by key', async () => {
    const table = root().querySelector('lk-declared-table')!.shadowRoot!.querySelector('lk-virtual-table')!;
    const grid = table.shadowRoot!.querySelector<HTMLElement>('[role=grid]')!;
    assert.isBelow(table.shadowRoot!.querySelectorAll('.body [role=row]').length, 100);
    grid.focus();
    grid.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
    await frame();
    await frame();
    assert.include(table.shadowRoot!.textContent, 'host-4999');
    assert.equal(grid.getAttribute('aria-activedescendant'), 'row-4999');
  });

  it('has nothing that axe objects to', async () => {
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
      [],
    );
  });
});
