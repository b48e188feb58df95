import axe from 'axe-core';
import { expect } from 'chai';
import { Container } from 'inversify';
import { Subject } from 'rxjs';
import { PermissionService } from '#core/workbench/permissions/permission-service.ts';
import { provideServices } from '#webview/base/services.ts';
import type { Menu } from './menu.ts';
import type { MenuItems } from './menu-entry.ts';
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

  describe('while it is open', () => {
    const rights = new Subject<void>();
    before(() => {
      const container = new Container();
      container.bind(PermissionService).toConstantValue({ changes$: rights } as unknown as PermissionService);
      provideServices(container);
    });
    let off: string | undefined;
    afterEach(() => (off = undefined));
    const change = async (reason: string): Promise<void> => {
      off = reason;
      rights.next();
      for (const menu of document.querySelectorAll('lk-menu')) await menu.updateComplete;
    };

    it('I6 greys out at once what is switched off, says why, and does not run it', async () => {
      const files = (): MenuItems[] => [
        [
          { id: 'a', label: 'A' },
          { id: 'files', label: 'Files', disabledReason: off },
        ],
      ];
      const chosen = showMenu(files, { x: 10, y: 10 });
      await open().updateComplete;
      await press('ArrowDown');
      await change('Switched off for you.');
      expect(open().shadowRoot!.querySelector('.reason')!.textContent).to.equal('Switched off for you.');
      await press('Enter');
      expect(open(), 'it stays open').to.not.equal(null);
      await press('Escape');
      expect(await chosen).to.equal(undefined);
    });

    it('A3 A4 greys out entries of an open submenu, or closes it where the whole of it is switched off', async () => {
      let all = false;
      const entries = (): MenuItems[] => [[{ id: 'setUp', label: 'Set up', disabledReason: off }]];
      const menus = (): NodeListOf<Menu> => document.querySelectorAll('lk-menu');
      void showMenu(
        () => [
          [{ id: 'more', label: 'Unattended support', submenu: entries(), disabledReason: all ? off : undefined }],
        ],
        { x: 10, y: 10 },
      );
      await open().updateComplete;
      await press('ArrowRight');
      expect(menus().length).to.equal(2);
      await change('It is set up already.');
      const [, submenu] = menus();
      await submenu!.updateComplete;
      expect(submenu!.shadowRoot!.querySelector('.item')!.getAttribute('aria-disabled')).to.equal('true');
      all = true;
      await change('Switched off for you.');
      expect(menus().length).to.equal(1);
      expect(open().shadowRoot!.querySelector('.item')!.getAttribute('aria-description')).to.equal(off);
    });
  });

  describe('with a submenu', () => {
    const entries = [
      { id: 'setUp', label: 'Set up' },
      { id: 'link', label: 'Copy link' },
    ];
    const withSubmenu = [
      [
        { id: 'more', label: 'Unattended support', submenu: [entries] },
        { id: 'off', label: 'Files', submenu: [entries], disabledReason: 'Switched off.' },
      ],
    ];
    const menus = (): Menu[] => [...document.querySelectorAll<Menu>('lk-menu')];
    const key = async (menu: Menu, name: string): Promise<void> => {
      menu
        .shadowRoot!.querySelector('.menu')!
        .dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
      await menu.updateComplete;
      await menus().at(-1)?.updateComplete;
    };

    it('opens by arrow right, closes by arrow left, and gives what was chosen in it', async () => {
      const chosen = showMenu(withSubmenu, { x: 10, y: 10 });
      await open().updateComplete;
      await key(open(), 'ArrowRight');
      expect(menus().length).to.equal(2);
      const item = open().shadowRoot!.querySelector('[role=menuitem]')!;
      expect(item.getAttribute('aria-expanded')).to.equal('true');
      expect(item.getAttribute('aria-haspopup')).to.equal('menu');
      await key(menus()[1]!, 'ArrowLeft');
      expect(menus().length).to.equal(1);
      await key(open(), 'Enter');
      await key(menus()[1]!, 'ArrowDown');
      await key(menus()[1]!, 'Enter');
      expect(await chosen).to.equal('link');
      expect(menus().length).to.equal(0);
    });

    it('A3: does not open where it is greyed out as a whole', async () => {
      void showMenu(withSubmenu, { x: 10, y: 10 });
      await open().updateComplete;
      await key(open(), 'ArrowDown');
      await key(open(), 'ArrowRight');
      open()
        .shadowRoot!.querySelectorAll('.item')[1]!
        .dispatchEvent(new MouseEvent('mousemove', { bubbles: true }));
      await key(open(), 'Enter');
      expect(menus().length).to.equal(1);
    });

    it('opens when it is pointed at', async () => {
      void showMenu([[{ id: 'first', label: 'First' }], ...withSubmenu], { x: 10, y: 10 });
      await open().updateComplete;
      open()
        .shadowRoot!.querySelectorAll('.item')[1]!
        .dispatchEvent(new MouseEvent('mousemove', { bubbles: true }));
      await open().updateComplete;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(menus().length).to.equal(2);
      expect(menus()[1]!.getBoundingClientRect().top).to.be.greaterThan(20);
    });
  });

  it('has no accessibility violations', async () => {
    void showMenu(groups, { x: 10, y: 10 }, 'Device');
    await open().updateComplete;
    const { violations } = await axe.run(open(), { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).to.deep.equal([]);
  });
});
