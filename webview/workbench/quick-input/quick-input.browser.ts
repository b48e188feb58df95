import axe from 'axe-core';
import { expect } from 'chai';
import { Container } from 'inversify';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { QuickInputService } from '#core/workbench/quick-input/quick-input-service.ts';
import { goBack } from '#core/workbench/quick-input/quick-pick.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import type { QuickInput } from './quick-input.ts';

let service: QuickInputService;
let element: QuickInput;

const field = (): HTMLInputElement => element.shadowRoot!.querySelector('input.line-input')!;
const options = (): HTMLElement[] => [...element.shadowRoot!.querySelectorAll<HTMLElement>('[role=option]')];

async function settled(): Promise<void> {
  for (let frame = 0; frame < 3; frame++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await element.updateComplete;
  }
}

async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  field().dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...more }),
  );
  await settled();
}

async function type(text: string): Promise<void> {
  field().value = text;
  field().dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
}

describe('lk-quick-input', () => {
  beforeEach(async () => {
    await showLanguage('en');
    const container = new Container();
    service = new QuickInputService(new ContextKeyService());
    container.bind(QuickInputService).toConstantValue(service);
    provideServices(container);
    await import('./quick-input.ts');
    element = document.createElement('lk-quick-input');
    document.body.append(element);
  });
  afterEach(() => {
    service.hide();
    document.body.replaceChildren();
  });

  it('X3: finds while one types, marks what matches and takes it with Enter', async () => {
    const picked = service.pick({
      items: [
        { id: 'rename', label: 'Device: Rename', keybinding: 'F2' },
        { id: 'wake', label: 'Device: Wake' },
      ],
    });
    await settled();
    expect(options()).to.have.length(2);
    await type('rena');
    expect(options().map((each) => each.querySelector('mark')?.textContent)).to.deep.equal(['Rena']);
    expect(field().getAttribute('aria-activedescendant')).to.equal('option-0');
    await press('Enter');
    expect(await picked).to.deep.equal(['rename']);
  });

  it('shows why an entry is greyed out and does not take it', async () => {
    let settledWith: unknown = 'nothing';
    void service
      .pick({ items: [{ id: 'a', label: 'Wake', disabled: 'It is offline.' }] })
      .then((it) => (settledWith = it));
    await settled();
    expect(options()[0]!.getAttribute('aria-disabled')).to.equal('true');
    expect(options()[0]!.textContent).to.contain('It is offline.');
    options()[0]!.click();
    await press('Enter');
    expect(settledWith).to.equal('nothing');
  });

  it('goes back a step, and says which it is', async () => {
    const answer = service.input({ title: 'Rename', step: 2, totalSteps: 3, canGoBack: true });
    await settled();
    expect(element.shadowRoot!.querySelector('.title')!.textContent).to.contain('2 of 3');
    await press('ArrowLeft', { altKey: true });
    expect(await answer).to.equal(goBack);
  });

  it('says what is wrong with a value and does not take it', async () => {
    void service.input({ title: 'Rename', validate: (value) => (value === '' ? 'A name is needed.' : undefined) });
    await settled();
    await press('Enter');
    expect(element.shadowRoot!.querySelector('[role=alert]')!.textContent).to.equal('A name is needed.');
    expect(field().getAttribute('aria-invalid')).to.equal('true');
  });

  it('has no accessibility violations', async () => {
    void service.pick({ title: 'Commands', items: [{ id: 'a', label: 'One', keybinding: 'F1' }] });
    await settled();
    const { violations } = await axe.run(element, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).to.deep.equal([]);
  });
});
