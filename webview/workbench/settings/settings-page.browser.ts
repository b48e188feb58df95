import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { MemoryProfile } from '#core/testing/workbench/memory-profile.ts';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import './settings-page.ts';
import type { SettingControl } from './setting-control.ts';
import type { SettingsPage } from './settings-page.ts';

const setting = (schema: object, title: string) => ({ ...schema, title, description: `What ${title} does.` });
const properties = {
  'acme.on': setting({ type: 'boolean', default: false }, 'Switch'),
  'acme.colour': setting(
    { type: 'string', enum: ['red', 'blue'], enumItemLabels: ['Red', 'Blue'], default: 'red' },
    'Colour',
  ),
  'acme.limit': setting({ type: 'integer', minimum: 1, maximum: 5000, default: 10 }, 'Limit'),
  'acme.address': setting({ type: 'string', pattern: '^https:', default: 'https://a' }, 'Address'),
  'acme.words': setting({ type: 'array', items: { type: 'string' }, default: ['one'] }, 'Words'),
  'acme.table': setting({ type: 'object', default: {} }, 'Table'),
};

describe('lk-settings-page', () => {
  let element: SettingsPage;
  let profile: MemoryProfile;
  let configuration: ConfigurationService;
  let editors: EditorService;
  const root = (): ShadowRoot => element.shadowRoot!;
  const settings = () => [...root().querySelectorAll<SettingControl>('lk-setting')];
  const of = (key: string): ShadowRoot => settings().find((each) => each.setting?.key === key)!.shadowRoot!;
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds(), String(holds));
  };
  const type = (key: string, text: string): void => {
    const field = of(key).querySelector<HTMLInputElement>('input[type=text]')!;
    field.value = text;
    field.dispatchEvent(new Event('change'));
  };
  const problem = (key: string): string => of(key).querySelector('[role=alert]')!.textContent!.trim();
  const search = async (text: string): Promise<void> => {
    const field = root().querySelector<HTMLInputElement>('input[type=search]')!;
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await element.updateComplete;
  };

  before(() => showLanguage('en'));
  beforeEach(async () => {
    profile = new MemoryProfile();
    const l10n = new LocalizationService();
    configuration = new ConfigurationService(profile.service, l10n);
    configuration.register({ title: 'Acme', properties } as never, { id: 'acme', localize: (text) => text });
    configuration.register(
      { title: 'Other', properties: { 'other.on': setting({ type: 'boolean', default: true }, 'Elsewhere') } } as never,
      { id: 'other', localize: (text) => text },
    );
    editors = new EditorService();
    const container = new Container();
    container.bind(ConfigurationService).toConstantValue(configuration);
    container.bind(EditorService).toConstantValue(editors);
    provideServices(container);
    element = document.createElement('lk-settings-page') as SettingsPage;
    element.style.height = '600px';
    document.body.append(element);
    await until(() => settings().length === 7);
    await Promise.all(settings().map((each) => each.updateComplete));
  });
  afterEach(() => element.remove());

  it('writes what each kind of control is set to, and nothing else', async () => {
    of('acme.on').querySelector<HTMLInputElement>('[type=checkbox]')!.click();
    await until(() => configuration.get('acme.on') === true);
    const choice = of('acme.colour').querySelector('select')!;
    choice.selectedIndex = 1;
    choice.dispatchEvent(new Event('change'));
    await until(() => configuration.get('acme.colour') === 'blue');
    type('acme.limit', '25');
    await until(() => configuration.get('acme.limit') === 25);
    type('acme.address', 'https://b');
    await until(() => configuration.get('acme.address') === 'https://b');
    const words = of('acme.words');
    words.querySelector<HTMLInputElement>('input[name=item]')!.value = ' two ';
    words.querySelector('form')!.requestSubmit();
    await until(() => String(configuration.get('acme.words')) === 'one,two');
    await until(() => words.querySelector('[aria-label="Remove two"]') !== null);
    words.querySelector<HTMLButtonElement>('[aria-label="Remove one"]')!.click();
    await until(() => String(configuration.get('acme.words')) === 'two');
    assert.deepEqual(JSON.parse(profile.text('settings')), {
      'acme.on': true,
      'acme.colour': 'blue',
      'acme.limit': 25,
      'acme.address': 'https://b',
      'acme.words': ['two'],
    });
  });

  it('says what is wrong with what was typed, and writes none of it', async () => {
    for (const [key, text, said] of [
      ['acme.limit', 'many', 'Enter a number.'],
      ['acme.limit', '2.5', 'Enter a whole number.'],
      ['acme.limit', '0', 'Enter 1 or more.'],
      ['acme.limit', '9999', 'Enter 5,000 or less.'],
      ['acme.address', 'ftp://b', 'The text has to match the pattern ^https:.'],
    ] as const) {
      type(key, text);
      await until(() => problem(key) === said);
      assert.equal(of(key).querySelector('input')!.getAttribute('aria-invalid'), 'true');
    }
    assert.equal(profile.text('settings'), '');
  });

  it('shows what the hub refused, and the value that is still in force', async () => {
    profile.refusal = new LatchkeyError('profile.conflict', { document: 'settings' });
    of('acme.on').querySelector<HTMLInputElement>('[type=checkbox]')!.click();
    await until(() => root().querySelector('.banner.error') !== null);
    assert.include(root().querySelector('.banner.error')!.textContent, 'changed in another window');
    await until(() => !of('acme.on').querySelector<HTMLInputElement>('[type=checkbox]')!.checked);
  });

  it('marks what was changed, finds it, and resets it', async () => {
    assert.isNull(root().querySelector('lk-setting[modified]'));
    type('acme.limit', '25');
    await until(() => root().querySelector('lk-setting[modified]') !== null);
    root().querySelector<HTMLButtonElement>('[aria-pressed]')!.click();
    await until(() => settings().length === 1 && settings()[0]!.setting?.key === 'acme.limit');
    of('acme.limit').querySelector<HTMLButtonElement>('[aria-label="Reset Limit to its default"]')!.click();
    await until(() => configuration.get('acme.limit') === 10);
    assert.deepEqual(JSON.parse(profile.text('settings')), {});
    await until(() => settings().length === 0);
    root().querySelector<HTMLButtonElement>('[aria-pressed=true]')!.click();
    await until(() => settings().length === 7);
    assert.equal(of('acme.limit').querySelector('input')!.value, '10');
  });

  it('searches titles, keys and descriptions, says how many it found, and what to do where none', async () => {
    await search('colour');
    assert.deepEqual(
      settings().map(({ setting }) => setting?.key),
      ['acme.colour'],
    );
    assert.include(root().querySelector('[role=status]')!.textContent, '1 setting found');
    await search('what elsewhere DOES');
    assert.deepEqual(
      settings().map(({ setting }) => setting?.key),
      ['other.on'],
    );
    await search('nothing like it');
    assert.include(root().textContent, 'No setting matches.');
  });

  it('opens the JSON for what has no control, at its place', async () => {
    of('acme.table').querySelector<HTMLButtonElement>('.link')!.click();
    assert.deepEqual(editors.openTabs.at(-1)?.data, { document: 'settings', reveal: 'acme.table' });
  });

  it('has nothing that axe objects to', async () => {
    type('acme.limit', 'many');
    await until(() => problem('acme.limit') !== '');
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
      [],
    );
  });
});
