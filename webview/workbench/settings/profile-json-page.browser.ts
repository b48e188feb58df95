import { assert } from 'chai';
import { Container } from 'inversify';
import { BehaviorSubject, EMPTY } from 'rxjs';
import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { ProfileService } from '#core/workbench/profile/profile-service.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import './profile-json-page.ts';
import type { ProfileJsonPage } from './profile-json-page.ts';

describe('lk-profile-json-page', () => {
  let element: ProfileJsonPage;
  let content: BehaviorSubject<{ text: string; version: number }>;
  const written: string[] = [];
  const root = (): ShadowRoot => element.shadowRoot!;
  const editor = (): HTMLElement & { text: string } => root().querySelector('lk-json-editor')!;
  const banner = (): HTMLElement | null => root().querySelector('[role=alert]');
  const type = (text: string): boolean => editor().dispatchEvent(new CustomEvent('text-change', { detail: text }));
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds());
  };

  before(() => showLanguage('en'));
  beforeEach(async () => {
    written.length = 0;
    content = new BehaviorSubject({ text: '{}', version: 1 });
    const container = new Container();
    const profile = {
      content$: (document: string) => (document === 'settings' ? content : EMPTY),
      write: async (_: string, text: string) => {
        written.push(text);
        content.next({ text, version: content.value.version + 1 });
      },
    };
    container.bind(ProfileService).toConstantValue(profile as unknown as ProfileService);
    const hub = { request: async () => content.value };
    container.bind(HubConnection).toConstantValue(hub as unknown as HubConnection);
    const settings = { changes$: EMPTY, jsonSchema: () => ({}) };
    container.bind(ConfigurationService).toConstantValue(settings as unknown as ConfigurationService);
    const registry = { changes$: EMPTY, all: () => [] };
    container.bind(CommandRegistry).toConstantValue(registry as unknown as CommandRegistry);
    container.bind(EditorService).toConstantValue(new EditorService());
    provideServices(container);
    element = document.createElement('lk-profile-json-page') as ProfileJsonPage;
    element.input = { kind: 'profileJson', id: 'settings', title: 'settings.json', data: { document: 'settings' } };
    document.body.append(element);
    await until(() => editor() !== null && editor().text === '{}');
  });
  afterEach(async () => {
    // A draft outlives its page: the next test begins without one.
    banner()?.querySelector('button')?.click();
    type(content.value.text);
    element.remove();
  });

  it('shows what another window writes, while nothing is typed here', async () => {
    content.next({ text: '{"a":1}', version: 2 });
    await until(() => editor().text === '{"a":1}');
    assert.isNull(banner());
  });

  it('asks whose text is to stay where both windows wrote', async () => {
    type('{"mine":1}');
    content.next({ text: '{"theirs":1}', version: 2 });
    await until(() => banner() !== null);
    assert.include(banner()!.textContent, 'another window');
    banner()!.querySelector<HTMLButtonElement>('button.primary')!.click();
    await until(() => banner() === null);
    assert.deepEqual(written, ['{"mine":1}']);
  });

  /** Another tab is in front for a while. */
  async function hideAndShow(meanwhile: () => void = () => {}): Promise<void> {
    element.remove();
    meanwhile();
    element = document.createElement('lk-profile-json-page') as ProfileJsonPage;
    element.input = { kind: 'profileJson', id: 'settings', title: 'settings.json', data: { document: 'settings' } };
    document.body.append(element);
    await until(() => editor() !== null);
  }
  const save = (): boolean => editor().dispatchEvent(new CustomEvent('save'));

  it('keeps what was typed while its tab is hidden, and saves it', async () => {
    type('{"mine":1}');
    await hideAndShow();
    await until(() => editor().text === '{"mine":1}');
    assert.isNull(banner());
    save();
    await until(() => written.length === 1);
    assert.deepEqual(written, ['{"mine":1}']);
  });

  it('writes nothing over that came while its tab was hidden, however often it is saved, typed on or hidden again', async () => {
    type('{"mine":1}');
    await hideAndShow(() => content.next({ text: '{"theirs":1}', version: 2 }));
    await until(() => banner() !== null && editor().text === '{"mine":1}');
    save();
    type('{"mine":12}');
    save();
    await hideAndShow();
    await until(() => banner() !== null && editor().text === '{"mine":12}');
    save();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(written, []);
    assert.isNotNull(banner());
    banner()!.querySelector<HTMLButtonElement>('button.primary')!.click();
    await until(() => banner() === null);
    assert.deepEqual(written, ['{"mine":12}']);
  });

  it('is no conflict where both wrote the same', async () => {
    type('{"same":1}');
    await hideAndShow(() => content.next({ text: '{"same":1}', version: 2 }));
    await until(() => editor().text === '{"same":1}');
    assert.isNull(banner());
  });

  it('takes the other window’s text where one wants that', async () => {
    type('{"mine":1}');
    content.next({ text: '{"theirs":1}', version: 2 });
    await until(() => banner() !== null);
    banner()!.querySelector('button')!.click();
    await until(() => editor().text === '{"theirs":1}');
    assert.isNull(banner());
    assert.deepEqual(written, []);
  });
});
