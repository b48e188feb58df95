import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ScriptedHub } from '#core/testing/endpoint/scripted-hub.ts';
import { endpointRequests } from '#protocol/endpoint.ts';
import { freePort } from '#core/testing/free-port.ts';
import { runCommand } from './commands/run-command.ts';
import { endpointTexts, type EndpointIo } from './commands/endpoint-io.ts';
import { runEndpointCli } from './endpoint-cli.ts';
import { KeyPair } from './identity/key-pair.ts';

interface Outcome {
  code: number;
  out: string;
  err: string;
}

describe('endpoint', () => {
  let hub: ScriptedHub;
  let scratch: string;
  let data: string;
  const running: { stop: AbortController; done: Promise<unknown> }[] = [];

  beforeEach(async () => {
    hub = await new ScriptedHub().start();
    scratch = mkdtempSync(join(tmpdir(), 'latchkey-endpoint-'));
    data = join(scratch, 'data');
  });
  afterEach(async () => {
    for (const { stop, done } of running.splice(0)) {
      stop.abort();
      await done;
    }
    await hub.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  async function cli(...argv: string[]): Promise<Outcome> {
    const outcome: Outcome = { code: -1, out: '', err: '' };
    outcome.code = await runEndpointCli([...argv, '--data', data], {
      env: { LANG: 'en_US.UTF-8' },
      signal: new AbortController().signal,
      out: (text) => (outcome.out += `${text}\n`),
      err: (text) => (outcome.err += `${text}\n`),
    });
    return outcome;
  }
  const joinHub = (): Promise<Outcome> => cli('join', '--hub', hub.url, '--token', hub.token, '--json');
  const status = async (): Promise<Record<string, unknown>> => JSON.parse((await cli('status', '--json')).out);
  const errorCode = (outcome: Outcome): string => JSON.parse(outcome.out).error.code;

  /** Runs the endpoint with short waits; `ended` settles with what `run` ends with. */
  function run(config?: string): { lines: string[]; ended: Promise<unknown>; stop: AbortController } {
    const stop = new AbortController();
    const lines: string[] = [];
    const io: EndpointIo = {
      env: {},
      localizer: endpointTexts('en'),
      signal: stop.signal,
      result: () => {},
      note: (line) => lines.push(line),
    };
    const timings = { retryFirst: 0.01, retryLongest: 0.05, factsInterval: 0 };
    const done = runCommand({ data, config, timings }, io).then(
      () => 'done',
      (error: unknown) => error,
    );
    running.push({ stop, done });
    return { lines, ended: done, stop };
  }
  async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let left = 500; left > 0; left--) {
      if (await condition()) return;
      await delay(10);
    }
    assert.fail(`It never came to this: ${what}`);
  }

  it('I4 joins, says so, and keeps its key where only its owner reads it', async () => {
    const outcome = await joinHub();
    assert.equal(outcome.code, 0, outcome.err);
    const { device, group, state } = JSON.parse(outcome.out);
    const { standing } = hub.only();
    assert.deepEqual(
      { device, group, state },
      { device: standing.device, group: standing.group, state: standing.state },
    );
    assert.equal(statSync(data).mode & 0o777, 0o700);
    assert.equal(statSync(join(data, 'identity.json')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(data).sort(), ['enrolment.json', 'identity.json']);
  });

  it('I4 joined again by the same installer it says so; by another it refuses', async () => {
    await joinHub();
    const again = await joinHub();
    assert.equal(again.code, 0);
    assert.equal(JSON.parse(again.out).alreadyJoined, true);
    const other = await cli(
      'join',
      '--hub',
      hub.url,
      '--token',
      hub.token.replace(hub.installer, 'a'.repeat(16)),
      '--json',
    );
    assert.equal(other.code, 1);
    assert.equal(errorCode(other), 'endpoint.alreadyJoined');
    hub.only();
  });

  it('I2 an answer that got lost does not make a second device', async () => {
    hub.loseAnswers = 1;
    const outcome = await joinHub();
    assert.equal(outcome.code, 0, outcome.err);
    assert.equal(JSON.parse(outcome.out).device, hub.only().standing.device);
  });

  it('sends nothing to a hub with another key', async () => {
    const token = hub.token;
    hub.keys = KeyPair.generate();
    const outcome = await cli('join', '--hub', hub.url, '--token', token, '--json');
    assert.equal(outcome.code, 3);
    assert.equal(errorCode(outcome), 'endpoint.hubKeyMismatch');
    assert.deepEqual(
      hub.received.map((text) => JSON.parse(text).method),
      ['endpoint/hello'],
    );
    assert.ok(!hub.received.join().includes(hub.secret));
  });

  it('I3 joins by an installer’s configuration, and sends nothing where that was changed', async () => {
    const file = join(scratch, 'installer.json');
    for (const change of [
      { hub: 'http://127.0.0.1:1' },
      { group: 'Hamburg' },
      { hubKey: KeyPair.generate().publicKey },
    ]) {
      writeFileSync(file, JSON.stringify({ ...hub.config(), ...change }));
      const outcome = await cli('join', '--config', file, '--json');
      assert.equal(outcome.code, 3);
      assert.equal(errorCode(outcome), 'endpoint.installerTampered');
    }
    writeFileSync(file, '{"hub":');
    assert.equal(errorCode(await cli('join', '--config', file, '--json')), 'endpoint.installerTampered');
    assert.deepEqual(hub.received, []);
    writeFileSync(file, `${JSON.stringify(hub.config())}${' '.repeat(2000)}\n`);
    assert.equal((await cli('join', '--config', file)).code, 0);
    hub.only();
  });

  it('tells an unreachable hub, a revoked token and a mistyped one apart', async () => {
    const port = await freePort();
    const unreachable = await cli('join', '--hub', `http://127.0.0.1:${port}`, '--token', hub.token, '--json');
    assert.deepEqual([unreachable.code, errorCode(unreachable)], [4, 'hub.unreachable']);
    hub.revoked = true;
    const revoked = await joinHub();
    assert.deepEqual([revoked.code, errorCode(revoked)], [3, 'enrolment.tokenRevoked']);
    const mistyped = await cli('join', '--hub', hub.url, '--token', 'lk1.nonsense', '--json');
    assert.deepEqual([mistyped.code, errorCode(mistyped)], [2, 'endpoint.tokenMalformed']);
    assert.ok(!mistyped.err.includes('nonsense'));
    assert.equal((await cli('join', '--hub', 'ftp://x', '--token', hub.token)).code, 2);
    assert.equal((await cli('join')).code, 2);
    assert.equal((await cli('frobnicate')).code, 2);
    assert.equal((await cli('run')).code, 1);
  });

  it('G1 stays connected, and comes back after the hub was away', async () => {
    await joinHub();
    run();
    await until('connected', async () => (await status())['connected'] === true);
    await hub.stop();
    await until('not connected', async () => (await status())['connected'] === false);
    await hub.start();
    await until('connected again', async () => (await status())['connected'] === true);
    const { joined, running: runs, device } = await status();
    assert.deepEqual({ joined, runs, device }, { joined: true, runs: true, device: hub.only().standing.device });
  });

  it('I2 past the limit it waits, and goes on once it is approved', async () => {
    hub.limit = 0;
    const outcome = await cli('join', '--hub', hub.url, '--token', hub.token);
    assert.match(outcome.out, /waits for a technician’s approval: the installer’s limit has been reached/);
    const { lines } = run();
    await until('waiting', () => lines.some((line) => line.includes('waiting for a technician')));
    hub.setStanding(hub.only(), { state: 'active' });
    await until('active', async () => (await status())['state'] === 'active');
  });

  it('I4 run joins with the installation’s configuration as soon as the hub can be reached', async () => {
    const file = join(scratch, 'installer.json');
    writeFileSync(file, JSON.stringify(hub.config()));
    await hub.stop();
    const { lines } = run(file);
    await until('has tried', () => lines.some((line) => line.startsWith('Not connected')));
    await hub.start();
    await until('joined', async () => (await status())['joined'] === true);
    assert.equal((await status())['device'], hub.only().standing.device);
  });

  it('never runs twice on one folder', async () => {
    await joinHub();
    run();
    await until('running', async () => (await status())['running'] === true);
    const second = await cli('run', '--json');
    assert.deepEqual([second.code, errorCode(second)], [1, 'endpoint.alreadyRunning']);
  });

  it('takes over the lock of a process that is gone', async () => {
    await joinHub();
    writeFileSync(join(data, 'lock'), JSON.stringify({ process: process.pid, began: 'another boot' }));
    run();
    await until('connected', async () => (await status())['connected'] === true);
  });

  it('stops cleanly when told to', async () => {
    await joinHub();
    const { ended, stop, lines } = run();
    await until('connected', async () => (await status())['connected'] === true);
    stop.abort();
    assert.equal(await ended, 'done');
    assert.equal(lines.at(-1), 'The endpoint has stopped.');
    const { running: runs, connected } = await status();
    assert.deepEqual({ runs, connected }, { runs: false, connected: false });
    assert.ok(!existsSync(join(data, 'lock')));
  });

  it('X5 leaves the hub and leaves nothing behind', async () => {
    await joinHub();
    const outcome = await cli('remove', '--json');
    assert.deepEqual(JSON.parse(outcome.out), { removed: true, hubTold: true, uninstalled: false });
    assert.equal(hub.devices.size, 0);
    assert.ok(!existsSync(data));
  });

  it('X5 removes itself when the hub says so', async () => {
    await joinHub();
    const { ended } = run();
    await until('connected', async () => (await status())['connected'] === true);
    hub.remove(hub.only());
    assert.equal(await ended, 'done');
    assert.ok(!existsSync(data));
  });

  it('X5 removes itself at next contact where it was deleted while it was away', async () => {
    await joinHub();
    hub.removed.add([...hub.devices.keys()][0] ?? '');
    assert.equal(await run().ended, 'done');
    assert.ok(!existsSync(data));
  });

  it('I4 the facts follow the computer, and come anew when the hub asks', async () => {
    await joinHub();
    run();
    await until('connected', async () => (await status())['connected'] === true);
    const { rpc, facts } = hub.only();
    assert.deepEqual(await rpc?.request(endpointRequests.facts, {}), facts);
  });

  it('keeps its key and tries again where the hub does not know it, or is another one', async () => {
    await joinHub();
    const known = new Map(hub.devices);
    hub.devices.clear();
    const { lines } = run();
    await until('not known', () => lines.some((line) => line.includes('does not know this computer')));
    const { keys } = hub;
    hub.keys = KeyPair.generate();
    await until('another hub', () => lines.some((line) => line.includes('its key is another one')));
    hub.keys = keys;
    for (const [key, device] of known) hub.devices.set(key, device);
    await until('connected', async () => (await status())['connected'] === true);
  });

  it('X5 removes the data where the hub cannot be told, and says so', async () => {
    await joinHub();
    await hub.stop();
    const outcome = await cli('remove');
    assert.equal(outcome.code, 0);
    assert.match(outcome.out, /the hub could not be told/);
    assert.ok(!existsSync(data));
  });

  it('names the file that is damaged, changes nothing, and can still be removed', async () => {
    await joinHub();
    for (const name of ['identity.json', 'enrolment.json']) {
      const file = join(data, name);
      const good = readFileSync(file, 'utf8');
      for (const garbage of ['', 'garbage', '{}', '[1]', good.slice(0, -20)]) {
        writeFileSync(file, garbage);
        const outcome = await cli('run', '--json');
        assert.equal(outcome.code, 1);
        assert.equal(errorCode(outcome), 'endpoint.dataDamaged');
        assert.ok(outcome.err.includes(file));
        assert.equal(readFileSync(file, 'utf8'), garbage);
      }
      writeFileSync(file, good);
    }
    writeFileSync(join(data, 'identity.json'), 'garbage');
    writeFileSync(join(data, 'status.json'), 'garbage');
    assert.equal((await status())['joined'], true);
    assert.equal((await cli('remove')).code, 0);
    assert.ok(!existsSync(data));
  });

  it('does not take a folder that holds other things, and does not delete them', async () => {
    data = scratch;
    writeFileSync(join(scratch, 'precious.txt'), 'mine');
    const outcome = await joinHub();
    assert.deepEqual([outcome.code, errorCode(outcome)], [1, 'endpoint.folderNotOwn']);
    assert.equal((await cli('remove')).code, 0);
    assert.deepEqual(readdirSync(scratch), ['precious.txt']);
  });

  it('neither key nor token is in what it writes, logs or shows', async () => {
    const shown = await joinHub();
    const { privateKey } = JSON.parse(readFileSync(join(data, 'identity.json'), 'utf8'));
    const { lines } = run();
    await until('connected', async () => (await status())['connected'] === true);
    const written = readdirSync(data).filter((name) => !['identity.json', 'control.sock'].includes(name));
    assert.ok(written.includes('endpoint.log') && written.includes('status.json'));
    const everything = [
      shown.out,
      shown.err,
      ...lines,
      (await cli('status')).out,
      JSON.stringify(await status()),
      ...written.map((name) => readFileSync(join(data, name), 'utf8')),
      ...hub.received.filter((text) => JSON.parse(text).method !== 'endpoint/join'),
    ].join('\n');
    assert.ok(!everything.includes(hub.secret));
    assert.ok(!everything.includes(privateKey));
    assert.ok(!hub.received.join().includes(privateKey));
  });
});
