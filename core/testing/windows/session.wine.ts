import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileRequests } from '#protocol/file-transfer.ts';
import { sessionNotifications, sessionRequests, type Session } from '#protocol/sessions.ts';
import { needTools } from '../debian-tools.ts';
import { failsWith } from '../expect.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { TestWorkbench } from '../test-hub.ts';
import { TechnicianAtWork } from './technician-at-work.ts';
import { selfSigning, startWindowsInstallers, until, type WindowsInstallers } from './windows-installers.ts';
import { makeUpForWine } from './wine-endpoint.ts';
import { rightPassword } from './wine-log-on.ts';
import { startWine, type Wine } from './wine.ts';

const account = 'EXAMPLE\\ann';
const prompt = /[A-Z]:\\users\\\w+>/i;

/** An installed endpoint, a real hub, and a technician who gives an account of that computer. */
describe('unattended session on Windows', () => {
  let wine: Wine;
  let windows: WindowsInstallers;
  let admin: TestWorkbench;
  let started: Session;
  let work: TechnicianAtWork;
  const seen: Session[] = [];
  const signing = selfSigning();

  before(async () => {
    await makeUpForWine();
    wine = startWine();
    windows = await startWindowsInstallers({ signing: { command: signing.sign, formats: ['exe', 'msi'] } });
    wine.stayOn();
    const { file } = await windows.generate('exe', 'Berlin');
    signing.verify(file);
    const { code, err } = await wine.run(file, '/S');
    assert.equal(code, 0, err);
    admin = await windows.hub.workbench();
    admin.rpc.on(sessionNotifications.changed, ({ session }) => void seen.push(session));
    await admin.rpc.request(sessionRequests.watch, {});
  });

  const data = (): string => join(wine.drive, 'ProgramData/Latchkey Endpoint');
  const log = (): string => {
    const file = join(data(), 'endpoint.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  async function start(): Promise<void> {
    await until('the computer is there', async () => {
      const device = (await windows.devices())[0]?.id ?? '';
      const session = await admin.rpc.request(sessionRequests.start, { device }).catch(() => undefined);
      if (session) started = session;
      return session !== undefined;
    });
    work = new TechnicianAtWork(admin.rpc, started.id);
  }
  it('I3 what an EXE installs is signed itself, and so is what an MSI brings', async () => {
    const program = 'latchkey-endpoint.exe';
    const installed = join(wine.drive, 'Program Files/Latchkey Endpoint', program);
    signing.verify(installed);
    needTools({ msiextract: 'msitools' });
    const { file } = await windows.generate('msi', 'Berlin');
    const folder = temporaryFolder();
    execFileSync('msiextract', ['-C', folder, file], { stdio: 'pipe', timeout: 60_000 });
    const brought = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith(program));
    assert.ok(readFileSync(join(folder, brought ?? '')).equals(readFileSync(installed)));
  });

  it('X1 A9 wants an account of that computer, and takes no wrong password', async () => {
    await start();
    assert.equal(started.state, 'signingIn');
    await assert.rejects(work.openTerminal(), failsWith('session.notSignedIn'));
    await assert.rejects(work.signIn(started, account, `${rightPassword}x`), failsWith('session.accountRefused'));
    await assert.rejects(work.signIn(started, account, ''), failsWith('session.accountRefused'));
    assert.equal((await work.signIn(started, account, rightPassword)).state, 'active');
  });

  it('X1 A9 a real terminal as that account: its home, what is typed, umlauts and more', async () => {
    const terminal = await work.openTerminal();
    let at = await terminal.shows(prompt);
    terminal.type('echo grüße, 日本語, naïve\r');
    at = await terminal.shows(/grüße, 日本語, naïve[^]*grüße, 日本語, naïve/, at);
    terminal.type('echo %USERPROFILE% [%NODE_OPTIONS%%LATCHKEY_DATA%]\r');
    at = await terminal.shows(/C:\\users\\\w+ \[/i, at);
    // Wine has no way to resize a console: said in the log once, and all else goes on.
    for (const columns of [120, 121]) terminal.resize(columns, 40);
    terminal.type('echo still here\r');
    await terminal.shows(/still here[^]*still here/, at);
    await until('the log says so', () => log().includes('ResizePseudoConsole'));
    assert.equal(log().match(/ResizePseudoConsole/g)?.length, 1);
    terminal.type('exit 7\r');
    assert.equal(await terminal.ended(), 7);
  });

  it('X1 megabytes of output arrive, and the endpoint answers meanwhile', async () => {
    const home = (await admin.rpc.request(fileRequests.list, { session: work.session, path: null })).path;
    const line = `${'0123456789'.repeat(9)}\r\n`;
    const count = 20_000;
    await work.send(home, 'large.txt', Buffer.from(`${line.repeat(count)}THE END\r\n`));
    const terminal = await work.openTerminal();
    const at = await terminal.shows(prompt);
    terminal.type('type large.txt\r');
    const list = await admin.rpc.request(fileRequests.list, { session: work.session, path: home });
    assert.ok(list.entries.some(({ name }) => name === 'large.txt'));
    await terminal.shows(/THE END/, at);
    terminal.type('exit\r');
    assert.equal(await terminal.ended(), 0);
  });

  it('X1 Ctrl+C reaches what runs', async () => {
    const terminal = await work.openTerminal();
    const at = await terminal.shows(prompt);
    terminal.type('ping -n 100 127.0.0.1\r');
    await terminal.shows(/Reply from|127\.0\.0\.1:/, at);
    const begun = Date.now();
    terminal.type('\x03');
    // Wine's command prompt goes with it.
    await terminal.ended();
    assert.ok(Date.now() - begun < 30_000);
  });

  it('X1 a file there and back, and folders of that computer', async () => {
    const content = randomBytes(600_000);
    const { path: home, parent } = await admin.rpc.request(fileRequests.list, { session: work.session, path: null });
    assert.match(home, /^C:\\users\\/i);
    assert.ok(parent);
    const path = await work.send(home, 'größe 日本.bin', content);
    assert.ok((await work.receive(path)).equals(content));
    await assert.rejects(work.send(home, 'con.txt', content), failsWith('file.nameInvalid'));
    await assert.rejects(work.send(home, 'größe 日本.bin', content), failsWith('file.exists'));
  });

  it('X1 ends with all that it started, and the password stands nowhere', async () => {
    const pings = (): number => wine.programs().filter((name) => name === 'ping.exe').length;
    const before = pings();
    const terminal = await work.openTerminal();
    await terminal.shows(prompt);
    terminal.type('start /b ping -n 1000 127.0.0.1\r');
    await until('it runs', () => pings() > before);
    await work.end();
    await until('it is over', () => seen.some(({ state, end }) => state === 'ended' && end === 'technician'));
    await until('nothing of it runs', () => pings() === before && !wine.programs().includes('cmd.exe'));
    const files = readdirSync(data()).map((name) => join(data(), name));
    for (const form of [Buffer.from(rightPassword), Buffer.from(rightPassword, 'utf16le')])
      for (const file of files) assert.ok(!readFileSync(file).includes(form), file);
  });
});
