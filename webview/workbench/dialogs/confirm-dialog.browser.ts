import axe from 'axe-core';
import { assert } from 'chai';
import { showLanguage } from '#webview/base/l10n.ts';
import { deepActiveElement } from '#webview/base/focus.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import { confirm } from './confirm-dialog.ts';

describe('Confirm dialog', () => {
  const dialog = (): HTMLElementTagNameMap['lk-confirm-dialog'] => document.querySelector('lk-confirm-dialog')!;
  const button = (which: 'go' | 'secondary'): HTMLButtonElement =>
    dialog().shadowRoot!.querySelector<HTMLButtonElement>(`.${which}`)!;
  const ask = async (destructive: boolean): Promise<{ answer: Promise<boolean> }> => {
    const answer = confirm({ message: 'Turn away?', detail: 'pc-a\npc-b', action: 'Turn away', destructive });
    await dialog().updateComplete;
    return { answer };
  };

  before(async () => {
    showTheme('light');
    await showLanguage('en');
  });
  afterEach(() => document.querySelector('lk-confirm-dialog')?.remove());

  it('X5 names what it is about, and has the focus on Cancel where something is destroyed', async () => {
    const { answer } = await ask(true);
    assert.include(dialog().shadowRoot!.textContent, 'pc-a\npc-b');
    assert.equal(deepActiveElement(), button('secondary'));
    button('secondary').click();
    assert.isFalse(await answer);
  });

  it('goes on only by its button, and takes itself away', async () => {
    const { answer } = await ask(false);
    assert.equal(deepActiveElement(), button('go'));
    button('go').click();
    assert.isTrue(await answer);
    assert.isNull(dialog());
  });

  it('X9 goes on only once the number was typed, where that is asked for', async () => {
    const typed = { label: 'Type the number:', text: '300' };
    const answer = confirm({ message: 'Delete?', action: 'Delete', destructive: true, typed });
    await dialog().updateComplete;
    const field = dialog().shadowRoot!.querySelector('input')!;
    assert.equal(deepActiveElement(), field);
    for (const [text, off] of [
      ['30', true],
      ['300', false],
    ] as const) {
      field.value = text;
      field.dispatchEvent(new InputEvent('input'));
      await dialog().updateComplete;
      assert.equal(button('go').disabled, off);
    }
    button('go').click();
    assert.isTrue(await answer);
  });

  it('takes Escape for a no', async () => {
    const { answer } = await ask(false);
    dialog().shadowRoot!.querySelector('dialog')!.close();
    assert.isFalse(await answer);
  });

  it('has nothing that axe objects to', async () => {
    await ask(true);
    const { violations } = await axe.run(dialog());
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
  });
});
