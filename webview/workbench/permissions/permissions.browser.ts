import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { permission, type EffectivePermission } from '#protocol/permissions.ts';
import { languages } from '#core/base/l10n/localizer.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './permissions.ts';
import type { Permissions } from './permissions.ts';

describe('Permissions page (G5)', () => {
  const anna = { id: 'annaannaannaanna', name: 'Anna', email: 'anna@example.com' };
  let userGroups: { id: string; name: string; members: string[] }[] = [];
  const fieldStaff = { id: 'fieldfieldfieldf', name: 'Field staff', members: [anna.id] };
  /** By subject and permission; the account's subject is empty. */
  const stored = new Map<string, boolean>();
  const sets: unknown[] = [];
  let effective: EffectivePermission[] = [];
  let refusal: LatchkeyError | undefined;
  let changed = (): void => {};
  let element: Permissions;
  const root = (): ShadowRoot => element.shadowRoot!;
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds(), holds.toString());
  };
  const select = (label: string): HTMLSelectElement => root().querySelector(`select[aria-label="${label}"]`)!;
  const choose = (target: HTMLSelectElement, value: string): void => {
    target.value = value;
    target.dispatchEvent(new Event('change'));
  };
  const standing = (label: string): string =>
    select(label).closest('tr')!.querySelector('.standing')!.textContent!.replace(/\s+/g, ' ').trim();
  const whose = (): HTMLSelectElement => root().querySelector('#whose')!;

  const answers: Record<string, (params: Record<string, unknown>) => unknown> = {
    'permissions/set': (params) => {
      sets.push(params);
      if (refusal) throw refusal;
      const key = `${String(params['technician'] ?? params['userGroup'] ?? '')} ${String(params['permission'])}`;
      if (params['allowed'] === null) stored.delete(key);
      else stored.set(key, params['allowed'] === true);
      return {};
    },
    'permissions/settings': ({ technician, userGroup }) =>
      permission.options.map((each) => ({
        permission: each,
        allowed: stored.get(`${String(technician ?? userGroup ?? '')} ${each}`) ?? null,
      })),
    'permissions/effective': () => effective,
    'accounts/list': () => [anna],
    'userGroups/list': () => userGroups,
  };
  const hub = {
    request: async ({ method }: { method: string }, params: Record<string, unknown>) => answers[method]!(params),
    on: (_: unknown, listener: () => void) => {
      changed = listener;
      return { dispose: () => {} };
    },
  };

  before(async () => {
    const container = new Container();
    container.bind(HubConnection).toConstantValue(hub as unknown as HubConnection);
    provideServices(container);
  });
  beforeEach(async () => {
    showTheme('light');
    await showLanguage('en');
    stored.clear();
    sets.length = 0;
    refusal = undefined;
    userGroups = [fieldStaff];
    effective = permission.options.map((each) => ({ permission: each, allowed: true, decidedBy: 'default' }));
    element = document.createElement('lk-permissions') as Permissions;
    document.body.append(element);
    await until(() => root().querySelectorAll('td select').length === permission.options.length);
  });
  afterEach(() => element.remove());

  it('I6 switches generating installers off for the whole account, and shows that it is', async () => {
    choose(select('Generate installers'), 'refused');
    await until(() => root().querySelector('.standing.refused') !== null);
    assert.deepEqual(sets, [{ permission: 'method.endpointInstaller', allowed: false }]);
    assert.equal(select('Generate installers').value, 'refused');
    assert.equal(standing('Generate installers'), 'Switched off Set for the whole account.');
  });

  it('takes a setting away again', async () => {
    choose(select('Rename devices'), 'refused');
    await until(() => root().querySelector('.standing.refused') !== null);
    choose(select('Rename devices'), 'unset');
    await until(() => root().querySelector('.standing.refused') === null);
    assert.deepEqual(sets.at(-1), { permission: 'device.rename', allowed: null });
  });

  it('sets what a user group gets, and shows what that comes to for its members', async () => {
    stored.set(' session', false);
    choose(whose(), `userGroup ${fieldStaff.id}`);
    await until(() => root().textContent!.includes('Members: Anna.'));
    assert.equal(standing('Terminal'), 'Switched off Sessions are switched off for the whole account.');
    choose(select('Sessions'), 'allowed');
    await until(() => standing('Sessions').startsWith('Allowed'));
    assert.deepEqual(sets, [{ userGroup: fieldStaff.id, permission: 'session', allowed: true }]);
    assert.equal(standing('Sessions'), 'Allowed Set for the user group “Field staff”.');
    assert.equal(standing('Terminal'), 'Allowed Nobody has set it.');
    choose(select('Unattended support'), 'refused');
    await until(() => standing('Move devices').startsWith('Switched off'));
    assert.equal(
      standing('Move devices'),
      'Switched off Unattended support is switched off for the user group “Field staff”.',
    );
  });

  it('shows what is in force for a person, and which setting decided it', async () => {
    effective = [
      { permission: 'unattended', allowed: false, decidedBy: 'userGroup', userGroup: 'Field staff' },
      { permission: 'device.wake', allowed: false, decidedBy: 'unattended' },
      { permission: 'session', allowed: true, decidedBy: 'technician' },
    ];
    choose(whose(), `technician ${anna.id}`);
    await until(() => root().textContent!.includes('In the user groups: Field staff'));
    assert.equal(standing('Unattended support'), 'Switched off Set for the user group “Field staff”.');
    assert.equal(
      standing('Wake devices'),
      'Switched off Unattended support is switched off for the user group “Field staff”.',
    );
    assert.equal(standing('Sessions'), 'Allowed Set for this technician.');
    choose(select('Wake devices'), 'allowed');
    await until(() => sets.length === 1);
    assert.deepEqual(sets, [{ technician: anna.id, permission: 'device.wake', allowed: true }]);
  });

  it('goes back to the account where the user group is deleted meanwhile', async () => {
    choose(whose(), `userGroup ${fieldStaff.id}`);
    await until(() => root().textContent!.includes('Members: Anna.'));
    userGroups = [];
    changed();
    await until(() => !root().textContent!.includes('Members: Anna.'));
    assert.equal(whose().value, '');
  });

  it('says why it was refused, and shows what is stored', async () => {
    refusal = new LatchkeyError('hub.unreachable', { url: 'https://hub.example', reason: 'gone' });
    choose(select('Rename devices'), 'refused');
    await until(() => root().textContent!.includes('hub.example'));
    await until(() => select('Rename devices').value === 'unset');
  });

  it('has a text for everything in each language, and nothing that axe objects to, in both themes', async () => {
    choose(whose(), `userGroup ${fieldStaff.id}`);
    await until(() => root().querySelector('.hint') !== null);
    for (const theme of ['light', 'dark'] as const) {
      showTheme(theme);
      for (const language of languages) {
        await showLanguage(language);
        await element.updateComplete;
        assert.notMatch(root().textContent!, /administration\.|userGroups\./);
        const { violations } = await axe.run(element);
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
          [],
        );
      }
    }
  });
});
