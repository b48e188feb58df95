import { assert } from 'chai';
import { Container } from 'inversify';
import { BehaviorSubject } from 'rxjs';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import './element-host.ts';
import type { ElementHost } from './element-host.ts';

customElements.define('test-page', class extends HTMLElement {});

describe('lk-element-host', () => {
  let element: ElementHost;
  let status$: BehaviorSubject<{ state: string }>;
  let fails = true;
  const kind = {
    kind: 'test',
    tag: 'test-page',
    load: async () => {
      if (fails) throw new TypeError('Failed to fetch dynamically imported module');
    },
  };
  const text = (): string => element.shadowRoot!.textContent!;
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds(), String(holds));
  };
  const open = async (state: string): Promise<void> => {
    fails = true;
    status$ = new BehaviorSubject({ state });
    const container = new Container();
    const connection = {
      status$,
      get currentStatus() {
        return status$.value;
      },
    };
    container.bind(HubConnection).toConstantValue(connection as unknown as HubConnection);
    provideServices(container);
    element = document.createElement('lk-element-host');
    element.kind = kind;
    document.body.append(element);
    await until(() => text().trim() !== '');
  };

  before(() => showLanguage('en'));
  afterEach(() => element.remove());

  it('says that a page cannot come while the hub is away, and opens it once the hub is back', async () => {
    await open('offline');
    assert.include(text(), 'the hub, which has it, is away');
    status$.next({ state: 'connecting' });
    assert.isNull(element.shadowRoot!.querySelector('test-page'));
    fails = false;
    status$.next({ state: 'online' });
    await until(() => element.shadowRoot!.querySelector('test-page') !== null);
    assert.notInclude(text(), 'away');
  });

  it('says that the hub has other code by now where it is there and the page is not', async () => {
    await open('online');
    assert.include(text(), 'The hub has been updated');
    assert.equal(element.shadowRoot!.querySelector('button')!.textContent!.trim(), 'Reload');
  });

  it('loads what it holds when it is first in front, once, and keeps it behind others', async () => {
    let loaded = 0;
    element = document.createElement('lk-element-host');
    element.kind = { ...kind, load: async () => void loaded++ };
    element.shown = false;
    document.body.append(element);
    await element.updateComplete;
    assert.equal(loaded, 0);
    element.shown = true;
    await until(() => element.shadowRoot!.querySelector('test-page') !== null);
    const page = element.shadowRoot!.querySelector('test-page');
    for (const shown of [false, true]) {
      element.shown = shown;
      await element.updateComplete;
    }
    assert.equal(element.shadowRoot!.querySelector('test-page'), page);
    assert.equal(loaded, 1);
  });
});
