import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './permissions.ts';

describe('Permissions page (G5)', () => {
  const names = ['unattended', 'method.endpointInstaller', 'device.rename', 'enrolment.approve'] as const;
  const stored = new Map<string, boolean>();
  const sets: unknown[] = [];
  let refusal: LatchkeyError | undefined;
  let element: HTMLElement;
  const root = (): ShadowRoot => element.shadowRoot!;
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds());
  };
  const select = (label: string): HTMLSelectElement => root().querySelector(`select[aria-label="${label}"]`)!;
  const choose = (label: string, value: string): void => {
    select(label).value = value;
    select(label).dispatchEvent(new Event('change'));
  };

  const hub = {
    request: async ({ method }: { method: string }, params: Record<string, unknown>): Promise<unknown> => {
      if (method === 'permissions/set') {
        sets.push(params);
        if (refusal) throw refusal;
        if (params['allowed'] === null) stored.delete(String(params['permission']));
        else stored.set(String(params['permission']), params['allowed'] === true);
        return {};
      }
      if (method === 'permissions/settings')
        return names.map((permission) => ({ permission, allowed: stored.get(permission) ?? null }));
      return [];
    },
  };

  before(async () => {
    showTheme('light');
    await showLanguage('en');
    const container = new Container();
    container.bind(HubConnection).toConstantValue(hub as unknown as HubConnection);
    provideServices(container);
  });
  beforeEach(async () => {
    stored.clear();
    sets.length = 0;
    refusal = undefined;
    element = document.createElement('lk-permissions');
    document.body.append(element);
    await until(() => root().querySelectorAll('tbody tr').length === names.length);
  });
  afterEach(() => element.remove());

  it('I6 switches generating installers off for the whole account, and shows that it is', async () => {
    choose('Generate installers', 'refused');
    await until(() => root().querySelector('.standing.refused') !== null);
    assert.deepEqual(sets, [{ permission: 'method.endpointInstaller', allowed: false }]);
    assert.equal(select('Generate installers').value, 'refused');
  });

  it('takes a setting away again', async () => {
    choose('Rename devices', 'refused');
    await until(() => root().querySelector('.standing.refused') !== null);
    choose('Rename devices', 'unset');
    await until(() => root().querySelector('.standing.refused') === null);
    assert.deepEqual(sets.at(-1), { permission: 'device.rename', allowed: null });
  });

  it('says why it was refused, and shows what is stored', async () => {
    refusal = new LatchkeyError('hub.unreachable', { url: 'https://hub.example', reason: 'gone' });
    choose('Rename devices', 'refused');
    await until(() => root().textContent!.includes('hub.example'));
    await until(() => select('Rename devices').value === 'unset');
  });

  it('has nothing that axe objects to', async () => {
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
  });
});
