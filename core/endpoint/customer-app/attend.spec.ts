import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CancellationTokenSource } from '#jsonrpc';
import { newId } from '#core/base/ids.ts';
import { BrowserProgram, type CustomerBrowser } from '#core/testing/endpoint/customer-browser.ts';
import { ScriptedHub } from '#core/testing/endpoint/scripted-hub.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { consentRequests } from '#protocol/consent.ts';
import { customerRequests } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { endpointSessionNotifications, endpointSessionRequests, type ShownSession } from '#protocol/sessions.ts';
import { endpointSetUpNotifications, endpointSetUpRequests } from '#protocol/set-ups.ts';
import { attendCommand } from '../commands/attend-command.ts';
import { endpointTexts, type EndpointIo } from '../commands/endpoint-io.ts';
import { KeyPair } from '../identity/key-pair.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';

describe('The customer app in an attended session', () => {
  let hub: ScriptedHub;
  let scratch: string;
  let browser: BrowserProgram;
  let config: string;
  const running: { stop: AbortController; done: Promise<unknown> }[] = [];

  beforeEach(async () => {
    hub = await new ScriptedHub().start();
    scratch = temporaryFolder();
    browser = new BrowserProgram(scratch);
    config = join(scratch, 'customer-app.json');
    writeFileSync(config, JSON.stringify(hub.appConfig('attend')));
    writeFileSync(join(scratch, 'index.html'), '<!doctype html>');
  });
  afterEach(async () => {
    for (const { stop, done } of running.splice(0)) {
      stop.abort();
      await done;
    }
    await hub.stop();
  });

  interface Run {
    readonly done: Promise<unknown>;
    readonly notes: string[];
    readonly results: unknown[];
    readonly stop: AbortController;
  }
  function attend(vault?: PasswordVault, resume = 5): Run {
    const stop = new AbortController();
    const notes: string[] = [];
    const results: unknown[] = [];
    const io: EndpointIo = {
      env: { PATH: process.env['PATH'], BROWSER: browser.path, HOME: scratch },
      localizer: endpointTexts('en'),
      signal: stop.signal,
      result: (value) => results.push(value),
      note: (line) => notes.push(line),
    };
    const timings = { retryFirst: 0.01, retryLongest: 0.05, resume };
    const options = { config, root: join(scratch, 'root'), timings, page: scratch, pageGrace: 0.2 };
    const done = attendCommand({ ...options, ...(vault && { vault }) }, io).then(
      () => 'done',
      (error: unknown) => error,
    );
    running.push({ stop, done });
    return { done, notes, results, stop };
  }
  const shown = (): ShownSession => ({
    session: hub.session,
    kind: 'attended',
    technicians: [{ name: 'Ada', inControl: true }],
    startedAt: Date.now(),
  });
  /** In the session, with the page open. */
  async function inSession(vault?: PasswordVault): Promise<Run & { page: CustomerBrowser }> {
    const run = attend(vault);
    const page = await browser.page(0);
    await until(() => hub.app !== undefined);
    await hub.app!.request(endpointSessionRequests.open, shown());
    await page.shows(({ sessions }) => sessions.length === 1);
    return { ...run, page };
  }
  const ask = (setUp: string, source = new CancellationTokenSource()) => ({
    source,
    answer: hub
      .app!.request(consentRequests.ask, { setUp, technician: 'Ada' }, { token: source.token, timeout: 20 })
      .catch((error: unknown) => error),
  });

  it('A1 comes into its session, shows who is there, and ends with it, leaving nothing', async () => {
    const { done, page, notes, results } = await inSession();
    const { organisation, connection, sessions } = page.state;
    assert.deepEqual([organisation, connection], ['Support Ltd', 'connected']);
    assert.deepEqual(sessions[0]?.technicians, [{ name: 'Ada', inControl: true }]);
    hub.app!.notify(endpointSessionNotifications.ended, { session: hub.session, end: 'technician' });
    await page.shows(({ ended }) => ended?.reason === 'technician');
    assert.equal(await done, 'done');
    assert.deepEqual(results, [{ ended: 'technician' }]);
    assert.ok(notes.includes('In the session with you: Ada'));
    assert.deepEqual(readdirSync(scratch).sort(), ['browser', 'customer-app.json', 'index.html', 'opened']);
    await until(() => hub.online === 0);
  });

  it('A1 the customer ends it from the page, or with Ctrl+C, and the hub hears', async () => {
    const first = await inSession();
    await first.page.request(customerRequests.endSession, { session: hub.session });
    assert.equal(await first.done, 'done');
    assert.deepEqual(hub.ended, [{ session: hub.session, end: 'customer' }]);
    hub.app = hub.attendedBy = undefined;
    const second = attend();
    await until(() => hub.app !== undefined);
    second.stop.abort();
    assert.equal(await second.done, 'done');
    await until(() => hub.ended.length === 2);
  });

  it('A1 a page that is closed and closed again ends a session that nobody would see', async () => {
    const { page, done } = await inSession();
    page.close();
    (await browser.page(1)).close();
    assert.equal(await done, 'done');
    assert.deepEqual(hub.ended, [{ session: hub.session, end: 'customer' }]);
  });

  it('A1 comes back by itself after a lost connection, as the same computer', async () => {
    const { page } = await inSession();
    const before = hub.app;
    const key = hub.attendedBy;
    hub.cut();
    await page.shows(({ connection }) => connection !== 'connected');
    await until(() => hub.app !== before);
    await page.shows(({ connection, sessions }) => connection === 'connected' && sessions.length === 1);
    assert.equal(hub.attendedBy, key);
  });

  it('A1 gives up where it was away for too long, and says so', async () => {
    const run = attend(undefined, 0.2);
    const page = await browser.page(0);
    await until(() => hub.app !== undefined);
    await hub.stop();
    await page.shows(({ ended }) => ended?.reason === 'connectionLost');
    const error = (await run.done) as LatchkeyError;
    assert.equal(error.code, 'hub.unreachable');
  });

  it('A1 says that its session is over, or that its file was changed, and sends nothing then', async () => {
    hub.attendedBy = KeyPair.generate().publicKey;
    const page = browser.page(0).catch(() => {});
    assert.equal(((await attend().done) as LatchkeyError).code, 'session.ticketInvalid');
    await page;
    const heard = hub.received.length;
    for (const change of [{ hub: 'http://127.0.0.1:1' }, { ticket: 'other' }, { purpose: 'portal' }]) {
      writeFileSync(config, JSON.stringify({ ...hub.appConfig('attend'), ...change }));
      assert.equal(((await attend().done) as LatchkeyError).code, 'customerApp.tampered');
    }
    writeFileSync(config, JSON.stringify(hub.appConfig('portal')));
    assert.equal(((await attend().done) as LatchkeyError).code, 'customerApp.tampered');
    assert.equal(hub.received.length, heard);
  });

  it('A7 A8 asks the customer, who allows it', async () => {
    const { page } = await inSession();
    const setUp = newId();
    const { answer } = ask(setUp);
    const { consent } = await page.shows((state) => state.consent !== null);
    const { technician, organisation, password, hub: from } = consent!;
    assert.deepEqual([technician, organisation, password, from], ['Ada', 'Support Ltd', 'none', hub.url]);
    await page.request(customerRequests.allow, { setUp });
    assert.deepEqual(await answer, { allowed: true, passwordStored: false });
    await page.shows((state) => state.consent === null && state.setUp?.state === 'details');
  });

  it('A10 declining ends the set-up and not the session', async () => {
    const { page } = await inSession();
    const setUp = newId();
    const { answer } = ask(setUp);
    await page.shows((state) => state.consent !== null);
    await page.request(customerRequests.decline, { setUp });
    assert.deepEqual(await answer, { allowed: false, passwordStored: false });
    const state = await page.shows((next) => next.setUp?.state === 'declined');
    assert.equal(state.sessions.length, 1);
    await assert.rejects(page.request(customerRequests.allow, { setUp }), failsWith('setUp.notFound'));
  });

  it('A6 the technician cancels, and the dialog goes on the customer’s screen', async () => {
    const { page } = await inSession();
    const { answer, source } = ask(newId());
    await page.shows((state) => state.consent !== null);
    source.cancel();
    assert.equal(((await answer) as LatchkeyError).code, 'rpc.cancelled');
    const { setUp } = await page.shows((state) => state.consent === null && state.setUp?.state === 'cancelled');
    assert.deepEqual(setUp?.problem, { code: 'setUp.cancelledBy', args: { name: 'Ada' } });
  });

  it('A6 the dialog outlives a lost connection, and one answer serves', async () => {
    const { page } = await inSession();
    const setUp = newId();
    ask(setUp);
    await page.shows((state) => state.consent !== null);
    const before = hub.app;
    hub.cut();
    await page.request(customerRequests.allow, { setUp });
    await until(() => hub.app !== before);
    assert.deepEqual(await ask(setUp).answer, { allowed: true, passwordStored: false });
  });

  it('A6 a dialog whose page is closed stays asked, and is no answer', async () => {
    const { page } = await inSession();
    const setUp = newId();
    const { answer } = ask(setUp);
    await page.shows((state) => state.consent !== null);
    page.close();
    const again = await browser.page(1);
    assert.equal(again.state.consent?.setUp, setUp);
    again.close();
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(hub.ended, []);
    assert.equal(await Promise.race([answer, Promise.resolve('open')]), 'open');
  });

  it('A9 a wrong password keeps the dialog open; the right one is stored; what comes to nothing is forgotten', async () => {
    const stored: string[] = [];
    const vault: PasswordVault = {
      support: 'account',
      check: ({ password }) => Promise.resolve(password === 'right'),
      store: ({ account }) => Promise.resolve(void stored.push(account)),
      forget: () => Promise.resolve(void stored.splice(0)),
      stored: () => Promise.resolve(stored[0]),
    };
    const { page } = await inSession(vault);
    const setUp = newId();
    const { answer } = ask(setUp);
    await page.shows((state) => state.consent?.password === 'account');
    const wrong = { account: 'DOMAIN\\ann', password: 'wrong' };
    await assert.rejects(
      page.request(customerRequests.allow, { setUp, account: wrong }),
      failsWith('consent.passwordWrong'),
    );
    await page.shows((state) => state.consent?.problem?.code === 'consent.passwordWrong');
    await page.request(customerRequests.allow, { setUp, account: { ...wrong, password: 'right' } });
    assert.deepEqual(await answer, { allowed: true, passwordStored: true });
    assert.deepEqual(stored, ['DOMAIN\\ann']);
    await page.shows((state) => state.setUp?.passwordStored === true);
    const problem = { code: 'setUp.cancelledBy', args: { name: 'Ada' } };
    hub.app!.notify(endpointSetUpNotifications.changed, { id: setUp, state: 'cancelled', problem });
    await page.shows((state) => state.setUp?.state === 'cancelled');
    await until(() => stored.length === 0);
  });

  it('A8 where a system stores no password, none is taken', async () => {
    const { page } = await inSession();
    const setUp = newId();
    ask(setUp);
    await page.shows((state) => state.consent !== null);
    await assert.rejects(
      page.request(customerRequests.allow, { setUp, account: { account: 'ann', password: 'x' } }),
      failsWith('consent.passwordUnsupported'),
    );
  });

  it('A12 says on both sides why it could not be installed', async () => {
    const { page } = await inSession();
    const setUp = newId();
    const { answer } = ask(setUp);
    await page.shows((state) => state.consent !== null);
    await page.request(customerRequests.allow, { setUp });
    await answer;
    const install = hub.app!.request(endpointSetUpRequests.install, { setUp, token: hub.token, group: 'Berlin' });
    await assert.rejects(install, failsWith('setUp.installFailed'));
    await page.shows((state) => state.setUp?.state === 'failed' && state.setUp.problem?.code === 'setUp.installFailed');
    assert.equal(page.state.sessions.length, 1);
  });
});
