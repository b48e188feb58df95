import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { localDemoHub } from '#core/cli/demo/local-demo-hub.ts';
import { HubIdentity } from '#core/hub/store/hub-identity.ts';
import { enrolmentRequests } from '#protocol/enrolment.ts';
import { installerConfigProof } from '#protocol/installers.ts';
import { startTestHub, type TestHub } from '../test-hub.ts';
import { filesBelow } from '../files-below.ts';
import { freePort } from '../free-port.ts';

interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** The bundle as installers ship it, in processes of its own, with a real hub. */
describe('installed endpoint', () => {
  let folder: string;
  let program: string;
  let root: string;
  let port: number;
  let hub: TestHub;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-installed-'));
    program = join(folder, 'latchkey-endpoint.cjs');
    await build({
      entryPoints: ['core/endpoint/main.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      logLevel: 'error',
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    port = await freePort();
    root = mkdtempSync(join(folder, 'root-'));
    hub = await start();
    install();
  });
  afterEach(async () => {
    if (existsSync(installed())) await run('stop');
    await hub.close();
  });

  const start = (): Promise<TestHub> => startTestHub({ port, data: join(root, 'hub') });
  const installed = (): string => join(root, 'opt/latchkey-endpoint/latchkey-endpoint.cjs');
  const data = (): string => join(root, 'var/lib/latchkey-endpoint');

  /** As the `.run` installer leaves it below another root. */
  function install(): void {
    const files = ['/usr/local/bin/latchkey-endpoint', '/etc/systemd/system/latchkey-endpoint.service'];
    for (const file of [...files, '/opt/latchkey-endpoint/node']) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), '');
    }
    writeFileSync(installed(), readFileSync(program));
    const record = { format: 'run', version: '0.1.0', files, root };
    writeFileSync(join(dirname(installed()), 'install.json'), JSON.stringify(record));
  }

  /** What the hub puts into an installer. */
  async function bring(limit: number): Promise<void> {
    const demo = localDemoHub(hub);
    const group = await demo.createGroup('Berlin');
    const token = await demo.generateInstaller(group.id, 'Test', limit);
    const identity = hub.get(HubIdentity);
    const config = { hub: hub.url, hubKey: identity.publicKey, token, group: group.name };
    const signed = { ...config, signature: identity.sign(installerConfigProof(config)) };
    const file = join(dirname(installed()), 'installer.json');
    writeFileSync(file, JSON.stringify(signed));
    chmodSync(file, 0o600);
  }

  function run(...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      const env = { PATH: process.env['PATH'], HOME: root, LANG: 'C' };
      execFile(process.execPath, [installed(), ...args], { env, timeout: 60_000 }, (error, out, err) =>
        resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }),
      );
    });
  }
  const status = async (): Promise<Record<string, unknown>> => JSON.parse((await run('status', '--json')).out);
  async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await delay(100)) if (await condition()) return;
    assert.fail(`It never came to this: ${what}`);
  }
  const devices = () => localDemoHub(hub).devices();
  const leftovers = (): string[] =>
    filesBelow(root)
      .map((file) => basename(file))
      .filter((name) => /latchkey-endpoint|installer?\.json|identity/.test(name));

  it('I4 G3 joins by its installer, comes back after a restart of the hub, and X5 leaves nothing behind', async () => {
    await bring(10);
    const joined = await run('join', '--config', join(dirname(installed()), 'installer.json'), '--json');
    assert.equal(joined.code, 0, joined.err);
    assert.ok(!existsSync(join(dirname(installed()), 'installer.json')), 'the token has done its work');
    const [device] = await devices();
    assert.equal(JSON.parse(joined.out).device, device?.id);

    const started = await run('start', '--json');
    assert.equal(started.code, 0, started.err);
    await until('connected', async () => (await status())['connected'] === true);
    await hub.close();
    hub = await start();
    await until('connected again', async () => (await status())['connected'] === true);
    assert.equal((await devices()).length, 1);

    const removed = await run('remove', '--json');
    assert.equal(removed.code, 0, removed.err);
    assert.deepEqual(JSON.parse(removed.out), { removed: true, hubTold: true, uninstalled: true });
    assert.deepEqual(await devices(), []);
    assert.ok(!existsSync(dirname(installed())) && !existsSync(data()));
    assert.deepEqual(leftovers(), []);
  });

  it('I2 waits past the limit, is approved, and removes itself when it is turned away', async () => {
    const { rpc } = await hub.workbench();
    await bring(1);
    const config = join(dirname(installed()), 'installer.json');
    const copy = readFileSync(config);
    await run('join', '--config', config, '--data', join(root, 'first'));
    writeFileSync(config, copy);
    // The installation could not join at once: it does so when it is started.
    assert.equal((await run('start')).code, 0);
    await until('waiting', async () => (await status())['state'] === 'waiting');
    assert.ok(!existsSync(config));
    const device = String((await status())['device']);
    await rpc.request(enrolmentRequests.approve, { devices: [device] });
    await until('approved', async () => (await status())['state'] === 'active');
    assert.match((await run('status')).out, /running .* and connected/);

    await run('remove');
    install();
    writeFileSync(config, copy);
    assert.equal((await run('start')).code, 0);
    await until('waiting again', async () => (await status())['state'] === 'waiting');
    await rpc.request(enrolmentRequests.reject, { devices: [String((await status())['device'])] });
    await until('gone', () => !existsSync(dirname(installed())) && !existsSync(data()));
    assert.deepEqual(
      leftovers().filter((name) => name !== 'identity.json'),
      [],
    );
  });
});
