import axe from 'axe-core';
import { expect } from 'chai';
import type { Menu } from './menu.ts';
import { showMenu } from './show-menu.ts';

const groups = [
  [
    { id: 'rename', label: 'Rename', keys: 'F2' },
    { id: 'wake', label: 'Wake', disabledReason: 'No hardware address is known.' },
  ],
  [{ id: 'delete', label: 'Delete' }],
];
const open = (): Menu => document.querySelector('lk-menu')!;

async function press(key: string): Promise<void> {
  const menu = open().shadowRoot!.querySelector('.menu')!;
  menu.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  await open()?.updateComplete;
}

describe('lk-menu', () => {
  afterEach(() => document.body.replaceChildren());

  it('X1: gives the reason of what is greyed out, and does not run it', async () => {
    const chosen = showMenu(groups, { x: 10, y: 10 });
    await open().updateComplete;
    await press('ArrowDown');
    await press('Enter');
    const wake = open().shadowRoot!.querySelectorAll('[role=menuitem]')[1]!;
    expect(wake.getAttribute('aria-disabled')).to.equal('true');
    expect(wake.getAttribute('aria-description')).to.equal('No hardware address is known.');
    await press('d');
    await press('Enter');
    expect(await chosen).to.equal('delete');
  });

  it('gives the focus back when it is left', async () => {
    const button = document.createElement('button');
    document.body.append(button);
    button.focus();
    const chosen = showMenu(groups, { x: 10, y: 10 });
    await open().updateComplete;
    await press('Escape');
    expect(await chosen).to.equal(undefined);
    expect(document.activeElement).to.equal(button);
  });

  it('has no accessibility violations', async () => {
    void showMenu(groups, { x: 10, y: 10 }, 'Device');
    await open().updateComplete;
    const { violations } = await axe.run(open(), { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).to.deep.equal([]);
  });
});
