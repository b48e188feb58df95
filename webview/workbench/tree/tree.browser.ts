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

  it('G3: keeps elements while one scrolls, and has them in the order of their lines at rest', async () => {
    const tree = await treeOf(Array.from({ length: 1000 }, (_, index) => row(index, 1000)));
    const scroller = tree.shadowRoot!.querySelector<HTMLElement>('.tree')!;
    const places = (): number[] => drawn(tree).map((line) => Number(line.getAttribute('aria-posinset')));
    const sorted = (): number[] => places().sort((a, b) => a - b);
    const before = drawn(tree);
    for (let offset = 110; offset <= 2200; offset += 110) {
      scroller.scrollTop = offset;
      await settled(tree);
      const inSight = Array.from({ length: Math.floor(400 / 22) }, (_, at) => offset / 22 + 1 + at);
      expect(sorted()).to.include.members(inSight);
      for (const line of drawn(tree)) {
        expect(line.style.top).to.equal(`${(Number(line.getAttribute('aria-posinset')) - 1) * 22}px`);
        expect(line.textContent.trim()).to.equal(line.querySelector('.label')!.textContent);
      }
    }
    expect(drawn(tree)).to.include.members(before);
    for (let tries = 0; String(places()) !== String(sorted()) && tries < 100; tries++) await settled(tree);
    expect(places()).to.deep.equal(sorted());
  });

  it('G3: shows what is left, wherever one was, when most lines go', async () => {
    const tree = await treeOf(Array.from({ length: 1000 }, (_, index) => row(index, 1000)));
    tree.shadowRoot!.querySelector('.tree')!.scrollTop = 9000;
    await settled(tree);
    tree.rows = new ListedRows(Array.from({ length: 3 }, (_, index) => row(index, 3)));
    await tree.updateComplete;
    expect(drawn(tree).map((line) => line.getAttribute('aria-posinset'))).to.deep.equal(['1', '2', '3']);
  });

  it('X9: marks what was found, and nothing of what was found before', async () => {
    const highlights = [
      { start: 0, end: 3 },
      { start: 7, end: 9 },
    ];
    const tree = await treeOf([{ ...row(0, 1), highlights }]);
    const marks = (): string[] =>
      [...tree.shadowRoot!.querySelectorAll('mark')].map(({ textContent }) => textContent).filter(Boolean);
    expect(marks()).to.deep.equal(['dev', '00']);
    expect(drawn(tree)[0]!.querySelector('.label')!.textContent).to.equal('device-000000');
    tree.rows = new ListedRows([{ ...row(0, 1), highlights: [{ start: 6, end: 8 }] }]);
    await settled(tree);
    expect(marks()).to.deep.equal(['-0']);
    tree.rows = new ListedRows([row(0, 1)]);
    await settled(tree);
    expect(marks()).to.deep.equal([]);
    expect(drawn(tree)[0]!.querySelector('.label')!.textContent).to.equal('device-000000');
  });

  it('G3: says what a device is beside its name, in the one line that there is', async () => {
    const tree = await treeOf([{ ...row(0, 1), description: 'FRONT-DESK-01' }]);
    const [line] = drawn(tree);
    expect(line!.querySelector<HTMLElement>('.text')!.offsetHeight).to.equal(22);
    expect(line!.querySelector<HTMLElement>('.text')!.innerText).to.equal('device-000000 FRONT-DESK-01');
  });

  it('X9: clicks, menus and drops are of the line that they were on', async () => {
    const tree = await treeOf(Array.from({ length: 5 }, (_, index) => ({ ...row(index, 5), draggable: true })));
    const told: string[] = [];
    for (const type of ['tree-open', 'tree-menu', 'tree-drop', 'tree-drag', 'tree-over']) {
      tree.addEventListener(type, (event) => {
        const { id, ids } = (event as CustomEvent<{ id?: string; ids?: string[] }>).detail;
        told.push(`${type} ${id ?? ids!.join()}`);
      });
    }
    const at = (index: number): Element => drawn(tree)[index]!.querySelector('.label')!;
    const fire = (index: number, event: Event): boolean => at(index).dispatchEvent(event);
    fire(2, new MouseEvent('click', { bubbles: true }));
    fire(3, new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
    fire(1, new DragEvent('dragstart', { bubbles: true }));
    fire(4, new DragEvent('dragover', { bubbles: true }));
    fire(4, new DragEvent('drop', { bubbles: true }));
    expect(told).to.deep.equal(['tree-open d2', 'tree-menu d3', 'tree-drag d1', 'tree-over d4', 'tree-drop d4']);
    expect(tree.selection.ids).to.deep.equal(['d3']);
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
