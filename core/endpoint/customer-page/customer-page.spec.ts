import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { BrowserProgram, CustomerBrowser } from '#core/testing/endpoint/customer-browser.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { customerRequests } from '#protocol/customer-page.ts';
import { AppState } from '../customer-app/app-state.ts';
import type { CustomerActions } from './customer-app.ts';
import { CustomerPage } from './customer-page.ts';
import { desktopUser, environmentOf, passwordEntry } from './desktop-user.ts';
import { browserCommands, inSessionOf } from './open-browser.ts';
import { PageKeeper } from './page-keeper.ts';
import { writeRedirectFile } from './redirect-file.ts';

/** Whether programs of other accounts can be run here. */
const canChange = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/bin/bash');

describe('The customer’s page', () => {
  let scratch: string;
  let browser: BrowserProgram;
  let state: AppState;
  let page: CustomerPage;
  let home: string;
  const problems: string[] = [];
  const ended: string[] = [];
  const actions: CustomerActions = { endSession: ({ session }) => void ended.push(session) };

  beforeEach(async () => {
    scratch = temporaryFolder();
    home = join(scratch, 'home');
    const folder = join(scratch, 'built');
    mkdirSync(home);
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
    writeFileSync(join(folder, 'main.js'), 'void 0;');
    writeFileSync(join(scratch, 'private.js'), 'not to be had');
    browser = new BrowserProgram(scratch);
    state = new AppState('session', 'https://hub.example');
    problems.length = ended.length = 0;
    const user = { name: 'customer', home, uid: process.getuid?.(), gid: process.getgid?.(), other: false };
    page = await CustomerPage.start({
      app: { state$: state.state$, actions },
      user,
      env: { PATH: process.env['PATH'], BROWSER: browser.path },
      onProblem: (problem) => problems.push(problem),
      folder,
    });
  });
  afterEach(() => page.close());

  interface Attempt {
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  }
  /** Sends what `fetch` would not: other hosts and origins. */
  function send(address: URL, { path = '/', method = 'GET', headers = {}, body }: Attempt) {
    return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: address.port, path, method, headers, agent: false };
      const sent = httpRequest(options, (response) => {
        let text = '';
        response.on('data', (data) => (text += String(data)));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
  const enter = (address: URL, secret: string, headers: Record<string, string> = {}) =>
    send(address, {
      path: '/enter',
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: address.origin, ...headers },
      body: JSON.stringify({ secret }),
    });
  const upgrade = (address: URL, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${address.port}/page`, { headers });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('open', () => (socket.terminate(), resolve(101)));
      socket.on('error', () => {});
    });
  /** What a program of this account gets. */
  const statusFor = (uid: number, address: URL) =>
    new Promise<string>((resolve, reject) => {
      const ask = `GET / HTTP/1.1\\r\\nHost: ${address.host}\\r\\nConnection: close\\r\\n\\r\\n`;
      const script = `exec 3<>/dev/tcp/127.0.0.1/${address.port} && printf '${ask}' >&3 && read -r _ status _ <&3 && echo $status`;
      execFile('/bin/bash', ['-c', script], { uid, gid: uid, cwd: '/', timeout: 20_000 }, (error, out) =>
        error ? reject(error) : resolve(out.trim()),
      );
    });
  async function openedAddress(): Promise<URL> {
    const { file } = await page.open();
    return CustomerBrowser.addressIn(file);
  }

  it('A7 is opened by a file for the customer alone, which is gone once it was used', async () => {
    const { file, shown } = await page.open();
    assert.equal(shown, true);
    assert.deepEqual(browser.opened, [file]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
    assert.ok(file.startsWith(home));
    const tab = await CustomerBrowser.follow(file);
    assert.equal(tab.state.mode, 'session');
    await until(() => readdirSync(home).length === 0);
    assert.deepEqual(problems, []);
  });

  it('A7 says where the file is where no browser takes it', async () => {
    writeFileSync(browser.path, '#!/bin/sh\nexit 1\n');
    const { file, shown } = await page.open();
    assert.equal(shown, false);
    assert.ok(existsSync(file));
    await page.open();
    assert.ok(!existsSync(file), 'of two, the newer one counts');
  });

  it('G4 the secret serves once, and a newer one ends an older one', async () => {
    const first = await openedAddress();
    const second = await openedAddress();
    const secret = second.hash.slice(1);
    assert.equal((await enter(second, first.hash.slice(1))).status, 403);
    assert.equal((await enter(second, 'A'.repeat(43))).status, 403);
    const entered = await enter(second, secret);
    assert.equal(entered.status, 200);
    const cookie = String((entered.headers['set-cookie'] as string[])[0]);
    assert.match(cookie, /; HttpOnly; SameSite=Strict; Path=\/page$/);
    const again = await enter(second, secret);
    assert.equal(again.status, 403);
    assert.equal((JSON.parse(again.text) as { error: { code: string } }).error.code, 'customerPage.notOurs');
    assert.ok(!again.text.includes(secret));
  });

  it('G4 another site’s page cannot spend the secret, even where it knew it', async () => {
    const address = await openedAddress();
    const secret = address.hash.slice(1);
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:${address.port}` },
      { origin: `http://127.0.0.1:1` },
      { host: `evil.example:${address.port}` },
      { host: `localhost:${address.port}` },
      { host: '127.0.0.1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ]) {
      assert.equal((await enter(address, secret, headers)).status, 403, JSON.stringify(headers));
    }
    const { origin: _, ...noOrigin } = { origin: '', 'content-type': 'application/json' };
    const bare = { path: '/enter', method: 'POST', headers: noOrigin, body: JSON.stringify({ secret }) };
    assert.equal((await send(address, bare)).status, 403);
    assert.equal((await enter(address, secret)).status, 200);
  });

  it('G4 the WebSocket takes the cookie, this origin and this host, nothing less', async () => {
    const tab = await CustomerBrowser.follow((await page.open()).file);
    const { address, cookie } = tab;
    const { origin } = address;
    const [name = ''] = cookie.split('=');
    for (const headers of [
      { origin },
      { origin, cookie: `${name}=${'A'.repeat(43)}` },
      { origin, cookie: `${name}=` },
      { cookie },
      { cookie, origin: 'http://evil.example' },
      { cookie, origin: 'null' },
      { cookie, origin: `http://localhost:${address.port}` },
      { cookie, origin, host: `evil.example:${address.port}` },
      { cookie, origin, 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      assert.equal(await upgrade(address, headers), 403, JSON.stringify(headers));
    }
    assert.equal(await upgrade(address, { cookie, origin }), 101);
  });

  it('G4 a program of another account of this computer is kept out', { skip: !canChange }, async () => {
    const address = await openedAddress();
    assert.equal(await statusFor(65534, address), '403');
    assert.equal(await statusFor(0, address), '200');
  });

  it(
    'P2 run by sudo, it is the customer’s own browser that is let in, by a file of theirs',
    {
      skip: !canChange,
    },
    async () => {
      const customer = await desktopUser({ SUDO_UID: '65534', HOME: '/root' });
      assert.deepEqual([customer.uid, customer.other], [65534, true]);
      const redirect = await writeRedirectFile('http://127.0.0.1:1/#x', customer);
      for (const path of [redirect.path, dirname(redirect.path)]) {
        const { uid, mode } = statSync(path);
        assert.deepEqual([uid, mode & 0o077], [65534, 0], path);
      }
      await redirect.remove();
      assert.ok(!existsSync(dirname(redirect.path)));
      const env = environmentOf(customer, { DISPLAY: ':0', LATCHKEY_SECRET: 'x', HOME: '/root' });
      assert.deepEqual([env['DISPLAY'], env['LATCHKEY_SECRET'], env['HOME'] === '/root'], [':0', undefined, false]);
      const own = await CustomerPage.start({
        app: { state$: state.state$, actions },
        user: customer,
        env: {},
        onProblem: (problem) => problems.push(problem),
        folder: join(scratch, 'built'),
      });
      const address = new URL(own.issueAddress());
      assert.equal(await statusFor(65534, address), '200');
      assert.equal(await statusFor(1, address), '403');
      await own.close();
    },
  );

  it('G4 listens on the loopback address alone, and lets pages under other names see nothing', async () => {
    const address = await openedAddress();
    for (const addresses of Object.values(networkInterfaces())) {
      for (const { address: host, family, internal } of addresses ?? []) {
        if (internal || family !== 'IPv4') continue;
        const reached = await new Promise((resolve) => {
          const socket = connect({ host, port: Number(address.port), timeout: 2000 });
          socket.once('connect', () => (socket.destroy(), resolve(true)));
          socket.once('error', () => resolve(false)).once('timeout', () => (socket.destroy(), resolve(false)));
        });
        assert.equal(reached, false, host);
      }
    }
    assert.equal((await send(address, { headers: { host: `rebound.example:${address.port}` } })).status, 403);
  });

  it('serves the page’s own files with a strict policy, and nothing else', async () => {
    const address = await openedAddress();
    const { status, headers, text } = await send(address, {});
    assert.equal(status, 200);
    assert.match(text, /<title>page/);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal((await send(address, { path: '/main.js' })).status, 200);
    for (const path of [
      '/../private.js',
      '/%2e%2e/private.js',
      '/..%2fprivate.js',
      '//private.js',
      '/nothing',
      '/page',
    ]) {
      assert.equal((await send(address, { path })).status, 404, path);
    }
    assert.equal((await send(address, { path: '/', method: 'DELETE' })).status, 404);
    const long = {
      path: '/enter',
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: address.origin },
    };
    assert.equal((await send(address, { ...long, body: 'x'.repeat(100_000) })).status, 400);
    assert.equal((await send(address, { ...long, body: '{' })).status, 400);
  });

  it('does what the page asks, refuses what this mode has not, and tells what changes', async () => {
    const tab = await CustomerBrowser.follow((await page.open()).file);
    state.change({ organisation: 'Support Ltd' });
    await tab.shows(({ organisation }) => organisation === 'Support Ltd');
    await tab.request(customerRequests.endSession, { session: 'a'.repeat(16) });
    assert.deepEqual(ended, ['a'.repeat(16)]);
    await assert.rejects(
      tab.request(customerRequests.setBlocked, { blocked: true }),
      failsWith('customerApp.otherStep'),
    );
    await assert.rejects(
      tab.request(customerRequests.endSession, { session: 'nonsense' }),
      failsWith('rpc.invalidParams'),
    );
  });

  it('of several tabs the newest counts, and a page that is loaded again comes back', async () => {
    const first = await CustomerBrowser.follow((await page.open()).file);
    await first.connect();
    const second = await CustomerBrowser.follow((await page.open()).file);
    await first.shows(({ ended: end }) => end?.reason === 'replaced');
    await until(() => first.socket.readyState === WebSocket.CLOSED);
    assert.equal(second.state.ended, null);
    assert.equal(await upgrade(first.address, { cookie: first.cookie, origin: first.address.origin }), 403);
  });

  it('A6 a closed page is opened again once, once more for a question, and then stays closed', async () => {
    let givenUp = 0;
    const keeper = new PageKeeper({
      page,
      onOpened: () => {},
      onProblem: (problem) => problems.push(problem),
      onGivenUp: () => givenUp++,
      grace: 0.05,
    });
    await keeper.open();
    (await browser.page(0)).close();
    const again = await browser.page(1);
    again.close();
    await until(() => givenUp === 1);
    assert.equal(browser.opened.length, 2);
    await keeper.need();
    (await browser.page(2)).close();
    (await browser.page(3)).close();
    await until(() => givenUp === 2);
    assert.equal(browser.opened.length, 4);
    await keeper.dispose();
    assert.deepEqual(problems, []);
  });

  it('asks the customer’s own choice of browser first, and never a text browser over the terminal', () => {
    const at = 'file:///x.html';
    assert.deepEqual(browserCommands(at, { BROWSER: 'firefox --new-tab:lynx "%s"' }, 'linux').slice(0, 1), [
      ['firefox', '--new-tab', at],
    ]);
    assert.deepEqual(browserCommands(at, {}, 'linux'), []);
    assert.deepEqual(browserCommands(at, { DISPLAY: ':0' }, 'linux')[0], ['xdg-open', at]);
    assert.deepEqual(browserCommands(at, {}, 'darwin'), [['open', at]]);
  });

  it('on a Mac root shows it in the session of whoever called `sudo`, as `id -P` names them', () => {
    const user = passwordEntry('ann:********:501:20::0:0:Ann: the first:/Users/ann:/bin/zsh\n', 501);
    assert.deepEqual(user, { name: 'ann', home: '/Users/ann', uid: 501, gid: 20, other: true });
    assert.deepEqual(
      passwordEntry('ann:x:1000:1000:Ann,,,:/home/ann:/bin/bash\n', 1000),
      { name: 'ann', home: '/home/ann', uid: 1000, gid: 1000, other: true },
      'Linux',
    );
    assert.equal(passwordEntry('id: 501: no such user', 501), undefined);
    const command = ['open', 'file:///a'] as const;
    const started = ['launchctl', 'asuser', '501', 'sudo', '-u', 'ann', '--', 'open', 'file:///a'];
    assert.deepEqual(inSessionOf(user!, command), started);
    assert.deepEqual(inSessionOf({ ...user!, other: false }, command), command);
  });
});
