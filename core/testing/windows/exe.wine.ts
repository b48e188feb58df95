import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { localDemoHub } from '#core/cli/demo/local-demo-hub.ts';
import { installerRequests } from '#protocol/installers.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { signIn, startTestHub, type TestHub } from '../test-hub.ts';
import { keptRuntimes, startWine, type Wine } from './wine.ts';

/** The installer as the hub hands it out, in Wine, with a real hub. Slow: not part of the usual tests. */
describe('EXE installer', () => {
  let wine: Wine;
  let hub: TestHub;
  let installers: string[];
  /** Of the first. */
  let token = '';
  const folder = temporaryFolder();

  before(async () => {
    wine = startWine();
    const data = temporaryFolder();
    mkdirSync(keptRuntimes, { recursive: true });
    mkdirSync(join(data, 'installers'));
    symlinkSync(keptRuntimes, join(data, 'installers/runtimes'));
    hub = await startTestHub({ data });
    const group = await localDemoHub(hub).createGroup('Berlin');
    installers = [await download(group.id, 'first'), await download(group.id, 'second')];
  });

  /** Generates an installer and fetches its EXE, as the workbench does. */
  async function download(group: string, name: string): Promise<string> {
    const { rpc } = await hub.workbench();
    const { installer, token: made } = await rpc.request(installerRequests.generate, {
      group,
      name,
      limit: 5,
      expiresAt: null,
    });
    token ||= made;
    const params = { installer: installer.id, format: 'exe' } as const;
    const { path, size, sha256 } = await rpc.request(installerRequests.prepare, params, { timeout: 300 });
    const answer = await fetch(`${hub.url}${path}`, { headers: { cookie: await signIn(hub.url) } });
    const content = Buffer.from(await answer.arrayBuffer());
    assert.equal(content.length, size);
    assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
    const file = join(folder, `${name}.exe`);
    writeFileSync(file, content);
    return file;
  }

  const program = (): string => join(wine.drive, 'Program Files/Latchkey Endpoint/latchkey-endpoint.exe');
  const data = (): string => join(wine.drive, 'ProgramData/Latchkey Endpoint');
  const devices = () => localDemoHub(hub).devices();
  const status = async (): Promise<Record<string, unknown>> => {
    const { out, err } = await wine.run(program(), 'status', '--json');
    return JSON.parse(out || `"${err}"`) as Record<string, unknown>;
  };
  async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 40_000; Date.now() < end; await delay(250)) if (await condition()) return;
    assert.fail(`It never came to this: ${what}`);
  }

  it('I2 differs from another only in its configuration, and is a program of Windows', () => {
    const [first, second] = installers.map((file) => readFileSync(file)) as [Buffer, Buffer];
    assert.equal(first.length, second.length);
    assert.ok(first.subarray(0, -4120).equals(second.subarray(0, -4120)));
    assert.ok(!first.subarray(-4120).equals(second.subarray(-4120)));
    assert.equal(first.toString('latin1', 0, 2), 'MZ');
    assert.equal(first.readUInt16LE(first.readUInt32LE(60) + 24 + 68), 2, 'no console');
  });

  it('I3 I4 joins under the computer’s own name, runs as a service, and holds no token afterwards', async () => {
    const { code, err } = await wine.run(installers[0]!, '/S');
    assert.equal(code, 0, err);
    const [device, ...others] = await devices();
    assert.ok(device);
    assert.deepEqual(others, []);
    assert.equal(device.nickname, null);
    assert.equal(device.system?.platform, 'windows');
    await until('connected', async () => (await status())['connected'] === true);
    const service = await wine.run(join(wine.drive, 'windows/system32/sc.exe'), 'query', 'LatchkeyEndpoint');
    assert.match(service.out, /RUNNING/);
    const installed = readdirSync(join(program(), '..'));
    assert.ok(!installed.includes('installer.json'));
    const kept = [...readdirSync(data()).filter((name) => name.endsWith('.json'))].map((name) => join(data(), name));
    for (const file of [program(), ...kept]) assert.ok(!readFileSync(file).includes(token), file);
    const entry = await wine.run(
      join(wine.drive, 'windows/system32/reg.exe'),
      'query',
      'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\LatchkeyEndpoint',
    );
    assert.match(entry.out, /DisplayName\s+REG_SZ\s+Latchkey Endpoint/);
  });

  it('I4 run again, keeps the device; another installer is refused and changes nothing', async () => {
    const [device] = await devices();
    assert.equal((await wine.run(installers[0]!, '/S')).code, 0);
    assert.equal((await wine.run(installers[1]!, '/S')).code, 1);
    await until('connected', async () => (await status())['connected'] === true);
    assert.deepEqual(
      (await devices()).map(({ id }) => id),
      [device?.id],
    );
  });

  it('stops and starts by the service manager', async () => {
    assert.equal((await wine.run(program(), 'stop')).code, 0);
    assert.equal((await status())['running'], false);
    assert.equal((await wine.run(program(), 'start')).code, 0);
    await until('connected', async () => (await status())['connected'] === true);
  });

  it('X5 removes itself and leaves nothing', async () => {
    const { code, out, err } = await wine.run(program(), 'remove', '--json');
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), { removed: true, hubTold: true, uninstalled: true });
    assert.deepEqual(await devices(), []);
    await until('no files', () => !existsSync(join(program(), '..')) && !existsSync(data()));
    const left = readdirSync(join(wine.drive, 'Program Files')).filter((name) => name.startsWith('Latchkey'));
    assert.deepEqual(left, []);
    const service = await wine.run(join(wine.drive, 'windows/system32/sc.exe'), 'query', 'LatchkeyEndpoint');
    assert.notEqual(service.code, 0);
  });

  it('I2 that was changed on the way installs nothing', async () => {
    const changed = readFileSync(installers[0]!);
    const at = changed.lastIndexOf('"group"');
    changed.write('Parislike'.slice(0, 6), changed.indexOf('Berlin', at), 'latin1');
    const file = join(folder, 'changed.exe');
    writeFileSync(file, changed);
    assert.notEqual((await wine.run(file, '/S')).code, 0);
    assert.ok(!existsSync(program()));
  });
});
