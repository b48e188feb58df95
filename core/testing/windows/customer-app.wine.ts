import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { deviceRequests, type DeviceDetails } from '#protocol/devices.ts';
import { fileRequests } from '#protocol/file-transfer.ts';
import { joinDownloadPath } from '#protocol/join.ts';
import { portalDownloadPath } from '#protocol/portal.ts';
import { sessionRequests, type Session } from '#protocol/sessions.ts';
import { setUpRequests } from '#protocol/set-ups.ts';
import { openPage } from '../customer-browser.ts';
import { enterKey } from '../test-customer-app.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { adminEmail, adminPassword, type TestWorkbench } from '../test-hub.ts';
import { TechnicianAtWork } from './technician-at-work.ts';
import { startDesktop, type WineDesktop } from './wine-desktop.ts';
import { makeUpForWine } from './wine-endpoint.ts';
import { otherPassword, rightPassword } from './wine-log-on.ts';
import { startWindowsInstallers, until, type WindowsInstallers } from './windows-installers.ts';
import { startWine, type Wine, type WineOutcome } from './wine.ts';

const account = 'EXAMPLE\\ann';
const theirs = rightPassword;
const changed = otherPassword;
const prompt = /[A-Z]:\\users\\\w+>/i;

/** The customer app as the hub hands it out: its page in a real browser, a real hub, and Wine as the customer's computer. */
describe('customer app on Windows', () => {
  let wine: Wine;
  let windows: WindowsInstallers;
  let desktop: WineDesktop;
  let admin: TestWorkbench;
  let group: string;
  const folder = temporaryFolder();

  before(async () => {
    await makeUpForWine();
    wine = startWine();
    windows = await startWindowsInstallers();
    // Brings the runtimes too.
    ({ group } = await windows.generate('exe', 'Berlin'));
    admin = await windows.hub.workbench();
    desktop = await startDesktop(wine);
    wine.stayOn();
  });

  const program = (): string => join(wine.drive, 'Program Files/Latchkey Endpoint/latchkey-endpoint.exe');
  const data = (): string => join(wine.drive, 'ProgramData/Latchkey Endpoint');
  async function onlyDevice(): Promise<DeviceDetails> {
    const all = await windows.devices();
    assert.equal(all.length, 1);
    return admin.rpc.request(deviceRequests.get, { device: all[0]!.id });
  }
  async function download(answer: Response): Promise<string> {
    assert.equal(answer.status, 200);
    const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? '';
    const file = join(folder, name);
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    return file;
  }
  /** What a double click does: the page opens in the customer's browser. */
  async function start(...command: [string, ...string[]]): Promise<{ page: Page; ended: Promise<WineOutcome> }> {
    let ended: Promise<WineOutcome> | undefined;
    const file = await desktop.nextOpened(() => void (ended = wine.run(...command)));
    const address = /url=(http:\/\/127\.0\.0\.1:\d+\/#[\w-]+)"/.exec(readFileSync(file, 'utf8'))?.[1];
    assert.ok(address, 'an address of the loopback interface');
    const { page } = await openPage();
    await page.goto(address);
    await until('the file that leads there is gone', () => !existsSync(dirname(file)));
    return { page, ended: ended! };
  }
  const signIn = async (page: Page): Promise<void> => {
    await page.getByLabel('Technician’s e-mail address').fill(adminEmail);
    await page.getByLabel('Technician’s password').fill(adminPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const allow = (page: Page): Promise<void> => page.getByRole('button', { name: 'Allow unattended support' }).click();
  const password = (): string => readFileSync(join(data(), 'password.json'), 'utf8');

  it('P1 P4 A10: declined, nothing is left on the computer', async () => {
    const file = await download(await fetch(`${windows.hub.url}${portalDownloadPath}?platform=windows`));
    assert.match(file, /latchkey-unattended_x64\.exe$/);
    const { page, ended } = await start(file);
    await signIn(page);
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('You have declined').first().waitFor();
    await page.close();
    assert.equal((await ended).code, 0);
    assert.ok(!existsSync(program()) && !existsSync(data()));
    assert.deepEqual(await windows.devices(), []);
  });

  it('P2 P3 P4 P5 A7 A8 I5: set up at the portal, the customer’s password sealed on the computer alone', async () => {
    const { page, ended } = await start(join(folder, 'latchkey-unattended_x64.exe'));
    await signIn(page);
    const dialog = page.getByRole('dialog');
    assert.ok(await dialog.getByLabel('Set Windows password (recommended)').isChecked());
    await dialog.getByLabel('Windows user name').fill(account);
    await dialog.getByLabel('Windows password', { exact: true }).fill(`${theirs}x`);
    await allow(page);
    await dialog.locator('#consent-problem').waitFor();
    await dialog.getByLabel('Windows password', { exact: true }).fill(theirs);
    await allow(page);
    await page.getByLabel('Nickname').fill('Reception');
    assert.ok(!existsSync(data()), 'nothing is kept before it is installed');
    await page.getByRole('button', { name: 'OK' }).click();
    await page.getByText('Unattended support is set up').first().waitFor({ timeout: 60_000 });
    const { device } = await onlyDevice();
    assert.deepEqual([device.nickname, device.system?.platform], ['Reception', 'windows']);
    await until('the hub knows that there is one', async () => (await onlyDevice()).passwordStored);
    assert.equal((JSON.parse(password()) as { account: string }).account, account);
    const names = readdirSync(data()).filter((name) => /\.(json|log)$/.test(name));
    assert.ok(names.includes('password.json'));
    const kept = names.map((name) => readFileSync(join(data(), name)));
    for (const secret of [Buffer.from(theirs), Buffer.from(theirs, 'utf16le')])
      for (const content of kept) assert.ok(!content.includes(secret));
    await until('an icon', () => desktop.notes().some(({ action }) => action === 'add'));
    await page.close();
    assert.equal((await ended).code, 0);
  });

  /** Starts a session on the only device there is. */
  async function startSession(): Promise<Session> {
    const { device } = await onlyDevice();
    let session: Session | undefined;
    await until('it is connected', async () => {
      session = await admin.rpc.request(sessionRequests.start, { device: device.id }).catch(() => undefined);
      return session !== undefined;
    });
    return session!;
  }

  it('X1 A9 with the stored password nobody is asked for one, and whoever is there is told', async () => {
    const session = await startSession();
    assert.deepEqual([session.state, session.sealingKey], ['active', null]);
    await until('a notice', () => desktop.notes().some(({ notice }) => notice?.includes('Administrator')));
    const work = new TechnicianAtWork(admin.rpc, session.id);
    const terminal = await work.openTerminal();
    await terminal.shows(prompt);
    terminal.type('exit 3\r');
    assert.equal(await terminal.ended(), 3);
    await work.end();
  });

  it('X8 the customer replaces the password, and takes it back', async () => {
    const { page, ended } = await start(program(), 'open');
    await page.getByText(`The password of ${account} is stored on this computer`).waitFor();
    const before = password();
    await page.getByRole('button', { name: 'Update password' }).click();
    await page.getByLabel('Windows user name').fill('EXAMPLE\\ben');
    await page.getByLabel('Windows password', { exact: true }).fill(changed);
    await page.getByRole('button', { name: 'Store password' }).click();
    await page.getByText('The password of EXAMPLE\\ben is stored on this computer').waitFor();
    assert.notEqual(password(), before);
    await page.getByRole('button', { name: 'Delete password' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete password' }).click();
    await until('no password', () => !existsSync(join(data(), 'password.json')));
    await until('the hub knows', async () => !(await onlyDevice()).passwordStored);
    assert.equal((await ended).code, 0);
    await page.close();
    const session = await startSession();
    assert.equal(session.state, 'signingIn', 'A9: an account is given each time');
    await new TechnicianAtWork(admin.rpc, session.id).end();
  });

  it('X5 the customer takes it back: nothing is left', async () => {
    const { page } = await start(program(), 'open');
    await page.getByRole('button', { name: 'Remove access' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove access' }).click();
    await page.getByText('Unattended access has been removed').first().waitFor();
    await until('no device', async () => (await windows.devices()).length === 0);
    await until('no files', () => !existsSync(dirname(program())) && !existsSync(data()));
    await page.close();
  });

  it('A1 A5 A7 A9 A12 G2: set up in an attended session, without a stored password', async () => {
    const { rpc } = admin;
    const { session, key } = await rpc.request(sessionRequests.invite, {});
    const { ticket } = await enterKey(windows.hub, key);
    const body = new URLSearchParams({ ticket, platform: 'windows', architecture: 'x64' });
    const file = await download(await fetch(windows.hub.url + joinDownloadPath, { method: 'POST', body }));
    assert.match(file, /latchkey-support_x64\.exe$/);
    const { page, ended } = await start(file);
    await page.getByText('is connected to this computer').waitFor();
    const of = { session: session.id };

    const listed = await rpc.request(fileRequests.list, { ...of, path: null });
    assert.match(listed.path, /^C:\\users\\/i);
    const work = new TechnicianAtWork(rpc, session.id);
    const content = Buffer.from('Grüße an alle\n');
    const sent = await work.send(listed.path, 'grüße.txt', content);
    assert.ok((await work.receive(sent)).equals(content));
    const terminal = await work.openTerminal();
    const at = await terminal.shows(prompt);
    terminal.type('type grüße.txt\r');
    await terminal.shows(/an alle/, at);
    // It goes on while the computer is set up, and ends with the session.

    const begun = await rpc.request(setUpRequests.begin, { ...of, password: adminPassword });
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Set Windows password (recommended)').uncheck();
    await allow(page);
    await dialog.waitFor({ state: 'detached' });
    const setUp = async () => (await rpc.request(setUpRequests.watch, {})).find(({ id }) => id === begun.id);
    await until('allowed', async () => (await setUp())?.state === 'details');
    await rpc.request(setUpRequests.complete, { setUp: begun.id, nickname: 'Till', group });
    await until('done', async () => (await setUp())?.state === 'done');
    assert.equal((await setUp())?.passwordStored, false);
    await page.getByRole('button', { name: 'End session' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    assert.equal((await ended).code, 0);
    await page.close();
    await until('the terminal gone', () => !wine.programs().includes('cmd.exe'));
    const { device, passwordStored } = await onlyDevice();
    assert.deepEqual([device.nickname, device.group, passwordStored], ['Till', group, false]);
    assert.ok(existsSync(program()) && !existsSync(join(data(), 'password.json')));
    assert.equal((await wine.run(program(), 'remove')).code, 0);
  });
});
