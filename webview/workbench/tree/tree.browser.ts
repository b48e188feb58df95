import axe from 'axe-core';
import { expect } from 'chai';
import { showTheme } from '#webview/themes/show-theme.ts';
import { ListedRows, type TreeRow } from './tree-rows.ts';
import type { Tree } from './tree.ts';
import './tree.ts';

const row = (index: number, count: number): TreeRow => ({
  id: `d${index}`,
  level: 1,
  label: `device-${String(index).padStart(6, '0')}`,
  presence: 'online',
  presenceText: 'online',
  fold: 'none',
  position: index + 1,
  siblings: count,
});

async function treeOf(rows: readonly TreeRow[]): Promise<Tree> {
  const tree = document.createElement('lk-tree');
  tree.style.cssText = 'display: block; width: 300px; height: 400px';
  tree.label = 'Devices';
  tree.rows = new ListedRows(rows);
  document.body.append(tree);
  await settled(tree);
  return tree;
}

async function settled(tree: Tree): Promise<void> {
  for (let frame = 0; frame < 4; frame++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await tree.updateComplete;
  }
}

const drawn = (tree: Tree): HTMLElement[] => [...tree.shadowRoot!.querySelectorAll<HTMLElement>('[role=treeitem]')];
const press = (tree: Tree, key: string, more: KeyboardEventInit = {}): boolean =>
  tree
    .shadowRoot!.querySelector('.tree')!
    .dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...more }));

describe('lk-tree', () => {
  before(() => showTheme('dark'));
  afterEach(() => document.body.replaceChildren());

  it('G3: draws only the lines in sight of 100,000, with their place in the whole', async () => {
    const tree = await treeOf(Array.from({ length: 100_000 }, (_, index) => row(index, 100_000)));
    expect(drawn(tree).length).to.be.within(15, 60);
    expect(drawn(tree)[0]!.getAttribute('aria-setsize')).to.equal('100000');
    tree.focus();
    press(tree, 'End');
    await settled(tree);
    expect(tree.selection.focused).to.equal('d99999');
    const last = drawn(tree).find((each) => each.getAttribute('aria-posinset') === '100000');
    expect(last?.getAttribute('aria-selected')).to.equal('true');
  });

  it('X9: chooses one, several and all with keys as VS Code does', async () => {
    const tree = await treeOf(Array.from({ length: 50 }, (_, index) => row(index, 50)));
    tree.focus();
    press(tree, 'ArrowDown');
    press(tree, 'ArrowDown', { shiftKey: true });
    expect(tree.selection.ids).to.deep.equal(['d1', 'd2']);
    press(tree, 'a', { ctrlKey: true });
    expect(tree.selection.ids).to.have.length(50);
    press(tree, 'Escape');
    expect(tree.selection.ids).to.deep.equal(['d2']);
  });

  it('goes to what is typed', async () => {
    const names = ['alpha', 'beta', 'gamma', 'gate'];
    const tree = await treeOf(names.map((label, index) => ({ ...row(index, 4), label })));
    tree.focus();
    press(tree, 'g');
    expect(tree.selection.focused).to.equal('d2');
    press(tree, 'a');
    press(tree, 't');
    expect(tree.selection.focused).to.equal('d3');
  });

  it('asks for a menu with Shift+F10, for the whole selection', async () => {
    const tree = await treeOf([row(0, 2), row(1, 2)]);
    tree.focus();
    press(tree, 'a', { ctrlKey: true });
    let asked: readonly string[] = [];
    tree.addEventListener('tree-menu', (event) => (asked = (event as CustomEvent).detail.ids));
    press(tree, 'F10', { shiftKey: true });
    expect(asked).to.deep.equal(['d0', 'd1']);
  });

  it('forgets chosen lines that are gone', async () => {
    const tree = await treeOf([row(0, 2), row(1, 2)]);
    tree.focus();
    press(tree, 'a', { ctrlKey: true });
    tree.rows = new ListedRows([row(0, 1)]);
    await settled(tree);
    expect(tree.selection.ids).to.deep.equal(['d0']);
  });

  it('has no accessibility violations', async () => {
    const tree = await treeOf([{ ...row(0, 2), fold: 'collapsed', badge: '3' }, row(1, 2)]);
    const { violations } = await axe.run(tree, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).to.deep.equal([]);
  });
});
