import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { BrowserProgram } from '#core/testing/endpoint/customer-browser.ts';
import { ScriptedHub } from '#core/testing/endpoint/scripted-hub.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { customerRequests } from '#protocol/customer-page.ts';
import { endpointSessionRequests } from '#protocol/sessions.ts';
import { endpointTexts, type EndpointIo } from '../commands/endpoint-io.ts';
import { joinCommand } from '../commands/join-command.ts';
import { openCommand } from '../commands/open-command.ts';
import { runCommand } from '../commands/run-command.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';
import { findInstalledAccess } from './find-installed-access.ts';

describe('The customer’s side of an installed endpoint', () => {
  let hub: ScriptedHub;
  let root: string;
  let data: string;
  let scratch: string;
  let browser: BrowserProgram;
  const running: { stop: AbortController; done: Promise<unknown> }[] = [];

  beforeEach(async () => {
    hub = await new ScriptedHub().start();
    scratch = temporaryFolder();
    root = temporaryFolder();
    data = join(root, 'var/lib/latchkey-endpoint');
    browser = new BrowserProgram(scratch);
    writeFileSync(join(scratch, 'index.html'), '<!doctype html>');
  });
  afterEach(async () => {
    await stopAll();
    await hub.stop();
  });

  const notes: string[] = [];
  const io = (signal: AbortSignal): EndpointIo => ({
    env: { PATH: process.env['PATH'], HOME: scratch, BROWSER: browser.path },
    localizer: endpointTexts('en'),
    signal,
    result: (value) => notes.push(JSON.stringify(value)),
    note: (line) => notes.push(line),
  });
  function start(vault?: PasswordVault): Promise<unknown> {
    const stop = new AbortController();
    const timings = { retryFirst: 0.01, retryLongest: 0.05, factsInterval: 0 };
    const options = { data, timings, page: scratch, ...(vault && { vault }) };
    const done = runCommand(options, io(stop.signal)).then(
      () => 'done',
      (error: unknown) => error,
    );
    running.push({ stop, done });
    return done;
  }
  async function stopAll(): Promise<void> {
    for (const { stop, done } of running.splice(0)) {
      stop.abort();
      await done;
    }
  }
  async function joined(vault?: PasswordVault) {
    await joinCommand({ hub: hub.url, token: hub.token, data }, io(new AbortController().signal));
    const done = start(vault);
    await until(() => hub.only().access.length > 0);
    return { done };
  }
  async function open() {
    const number = browser.opened.length;
    const opening = openCommand({ data }, io(new AbortController().signal));
    const page = await browser.page(number);
    await opening;
    return page;
  }
  const lastAccess = () => hub.only().access.at(-1);

  it('I5 X7 opens its page for whoever owns the data folder, in the mode of a device', async () => {
    await joined();
    assert.equal(statSync(join(data, 'control.sock')).mode & 0o777, 0o600);
    const page = await open();
    const { mode, access, hub: address } = await page.shows(({ connection }) => connection === 'connected');
    assert.deepEqual([mode, address], ['device', hub.url]);
    assert.deepEqual(access, {
      group: 'Berlin',
      nickname: null,
      blocked: false,
      password: { support: 'none', stored: false, account: '' },
    });
    hub.setStanding(hub.only(), { nickname: 'Front desk' });
    await page.shows((state) => state.access?.nickname === 'Front desk');
    await stopAll();
    await page.shows(({ ended }) => ended?.reason === 'closed');
    assert.ok(!existsSync(join(data, 'control.sock')));
    await assert.rejects(openCommand({ data }, io(new AbortController().signal)), failsWith('customerApp.notRunning'));
  });

  it('X7 blocking ends what goes on, lets nothing begin, is told at each connect, and outlives a restart', async () => {
    await joined();
    assert.deepEqual(hub.only().access, [{ blocked: false, passwordStored: false }]);
    const page = await open();
    const session = { session: newId(), kind: 'unattended' as const, technicians: [], startedAt: Date.now() };
    await hub.only().rpc!.request(endpointSessionRequests.open, session);
    await page.shows(({ sessions }) => sessions.length === 1);
    await page.request(customerRequests.setBlocked, { blocked: true });
    await page.shows(({ access, sessions }) => access?.blocked === true && sessions.length === 0);
    await until(() => hub.ended.length === 1);
    assert.equal(hub.ended[0]?.end, 'blocked');
    await until(() => lastAccess()?.blocked === true);
    const again = hub.only().rpc!.request(endpointSessionRequests.open, { ...session, session: newId() });
    await assert.rejects(again, failsWith('session.blocked'));

    await stopAll();
    const told = hub.only().access.length;
    void start();
    await until(() => hub.only().access.length > told);
    assert.equal(lastAccess()?.blocked, true);
    const later = await open();
    await later.request(customerRequests.setBlocked, { blocked: false });
    await until(() => lastAccess()?.blocked === false);
    assert.deepEqual(JSON.parse(readFileSync(join(data, 'access.json'), 'utf8')), { version: 1, blocked: false });
  });

  it('X7 a damaged record lets nobody in', async () => {
    await joined();
    await stopAll();
    writeFileSync(join(data, 'access.json'), '{"version":1,"blocked":');
    const told = hub.only().access.length;
    void start();
    await until(() => hub.only().access.length > told);
    assert.equal(lastAccess()?.blocked, true);
  });

  it('X8 stores, replaces and forgets the password, and the hub knows only that there is one', async () => {
    const stored: string[] = [];
    await joined({
      support: 'account',
      check: ({ password }) => Promise.resolve(password === 'right'),
      store: ({ account }) => Promise.resolve(void stored.splice(0, 1, account)),
      forget: () => Promise.resolve(void stored.splice(0)),
      stored: () => Promise.resolve(stored[0]),
    });
    const page = await open();
    const wrong = { account: 'ann', password: 'wrong' };
    await assert.rejects(page.request(customerRequests.storePassword, wrong), failsWith('consent.passwordWrong'));
    await page.request(customerRequests.storePassword, { account: 'ann', password: 'right' });
    await page.shows(({ access }) => access?.password.stored === true && access.password.account === 'ann');
    await until(() => lastAccess()?.passwordStored === true);
    await page.request(customerRequests.forgetPassword, {});
    await until(() => lastAccess()?.passwordStored === false);
    assert.deepEqual(stored, []);
  });

  it('X5 the customer removes it: the hub hears, the page says so, nothing stays', async () => {
    const { done } = await joined();
    const page = await open();
    void page.request(customerRequests.remove, {}).catch(() => {});
    await page.shows(({ ended }) => ended?.reason === 'removed');
    assert.equal(await done, 'done');
    assert.equal(hub.devices.size, 0);
    assert.ok(!existsSync(data));
  });

  it('X5 the customer removes it where the hub is away', async () => {
    const { done } = await joined();
    const page = await open();
    await hub.stop();
    await page.shows(({ connection }) => connection === 'disconnected');
    void page.request(customerRequests.remove, {}).catch(() => {});
    assert.equal(await done, 'done');
    assert.ok(!existsSync(data));
  });

  it('A12 X7 the app of a session sees what is installed, and blocks it there', async () => {
    await joined();
    const installed = findInstalledAccess(root);
    const seen: unknown[] = [];
    installed.access$.subscribe((access) => seen.push(access?.blocked));
    await until(() => seen.at(-1) === false);
    await installed.actions.setBlocked?.({ blocked: true });
    await until(() => seen.at(-1) === true && lastAccess()?.blocked === true);
    await stopAll();
    await until(() => seen.at(-1) === undefined);
    installed.dispose();
  });
});
