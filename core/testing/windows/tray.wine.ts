import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { openPage } from '../customer-browser.ts';
import { startDesktop, type TrayNote, type WineDesktop } from './wine-desktop.ts';
import { startWindowsInstallers, until, type GeneratedFile, type WindowsInstallers } from './windows-installers.ts';
import { startWine, type Wine } from './wine.ts';

/** The icon of an installed endpoint, with a taskbar and a browser that stand where Windows has its own. */
describe('tray on Windows', () => {
  let wine: Wine;
  let windows: WindowsInstallers;
  let desktop: WineDesktop;
  let installer: GeneratedFile;

  before(async () => {
    wine = startWine();
    windows = await startWindowsInstallers();
    installer = await windows.generate('exe', 'Berlin');
    desktop = await startDesktop(wine);
    const { code, err } = await wine.run(installer.file, '/S');
    assert.equal(code, 0, err);
  });

  const program = (): string => join(wine.drive, 'Program Files/Latchkey Endpoint/latchkey-endpoint.exe');
  const shown = (): TrayNote[] => desktop.notes().filter(({ tooltip }) => tooltip !== undefined);
  const tooltip = (): string => shown().at(-1)?.tooltip ?? '';
  const count = (action: TrayNote['action']): number => desktop.notes().filter((note) => note.action === action).length;
  const state = async (): Promise<string | undefined> => (await windows.devices())[0]?.state;

  it('I5 the icon appears for whoever is signed in, with the installation, and says that it is connected', async () => {
    await until('an icon', () => count('add') === 1);
    await until('connected', () => tooltip().includes('Connected to'));
    assert.match(tooltip(), /^Latchkey Endpoint\n/);
    const run = await wine.run(
      join(wine.drive, 'windows/system32/reg.exe'),
      'query',
      'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run',
    );
    assert.match(
      run.out,
      /LatchkeyEndpoint\s+REG_SZ\s+"C:\\Program Files\\Latchkey Endpoint\\latchkey-endpoint\.exe" tray/,
    );
  });

  it('I5 there is one icon in a sign-in, which comes again with a new taskbar', async () => {
    assert.equal((await wine.run(program(), 'tray')).code, 0);
    assert.equal(count('add'), 1);
    desktop.order('restart');
    await until('the icon anew', () => count('add') === 2);
  });

  it('X7 its menu blocks access and opens it again: the hub hears of it, the icon is another one', async () => {
    const before = shown().at(-1)?.icon;
    // Status, open, block.
    desktop.order('menu');
    await until('a menu', () => {
      desktop.order('keys', 'down', 'down', 'down', 'return');
      return desktop.notes().some(({ menu }) => menu === true);
    });
    await until('blocked', async () => (await state()) === 'blocked');
    await until('an icon that says so', () => tooltip().includes('Access is blocked'));
    assert.notEqual(shown().at(-1)?.icon, before);
    desktop.order('command', '1003');
    await until('open again', async () => (await state()) === 'active');
    await until('an icon that says so', () => !tooltip().includes('Access is blocked'));
  });

  it('X7 the command line does the same', async () => {
    assert.equal((await wine.run(program(), 'block')).code, 0);
    await until('blocked', async () => (await state()) === 'blocked');
    assert.equal((await wine.run(program(), 'unblock')).code, 0);
    await until('open', async () => (await state()) === 'active');
  });

  it('I5 X7 opens the page in the browser of whoever sits there, by a file that goes once it is used', async () => {
    const file = await desktop.nextOpened(() => desktop.order('command', '1001'));
    const address = /url=(http:\/\/127\.0\.0\.1:\d+\/#[\w-]+)"/.exec(readFileSync(file, 'utf8'))?.[1];
    assert.ok(address, 'an address of the loopback interface');
    const { page, problems, close } = await openPage();
    await page.goto(address);
    const block = page.getByRole('switch', { name: 'Block access' }).or(page.getByLabel('Block access'));
    await block.first().click();
    await until('blocked', async () => (await state()) === 'blocked');
    await block.first().click();
    await until('open', async () => (await state()) === 'active');
    await until('no file', () => !existsSync(dirname(file)));
    assert.deepEqual(problems, []);
    await close();
  });

  it('goes with the service, so that the program’s file is free, and comes with it', async () => {
    assert.equal((await wine.run(program(), 'stop')).code, 0);
    assert.equal(count('delete'), 1);
    assert.equal((await wine.run(program(), 'start')).code, 0);
    await until('an icon', () => count('add') === 3);
    await until('connected', () => tooltip().includes('Connected to'));
  });

  it('X5 goes with the program', async () => {
    assert.equal((await wine.run(program(), 'remove')).code, 0);
    await until('no icon', () => count('delete') === 2);
    await until('no files', () => !existsSync(dirname(program())));
    const run = await wine.run(
      join(wine.drive, 'windows/system32/reg.exe'),
      'query',
      'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run',
    );
    assert.doesNotMatch(run.out, /Latchkey/);
  });
});
