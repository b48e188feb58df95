import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { build } from 'esbuild';
import { newId } from '#core/base/ids.ts';
import {
  CustomerAppFiles,
  type Architecture,
  type CustomerAppPurpose,
} from '#core/hub/customer-app/customer-app-files.ts';
import type { HubAddress } from '#core/hub/http/hub-address.ts';
import { linuxPayloadCache } from '#core/hub/installers/linux-payload.ts';
import type { HubIdentity } from '#core/hub/store/hub-identity.ts';
import { consentRequests } from '#protocol/consent.ts';
import { customerRequests } from '#protocol/customer-page.ts';
import { endpointSessionNotifications, endpointSessionRequests } from '#protocol/sessions.ts';
import { endpointSetUpRequests } from '#protocol/set-ups.ts';
import { until } from '../expect.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { BrowserProgram, type CustomerBrowser } from './customer-browser.ts';
import { ScriptedHub } from './scripted-hub.ts';

/** The file that customers download, as it is, in processes of its own. */
describe('downloaded customer app', { skip: process.platform !== 'linux' }, () => {
  const folder = temporaryFolder();
  const architecture = process.arch as Architecture;
  let hub: ScriptedHub;
  let files: CustomerAppFiles;
  let scratch: string;
  let root: string;
  let browser: BrowserProgram;
  const apps: ChildProcess[] = [];

  before(async () => {
    const endpoint = join(folder, 'latchkey-endpoint.cjs');
    const page = join(folder, 'consent');
    mkdirSync(page);
    writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
    await build({
      entryPoints: ['core/endpoint/main.ts'],
      outfile: endpoint,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      logLevel: 'error',
      define: { 'import.meta.url': 'undefined' },
    });
    const runtime = { file: process.execPath, platform: process.platform, architecture };
    const payload = { runtime, endpoint, page, version: '0.1.0' };
    const identity = {
      get publicKey() {
        return hub.keys.publicKey;
      },
      sign: (text: string) => hub.keys.sign(text),
    } as HubIdentity;
    const address = {
      get publicUrl() {
        return hub.url;
      },
    } as HubAddress;
    files = new CustomerAppFiles(linuxPayloadCache(join(folder, 'cache'), payload), payload, identity, address);
  });
  beforeEach(async () => {
    hub = await new ScriptedHub().start();
    scratch = temporaryFolder();
    root = join(temporaryFolder(), 'root');
    browser = new BrowserProgram(scratch);
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) app.kill('SIGTERM');
    await hub.stop();
    for (const pid of installed()) process.kill(pid, 'SIGKILL');
  });
  after(() => apps.forEach((app) => app.kill('SIGKILL')));

  async function start(purpose: CustomerAppPurpose) {
    const ticket = purpose === 'attend' ? hub.ticket : '';
    const { stream } = await files.open({ purpose, ticket, platform: 'linux', architecture });
    const file = join(scratch, 'app.run');
    writeFileSync(file, Buffer.concat(await stream.toArray()));
    const temporary = join(scratch, 'tmp');
    mkdirSync(temporary);
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', HOME: scratch, TMPDIR: temporary, BROWSER: browser.path };
    const app = spawn('sh', [file, '--root', root], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    apps.push(app);
    let output = '';
    app.stdout.on('data', (text) => (output += String(text)));
    app.stderr.on('data', (text) => (output += String(text)));
    const ended = new Promise<number | null>((resolve) => app.once('close', resolve));
    const page = await browser.page(0).catch((error: unknown) => assert.fail(`${String(error)}\n${output}`));
    return { app, page, ended, temporary, output: () => output };
  }
  const processes = (below: string): number[] =>
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => {
        try {
          return pid > 0 && readlinkSync(`/proc/${pid}/exe`).startsWith(below);
        } catch {
          return false;
        }
      });
  const installed = (): number[] => processes(root);
  const program = (): string => join(root, 'opt/latchkey-endpoint');
  async function inSession() {
    const started = await start('attend');
    await until(() => hub.app !== undefined);
    const technicians = [{ name: 'Ada', inControl: true }];
    const shown = { session: hub.session, kind: 'attended' as const, technicians, startedAt: Date.now() };
    await hub.app!.request(endpointSessionRequests.open, shown);
    await started.page.shows(({ sessions }) => sessions.length === 1);
    return started;
  }
  async function allow(page: CustomerBrowser): Promise<string> {
    const setUp = newId();
    const answer = hub.app!.request(consentRequests.ask, { setUp, technician: 'Ada' }, { timeout: 20 });
    await page.shows(({ consent }) => consent?.setUp === setUp);
    await page.request(customerRequests.allow, { setUp });
    assert.deepEqual(await answer, { allowed: true, passwordStored: false });
    return setUp;
  }

  it('A1 runs for one session, and nothing of it is left', async () => {
    const { page, ended, temporary, output } = await inSession();
    assert.equal(readdirSync(temporary).length, 1);
    hub.app!.notify(endpointSessionNotifications.ended, { session: hub.session, end: 'technician' });
    await page.shows((state) => state.ended?.reason === 'technician');
    assert.equal(await ended, 0, output());
    assert.deepEqual(readdirSync(temporary), []);
    assert.deepEqual(readdirSync(scratch).sort(), ['app.run', 'browser', 'opened', 'tmp']);
    assert.equal(existsSync(root), false);
  });

  it('A1 killed, it leaves nothing either', async () => {
    const { ended, temporary } = await inSession();
    const [pid] = processes(temporary);
    process.kill(pid ?? 0, 'SIGKILL');
    assert.equal(await ended, 137);
    assert.deepEqual(readdirSync(temporary), []);
    assert.equal(existsSync(root), false);
  });

  it('A1 where the script that runs it is killed, it goes on to its end and clears up itself', async () => {
    const { app, page, temporary } = await inSession();
    app.kill('SIGKILL');
    await page.request(customerRequests.endSession, { session: hub.session });
    await until(() => readdirSync(temporary).length === 0 && processes(temporary).length === 0);
    assert.deepEqual(hub.ended, [{ session: hub.session, end: 'customer' }]);
  });

  it('A11 A12 X7 X5 installs itself for good, is blocked from the session’s page, and goes by its own page', async () => {
    const { page, ended, temporary } = await inSession();
    const setUp = await allow(page);
    const install = { setUp, token: hub.token, group: 'Berlin' };
    await hub.app!.request(endpointSetUpRequests.install, install, { timeout: 60 });
    await page.shows((state) => state.setUp?.state === 'done');
    await until(() => hub.devices.size === 1 && hub.only().access.length > 0);
    assert.equal(installed().length, 1);
    const record = JSON.parse(readFileSync(join(program(), 'install.json'), 'utf8')) as { root: string };
    assert.equal(record.root, root);
    assert.ok(existsSync(join(program(), 'consent/index.html')));

    await page.shows(({ access }) => access?.group === 'Berlin');
    await page.request(customerRequests.setBlocked, { blocked: true });
    await until(() => hub.only().access.at(-1)?.blocked === true);
    await page.request(customerRequests.endSession, { session: hub.session });
    assert.equal(await ended, 0);
    assert.deepEqual(readdirSync(temporary), []);
    assert.equal(installed().length, 1, 'what was allowed stays');

    const env = { PATH: process.env['PATH'], HOME: scratch, BROWSER: browser.path };
    const opened = browser.opened.length;
    const opening = spawn(join(root, 'usr/local/bin/latchkey-endpoint'), ['open'], { env, stdio: 'ignore' });
    apps.push(opening);
    const own = await browser.page(opened);
    await own.shows(({ access, mode }) => mode === 'device' && access?.blocked === true);
    void own.request(customerRequests.remove, {}).catch(() => {});
    await own.shows((state) => state.ended?.reason === 'removed');
    await until(() => hub.devices.size === 0 && installed().length === 0);
    await until(() => !existsSync(program()));
    for (const file of ['usr/local/bin', 'usr/local/share/applications', 'etc/systemd/system', 'var/lib']) {
      assert.deepEqual(readdirSync(join(root, file)), [], file);
    }
  });

  it('A11 what the hub refuses leaves nothing, and the session goes on', async () => {
    hub.revoked = true;
    const { page } = await inSession();
    const setUp = await allow(page);
    const install = { setUp, token: hub.token, group: 'Berlin' };
    await assert.rejects(hub.app!.request(endpointSetUpRequests.install, install, { timeout: 60 }), /tokenRevoked/);
    const { setUp: shown, sessions } = await page.shows((state) => state.setUp?.state === 'failed');
    assert.equal(shown?.problem?.code, 'enrolment.tokenRevoked');
    assert.equal(sessions.length, 1);
    assert.equal(existsSync(root), false);
  });

  it('P1 P2 P3 P4 P5 sets the computer up from the portal', async () => {
    const { page, ended, temporary } = await start('portal');
    await page.request(customerRequests.signIn, { email: 'ada@example.com', password: 'technician' });
    const { consent } = await page.shows((state) => state.consent !== null);
    await page.request(customerRequests.allow, { setUp: consent!.setUp });
    const { portal } = await page.shows((state) => state.portal?.step === 'details');
    await page.request(customerRequests.complete, { nickname: 'Front desk', group: portal!.groups[0]!.id });
    await page.shows((state) => state.portal?.step === 'done');
    await until(() => hub.devices.size === 1 && hub.only().access.length > 0);
    await page.request(customerRequests.close, {});
    assert.equal(await ended, 0);
    assert.deepEqual(readdirSync(temporary), []);
    assert.equal(installed().length, 1);
  });

  it('P5 closed while it installs, it is set up wholly or not at all', async () => {
    const { page, app, ended } = await start('portal');
    await page.request(customerRequests.signIn, { email: 'ada@example.com', password: 'technician' });
    const { consent } = await page.shows((state) => state.consent !== null);
    await page.request(customerRequests.allow, { setUp: consent!.setUp });
    const { portal } = await page.shows((state) => state.portal?.step === 'details');
    await page.request(customerRequests.complete, { nickname: null, group: portal!.groups[0]!.id });
    app.kill('SIGTERM');
    await ended;
    await until(
      () => (installed().length === 1 && hub.devices.size === 1) || (!existsSync(root) && hub.devices.size === 0),
    );
  });
});
