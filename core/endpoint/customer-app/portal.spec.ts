import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { BrowserProgram, type CustomerBrowser } from '#core/testing/endpoint/customer-browser.ts';
import { ScriptedHub } from '#core/testing/endpoint/scripted-hub.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { customerRequests, type CustomerState } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { endpointSetUpNotifications } from '#protocol/set-ups.ts';
import { CustomerPage } from '../customer-page/customer-page.ts';
import { ComputerFacts } from '../facts/computer-facts.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';
import { readAppConfig } from './app-config-file.ts';
import { PortalApp, type PortalAppOptions, type PortalEnd } from './portal-app.ts';

describe('The customer app at the portal', () => {
  let hub: ScriptedHub;
  let scratch: string;
  let browser: BrowserProgram;
  let installs: { hub: string; token: string }[];
  let failInstall: LatchkeyError | undefined;
  let stored: string[];
  const open: { app: PortalApp; ended: Promise<PortalEnd>; page: CustomerPage }[] = [];

  beforeEach(async () => {
    hub = await new ScriptedHub().start();
    scratch = temporaryFolder();
    browser = new BrowserProgram(scratch);
    writeFileSync(join(scratch, 'index.html'), '<!doctype html>');
    installs = [];
    stored = [];
    failInstall = undefined;
  });
  afterEach(async () => {
    for (const { app, ended, page } of open.splice(0)) {
      await app.close();
      await ended;
      await page.close();
    }
    await hub.stop();
  });

  const vault: PasswordVault = {
    support: 'account',
    check: ({ password }) => Promise.resolve(password === 'right'),
    store: ({ account }) => Promise.resolve(void stored.push(account)),
    forget: () => Promise.resolve(void stored.splice(0)),
    stored: () => Promise.resolve(stored[0]),
  };
  async function start(change: Partial<PortalAppOptions> = {}) {
    const config = join(scratch, 'config.json');
    writeFileSync(config, JSON.stringify(hub.appConfig('portal')));
    const app = new PortalApp({
      invitation: await readAppConfig(config, 'portal'),
      facts: new ComputerFacts(),
      vault,
      account: 'ann',
      obstacle: () => Promise.resolve(undefined),
      install: (address, token) => {
        installs.push({ hub: address, token });
        return failInstall ? Promise.reject(failInstall) : Promise.resolve();
      },
      onProblem: () => {},
      retry: 0.02,
      ...change,
    });
    const user = { name: 'ann', home: scratch, uid: process.getuid?.(), gid: process.getgid?.(), other: false };
    const page = await CustomerPage.start({
      app,
      user,
      env: { BROWSER: browser.path },
      onProblem: () => {},
      folder: scratch,
    });
    const ended = app.run();
    open.push({ app, ended, page });
    await page.open();
    return { app, ended, tab: await browser.page(0) };
  }
  const atStep = (tab: CustomerBrowser, step: string): Promise<CustomerState> =>
    tab.shows(({ portal }) => portal?.step === step);
  const signIn = (tab: CustomerBrowser, change: Record<string, string> = {}) =>
    tab.request(customerRequests.signIn, { email: 'ada@example.com', password: 'technician', ...change });
  async function allowed(change: Partial<PortalAppOptions> = {}) {
    const started = await start(change);
    await signIn(started.tab);
    const { consent } = await started.tab.shows((state) => state.consent !== null);
    const account = { account: 'ann', password: 'right' };
    await started.tab.request(customerRequests.allow, { setUp: consent!.setUp, account });
    const { portal } = await atStep(started.tab, 'details');
    return { ...started, group: portal!.groups[0]!.id };
  }

  it('P3 P4 P5 signs in, is allowed, is named, installs, and says that it is done', async () => {
    const { tab, ended, group } = await allowed();
    assert.equal(tab.state.organisation, 'Support Ltd');
    await tab.request(customerRequests.complete, { nickname: 'Front desk', group });
    const { portal } = await atStep(tab, 'done');
    assert.deepEqual([portal?.technician, portal?.passwordStored], ['Ada', true]);
    assert.deepEqual(installs, [{ hub: hub.url, token: hub.token }]);
    const [record] = hub.portals;
    assert.deepEqual(record?.consent, { allowed: true, passwordStored: true });
    assert.deepEqual(record?.completed, { nickname: 'Front desk', group });
    await tab.request(customerRequests.close, {});
    await tab.shows((state) => state.ended?.reason === 'closed');
    assert.deepEqual(await ended, { outcome: 'done' });
    assert.equal(record?.cancelled, undefined);
    assert.deepEqual(stored, ['ann']);
  });

  it('P3 asks again where password or code are wrong, and for the code where there has to be one', async () => {
    hub.technician = { ...hub.technician, code: '123456' };
    const { tab } = await start();
    await assert.rejects(signIn(tab, { password: 'wrong' }), failsWith('account.wrongPassword'));
    await tab.shows(({ portal }) => portal?.problem?.code === 'account.wrongPassword');
    await assert.rejects(signIn(tab), failsWith('account.codeRequired'));
    await tab.shows(({ portal }) => portal?.codeRequired === true);
    await assert.rejects(signIn(tab, { code: '000000' }), failsWith('account.codeWrong'));
    await signIn(tab, { code: '123456' });
    await atStep(tab, 'consent');
    await assert.rejects(signIn(tab), failsWith('customerApp.otherStep'));
  });

  it('P4 G4 nothing is set up where the customer declines', async () => {
    const { tab, ended } = await start();
    await signIn(tab);
    const { consent } = await tab.shows((state) => state.consent !== null);
    await assert.rejects(
      tab.request(customerRequests.complete, { nickname: null, group: 'a'.repeat(16) }),
      failsWith('customerApp.otherStep'),
    );
    await tab.request(customerRequests.decline, { setUp: consent!.setUp });
    await atStep(tab, 'declined');
    assert.deepEqual(hub.portals[0]?.consent, { allowed: false, passwordStored: false });
    await tab.request(customerRequests.close, {});
    assert.deepEqual(await ended, { outcome: 'declined' });
    assert.deepEqual(installs, []);
  });

  it('P2 says where it lacks the rights, before anybody types a password', async () => {
    const notElevated = new LatchkeyError('setUp.notElevated');
    const { tab, ended } = await start({ obstacle: () => Promise.resolve(notElevated) });
    await atStep(tab, 'elevation');
    await assert.rejects(signIn(tab), failsWith('customerApp.otherStep'));
    await tab.request(customerRequests.close, {});
    assert.deepEqual(await ended, { outcome: 'failed', error: notElevated });
    assert.equal(hub.online, 0);
  });

  it('A4 says where it is set up already', async () => {
    const already = new LatchkeyError('setUp.alreadySetUp', { device: 'x' });
    const { tab } = await start({ obstacle: () => Promise.resolve(already) });
    const { portal } = await atStep(tab, 'failed');
    assert.equal(portal?.problem?.code, 'setUp.alreadySetUp');
  });

  it('P5 a group that is gone can be chosen anew', async () => {
    const { tab, group } = await allowed();
    hub.refuseComplete = new LatchkeyError('group.notFound', { group });
    await assert.rejects(
      tab.request(customerRequests.complete, { nickname: null, group }),
      failsWith('group.notFound'),
    );
    await tab.shows(({ portal }) => portal?.step === 'details' && portal.problem?.code === 'group.notFound');
    hub.refuseComplete = undefined;
    await tab.request(customerRequests.complete, { nickname: null, group });
    await atStep(tab, 'done');
  });

  it('P5 an installation that fails is told to the hub, and no password stays', async () => {
    failInstall = new LatchkeyError('setUp.installFailed', { reason: 'disk full' });
    const { tab, group, ended } = await allowed();
    await tab.request(customerRequests.complete, { nickname: null, group });
    const { portal } = await atStep(tab, 'failed');
    assert.deepEqual(portal?.problem, { code: 'setUp.installFailed', args: { reason: 'disk full' } });
    await until(() => hub.portals[0]?.cancelled !== undefined);
    assert.equal(hub.portals[0]?.cancelled, 'disk full');
    assert.deepEqual(stored, []);
    await tab.request(customerRequests.close, {});
    assert.equal((await ended).error?.code, 'setUp.installFailed');
  });

  it('P4 closed in the middle, it is cancelled at the hub, and nothing stays', async () => {
    const { tab, ended } = await allowed();
    assert.deepEqual(stored, ['ann']);
    await tab.request(customerRequests.close, {});
    assert.deepEqual(await ended, { outcome: 'cancelled' });
    assert.equal(hub.portals[0]?.cancelled, '');
    assert.deepEqual(stored, []);
  });

  it('P4 P5 after a lost connection it goes on where it was, and what was answered meanwhile is told', async () => {
    const { tab, ended } = await start();
    await signIn(tab);
    const { consent } = await tab.shows((state) => state.consent !== null);
    await hub.stop();
    await tab.shows(({ connection }) => connection === 'disconnected');
    assert.ok(tab.state.consent, 'the dialog stays');
    const account = { account: 'ann', password: 'right' };
    await tab.request(customerRequests.allow, { setUp: consent!.setUp, account });
    await hub.start();
    const { portal } = await atStep(tab, 'details');
    await tab.shows(({ connection }) => connection === 'connected');
    hub.cut();
    await tab.request(customerRequests.complete, { nickname: null, group: portal!.groups[0]!.id });
    await atStep(tab, 'done');
    assert.equal(hub.portals.length, 1, 'nobody signed in again');
    assert.deepEqual(hub.portals[0]?.consent, { allowed: true, passwordStored: true });
    await tab.request(customerRequests.close, {});
    assert.deepEqual(await ended, { outcome: 'done' });
  });

  it('P4 where the hub does not come back in time, it begins anew', async () => {
    const { tab } = await allowed({ resume: 0.1 });
    await hub.stop();
    const { portal } = await atStep(tab, 'signIn');
    assert.equal(portal?.problem?.code, 'rpc.closed');
    await until(() => stored.length === 0);
  });

  it('P4 a connection lost for good begins it anew, and nothing stays of what was allowed', async () => {
    const { tab } = await allowed();
    hub.forgetsPortals = true;
    hub.cut();
    const { portal } = await atStep(tab, 'signIn');
    assert.equal(portal?.problem?.code, 'rpc.closed');
    await until(() => stored.length === 0);
    await signIn(tab);
    await tab.shows((state) => state.consent !== null);
  });

  it('P4 with the dialog open, a connection lost for good closes it', async () => {
    const { tab } = await start();
    await signIn(tab);
    await tab.shows((state) => state.consent !== null);
    hub.forgetsPortals = true;
    hub.cut();
    await tab.shows((state) => state.consent === null && state.portal?.step === 'signIn');
  });

  it('P6 withdrawn by the hub in the middle, it says why', async () => {
    const { tab } = await allowed();
    const [record] = hub.portals;
    const problem = { code: 'setUp.permissionWithdrawn', args: {} };
    record!.rpc.notify(endpointSetUpNotifications.changed, { id: record!.setUp, state: 'failed', problem });
    const { portal } = await atStep(tab, 'failed');
    assert.equal(portal?.problem?.code, 'setUp.permissionWithdrawn');
    assert.deepEqual(stored, []);
  });

  it('says that the hub cannot be reached, and that it can again', async () => {
    await hub.stop();
    const { tab } = await start();
    await tab.shows(
      ({ connection, connectionProblem }) =>
        connection === 'disconnected' && connectionProblem?.code === 'hub.unreachable',
    );
    await hub.start();
    await tab.shows(({ connection, connectionProblem }) => connection === 'connected' && connectionProblem === null);
  });
});
