import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { languages } from '#core/base/l10n/localizer.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { deepActiveElement } from '#webview/base/focus.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './user-groups.ts';
import type { UserGroups } from './user-groups.ts';

describe('User groups page (G5)', () => {
  const technicians = ['Anna', 'Bert', 'Cleo', 'Dora', 'Emil', 'Fritz', 'Gina', 'Hans'].map((name) => ({
    id: name.toLowerCase().padEnd(16, 'a'),
    name,
    email: `${name.toLowerCase()}@example.com`,
  }));
  let groups: { id: string; name: string; members: string[] }[] = [];
  const calls: [string, unknown][] = [];
  let refusal: LatchkeyError | undefined;
  let changed = (): void => {};
  let element: UserGroups;
  const root = (): ShadowRoot => element.shadowRoot!;
  const dialog = (): ShadowRoot => root().querySelector('lk-user-group-dialog')!.shadowRoot!;
  const button = (label: string): HTMLButtonElement =>
    [...root().querySelectorAll('button')].find(
      (each) => each.getAttribute('aria-label') === label || each.textContent!.trim().endsWith(label),
    )!;
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds(), holds.toString());
  };
  const hub = {
    request: async ({ method }: { method: string }, params: unknown) => {
      if (method === 'userGroups/list') return groups;
      if (method === 'accounts/list') return technicians;
      calls.push([method, params]);
      if (refusal) throw refusal;
      return {};
    },
    on: (_: unknown, listener: () => void) => {
      changed = listener;
      return { dispose: () => {} };
    },
  };

  before(() => {
    const container = new Container();
    container.bind(HubConnection).toConstantValue(hub as unknown as HubConnection);
    provideServices(container);
  });
  beforeEach(async () => {
    showTheme('dark');
    await showLanguage('en');
    calls.length = 0;
    refusal = undefined;
    groups = [{ id: 'g'.repeat(16), name: 'Field staff', members: [technicians[0]!.id] }];
    element = document.createElement('lk-user-groups') as UserGroups;
    document.body.append(element);
    await until(() => root().querySelector('tbody tr') !== null);
  });
  afterEach(() => element.remove());

  it('makes one with its members, found by name', async () => {
    button('New user group').click();
    await until(() => root().querySelector('lk-user-group-dialog') !== null);
    await until(() => deepActiveElement()?.id === 'name');
    const form = dialog().querySelector('form')!;
    form.requestSubmit();
    await until(() => dialog().querySelector('#name[aria-invalid=true]') !== null);
    dialog().querySelector<HTMLInputElement>('#name')!.value = ' Night shift ';
    const search = dialog().querySelector<HTMLInputElement>('.search')!;
    search.value = 'cle';
    search.dispatchEvent(new Event('input'));
    await until(() => dialog().querySelectorAll('label.check:not([hidden])').length === 1);
    dialog().querySelector<HTMLInputElement>('label.check:not([hidden]) input')!.click();
    form.requestSubmit();
    await until(() => root().querySelector('lk-user-group-dialog') === null);
    assert.deepEqual(calls, [['userGroups/create', { name: 'Night shift', members: [technicians[2]!.id] }]]);
  });

  it('changes name and members, and says why that was refused', async () => {
    button('Edit Field staff').click();
    await until(() => root().querySelector('lk-user-group-dialog') !== null);
    await until(() => dialog().querySelector('form') !== null);
    const boxes = [...dialog().querySelectorAll<HTMLInputElement>('input[name=members]')];
    assert.deepEqual(
      boxes.filter(({ checked }) => checked).map(({ value }) => value),
      [technicians[0]!.id],
    );
    boxes[0]!.click();
    boxes[1]!.click();
    refusal = new LatchkeyError('userGroup.nameTaken', { name: 'Field staff' });
    dialog().querySelector('form')!.requestSubmit();
    await until(() => dialog().textContent!.includes('already a user group'));
    refusal = undefined;
    dialog().querySelector('form')!.requestSubmit();
    await until(() => root().querySelector('lk-user-group-dialog') === null);
    const update = { userGroup: groups[0]!.id, name: 'Field staff', members: [technicians[1]!.id] };
    assert.deepEqual(calls.at(-1), ['userGroups/update', update]);
  });

  it('deletes after a question that says whom it concerns', async () => {
    button('Delete Field staff').click();
    await until(() => root().querySelector('dialog')?.open === true);
    assert.include(root().querySelector('dialog')!.textContent, 'no longer apply to 1 technician');
    [...root().querySelectorAll<HTMLButtonElement>('dialog button')].at(-1)!.click();
    await until(() => root().querySelector('dialog') === null);
    assert.deepEqual(calls, [['userGroups/delete', { userGroup: groups[0]!.id }]]);
  });

  it('shows at once what another administrator changes, and leads to the permissions', async () => {
    groups = [{ ...groups[0]!, name: 'Renamed' }];
    changed();
    await until(() => root().textContent!.includes('Renamed'));
    const shown = new Promise<string>((resolve) =>
      element.addEventListener('show-permissions', (event) => resolve((event as CustomEvent<string>).detail)),
    );
    button('Permissions of Renamed').click();
    assert.equal(await shown, groups[0]!.id);
  });

  it('says what user groups are for while there are none', async () => {
    groups = [];
    changed();
    await until(() => root().textContent!.includes('There are no user groups yet.'));
  });

  it('has a text for everything in each language, and nothing that axe objects to, with the dialog too', async () => {
    for (const opened of [false, true]) {
      if (opened) button('Edit Field staff').click();
      for (const language of languages) {
        await showLanguage(language);
        await element.updateComplete;
        assert.notMatch(root().textContent! + (opened ? dialog().textContent! : ''), /administration\.|userGroups\./);
        const { violations } = await axe.run(element);
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
          [],
        );
      }
      await showLanguage('en');
      await element.updateComplete;
    }
  });
});
