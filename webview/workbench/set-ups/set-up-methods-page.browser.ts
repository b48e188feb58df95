import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { Subject } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { SetUpMethods } from '#core/workbench/set-ups/set-up-methods.ts';
import type { SetUpMethodContribution } from '#protocol/manifest.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './set-up-methods-page.ts';
import type { SetUpMethodsPage } from './set-up-methods-page.ts';

const method = (id: string, order: number): SetUpMethodContribution => ({
  id,
  title: `%${id}%`,
  description: 'What it does.',
  icon: 'globe',
  command: `${id}.start`,
  order,
  bestFor: `best of ${id}`,
  computers: '1',
  systems: 'Linux',
  customer: 'required',
  naming: 'You',
  password: 'no',
});

describe('Set-up methods page (G6)', () => {
  let element: SetUpMethodsPage;
  const methods = new SetUpMethods();
  const changes = new Subject<Set<string>>();
  const runs: string[] = [];
  let allowed = true;
  const cards = (): HTMLElement[] => [...element.shadowRoot!.querySelectorAll<HTMLElement>('li')];

  before(async () => {
    showTheme('light');
    await showLanguage('en');
    const container = new Container();
    container.bind(SetUpMethods).toConstantValue(methods);
    container.bind(ContextKeyService).toConstantValue({ changes$: changes } as unknown as ContextKeyService);
    container.bind(CommandService).toConstantValue({
      enablement: () => (allowed ? { enabled: true } : { enabled: false, reason: 'Switched off by Anna.' }),
      run: async (command: string) => void runs.push(command),
    } as unknown as CommandService);
    container.bind(DeviceReplica).toConstantValue({ get: () => undefined } as unknown as DeviceReplica);
    provideServices(container);
    const contributor = { localize: (text: string) => text.replaceAll('%', '') };
    methods.register(method('portal', 3), contributor as never);
    methods.register(method('attended', 1), contributor as never);
  });
  beforeEach(async () => {
    allowed = true;
    element = document.createElement('lk-set-up-methods-page');
    document.body.append(element);
    await element.updateComplete;
  });
  afterEach(() => element.remove());

  it('G6: shows each method in its order, with what it is best for and what it takes', () => {
    assert.deepEqual(
      cards().map((card) => card.querySelector('h2')!.textContent.trim()),
      ['attended', 'portal'],
    );
    for (const text of ['best of attended', 'Customer at the computer', 'required'])
      assert.include(cards()[0]!.textContent, text);
  });

  it('starts the one that is chosen', async () => {
    cards()[1]!.querySelector('button')!.click();
    await element.updateComplete;
    assert.deepEqual(runs, ['portal.start']);
  });

  it('I6, D12: greys a method out at once, with the reason, when it is switched off', async () => {
    allowed = false;
    changes.next(new Set(['permission.method.portal']));
    await element.updateComplete;
    const button = cards()[0]!.querySelector('button')!;
    assert.equal(button.getAttribute('aria-disabled'), 'true');
    assert.include(cards()[0]!.textContent, 'Switched off by Anna.');
    const before = runs.length;
    button.click();
    assert.lengthOf(runs, before);
  });

  it('has nothing that axe objects to', async () => {
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
  });
});
