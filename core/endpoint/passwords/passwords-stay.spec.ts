import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { BrowserProgram } from '#core/testing/endpoint/customer-browser.ts';
import { appearances, findSecret, RecordingProxy } from '#core/testing/endpoint/recording-proxy.ts';
import { ScriptedHub } from '#core/testing/endpoint/scripted-hub.ts';
import { until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { consentRequests } from '#protocol/consent.ts';
import { customerAppConfigProof } from '#protocol/customer-app.ts';
import { customerRequests } from '#protocol/customer-page.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';
import { attendCommand } from '../commands/attend-command.ts';
import { endpointTexts, type EndpointIo } from '../commands/endpoint-io.ts';
import { joinCommand } from '../commands/join-command.ts';
import { openCommand } from '../commands/open-command.ts';
import { runCommand } from '../commands/run-command.ts';
import { readAppConfig } from '../customer-app/app-config-file.ts';
import { PortalApp } from '../customer-app/portal-app.ts';
import { ComputerFacts } from '../facts/computer-facts.ts';
import type { PasswordVault } from './password-vault.ts';

/** Looks different in each encoding. */
const password = 'Grün & "schön"+/\\€ 7%';
const wrong = 'Fälsch & "anders"+/\\€ 8%';

describe('The customer’s password', () => {
  let hub: ScriptedHub;
  let proxy: RecordingProxy;
  let scratch: string;
  let browser: BrowserProgram;
  let given: ComputerAccount[];
  let vault: PasswordVault;
  const said: string[] = [];
  const running: { stop: AbortController; done: Promise<unknown> }[] = [];

  beforeEach(async () => {
    hub = await new ScriptedHub().start();
    proxy = await RecordingProxy.start(Number(new URL(hub.url).port));
    scratch = temporaryFolder();
    browser = new BrowserProgram(scratch);
    writeFileSync(join(scratch, 'index.html'), '<!doctype html>');
    given = [];
    said.length = 0;
    vault = {
      support: 'account',
      check: (account) => Promise.resolve(account.password === password),
      store: (account) => Promise.resolve(void given.push(account)),
      forget: () => Promise.resolve(void given.splice(0)),
      stored: () => Promise.resolve(given[0]?.account),
    };
  });
  afterEach(async () => {
    await stopAll();
    await proxy.stop();
    await hub.stop();
  });

  async function stopAll(): Promise<void> {
    for (const { stop, done } of running.splice(0)) {
      stop.abort();
      await done;
    }
  }
  const io = (signal: AbortSignal): EndpointIo => ({
    env: { PATH: process.env['PATH'], HOME: scratch, BROWSER: browser.path },
    localizer: endpointTexts('en'),
    signal,
    result: (value, text) => said.push(JSON.stringify(value), text),
    note: (line) => said.push(line),
  });
  function run(work: (io: EndpointIo) => Promise<void>): void {
    const stop = new AbortController();
    const done = work(io(stop.signal)).catch((error: unknown) => said.push(String(error)));
    running.push({ stop, done });
  }
  function config(purpose: 'attend' | 'portal'): string {
    const unsigned = { ...hub.appConfig(purpose), hub: proxy.url };
    const file = join(scratch, `${purpose}.json`);
    writeFileSync(file, JSON.stringify({ ...unsigned, signature: hub.keys.sign(customerAppConfigProof(unsigned)) }));
    return file;
  }
  /** Whatever was said, sent or written, and whatever stands in a file below this folder. */
  function everywhere(folder = scratch): Buffer[] {
    const files = (readdirSync(folder, { recursive: true }) as string[])
      .map((name) => join(folder, name))
      .filter((file) => statSync(file).isFile())
      .map((file) => readFileSync(file));
    return [...proxy.everything, ...files, Buffer.from(said.join('\n'))];
  }
  /** @param sent what did leave the computer */
  function staysHere(sent: string): void {
    const texts = everywhere();
    // What is looked for would be found: this is.
    assert.notDeepEqual(findSecret(sent, proxy.everything), []);
    assert.deepEqual(findSecret(password, texts), []);
    assert.deepEqual(findSecret(wrong, texts), []);
  }
  const account = { account: 'DOMAIN\\ann', password };

  it('A8 X8 is looked for as whatever it could be sent as, and through the mask of a WebSocket', async () => {
    const texts = appearances(password);
    assert.ok(texts.length > 30);
    for (const text of texts) {
      const sent = Buffer.concat([Buffer.from('before'), text, Buffer.from('behind')]);
      assert.notDeepEqual(findSecret(password, [sent]), [], text.toString('latin1'));
    }
    for (let shift = 0; shift < 3; shift++) {
      const inside = Buffer.from(`${'x'.repeat(shift)}${password}yz`).toString('base64');
      assert.notDeepEqual(findSecret(password, [Buffer.from(inside)]), [], inside);
    }
    // Masked, as browsers and endpoints send: only what the frames mean shows it.
    const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    const mask = [1, 2, 3, 4];
    const masked = Buffer.from(password).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    socket.write(
      Buffer.concat([
        Buffer.from('GET / HTTP/1.1\r\n\r\n'),
        Buffer.from([0x81, 0x80 | masked.length, ...mask]),
        masked,
      ]),
    );
    await until(() => findSecret(password, proxy.everything).length > 0);
    assert.deepEqual(
      findSecret(
        password,
        proxy.raw.map((parts) => Buffer.concat(parts)),
      ),
      [],
    );
    socket.destroy();
  });

  it('A8 stays on the computer when it is given in an attended session', async () => {
    const options = { config: config('attend'), vault, page: scratch, timings: { retryFirst: 0.01 } };
    run((own) => attendCommand(options, own));
    const page = await browser.page(0);
    await until(() => hub.app !== undefined);
    const setUp = newId();
    const answer = hub.app!.request(consentRequests.ask, { setUp, technician: 'Ada' }, { timeout: 20 });
    await page.shows(({ consent }) => consent !== null);
    const refused = page.request(customerRequests.allow, { setUp, account: { ...account, password: wrong } });
    await assert.rejects(refused);
    // Nor does it leave by way of what is wrong with a message.
    await assert.rejects(page.request(customerRequests.allow, { setUp, account: { account: '', password } }));
    await assert.rejects(page.request(customerRequests.allow, { setUp: password, account } as never));
    await page.request(customerRequests.allow, { setUp, account });
    assert.deepEqual(await answer, { allowed: true, passwordStored: true });
    assert.deepEqual(given, [account]);
    await page.shows(({ setUp: shown }) => shown?.state === 'details');
    assert.deepEqual(findSecret(password, [Buffer.from(JSON.stringify(page.state))]), []);
    await stopAll();
    staysHere(hub.ticket);
  });

  it('P4 stays on the computer when it is given at the portal', async () => {
    const app = new PortalApp({
      invitation: await readAppConfig(config('portal'), 'portal'),
      facts: new ComputerFacts(),
      vault,
      account: 'ann',
      obstacle: () => Promise.resolve(undefined),
      install: () => Promise.resolve(),
      onProblem: (problem) => said.push(problem),
    });
    const ended = app.run();
    await app.actions.signIn?.({ email: 'ada@example.com', password: 'technician' });
    await until(() => app.current.consent !== null);
    const { setUp } = app.current.consent!;
    await assert.rejects(Promise.resolve(app.actions.allow?.({ setUp, account: { ...account, password: wrong } })));
    await app.actions.allow?.({ setUp, account });
    await until(() => app.current.portal?.step === 'details');
    await app.actions.complete?.({ nickname: null, group: app.current.portal!.groups[0]!.id });
    await until(() => app.current.portal?.step === 'done');
    assert.deepEqual(hub.portals[0]?.consent, { allowed: true, passwordStored: true });
    said.push(JSON.stringify(app.current));
    await app.close();
    await ended;
    staysHere('technician');
  });

  it('X8 stays on the computer when it is stored, replaced and forgotten later', async () => {
    const data = join(scratch, 'data');
    await joinCommand({ hub: proxy.url, token: hub.token, data }, io(new AbortController().signal));
    run((own) => runCommand({ data, vault, page: scratch }, own));
    await until(() => hub.only().access.length > 0);
    const opening = openCommand({ data }, io(new AbortController().signal));
    const page = await browser.page(0);
    await opening;
    await assert.rejects(page.request(customerRequests.storePassword, { ...account, password: wrong }));
    await assert.rejects(page.request(customerRequests.storePassword, { account: '', password }));
    await page.request(customerRequests.storePassword, account);
    await until(() => hub.only().access.at(-1)?.passwordStored === true);
    assert.deepEqual(findSecret(password, everywhere()), [], 'while it runs');
    await page.request(customerRequests.forgetPassword, {});
    await until(() => hub.only().access.at(-1)?.passwordStored === false);
    await stopAll();
    staysHere(hub.secret);
  });
});
