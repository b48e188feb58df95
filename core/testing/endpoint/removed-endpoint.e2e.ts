import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import { build } from 'esbuild';
import { newId } from '#core/base/ids.ts';
import { deviceActionRequests, type DeviceAction, type DeviceJob } from '#protocol/device-actions.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../expect.ts';
import { filesBelow } from '../files-below.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '../test-hub.ts';
import { whenDone } from '../when-done.ts';

/** The bundle as installers ship it, below another root, in a process of its own. */
describe('an installed endpoint whose device is removed', () => {
  const programs = temporaryFolder();
  const program = join(programs, 'latchkey-endpoint.cjs');
  let hub: TestHub;
  let admin: TestWorkbench;
  let root = '';
  let token = '';
  let group = '';
  let device = '';
  before(async () => {
    await build({
      entryPoints: ['core/endpoint/main.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      logLevel: 'error',
    });
    hub = await startTestHub({ times: { removalGrace: 0.5 } });
    admin = await hub.workbench();
  });
  beforeEach(async () => {
    root = temporaryFolder();
    ({ id: group } = await admin.rpc.request(groupRequests.create, { name: `Berlin ${newId()}` }));
    const wanted = { group, name: null, limit: 5, expiresAt: null };
    ({ token } = await admin.rpc.request(installerRequests.generate, wanted));
    device = await install();
  });

  const folder = (): string => join(root, 'opt/latchkey-endpoint');
  const data = (): string => join(root, 'var/lib/latchkey-endpoint');

  function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    return new Promise((resolve) => {
      const env = { PATH: process.env['PATH'], HOME: root, LANG: 'C' };
      const installed = join(folder(), 'latchkey-endpoint.cjs');
      execFile(process.execPath, [installed, ...args], { env, timeout: 60_000 }, (error, out, err) =>
        resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }),
      );
    });
  }

  /** As the `.run` installer leaves it, joined. @returns the device */
  async function install(): Promise<string> {
    const files = ['/usr/local/bin/latchkey-endpoint', '/etc/systemd/system/latchkey-endpoint.service'];
    for (const file of [...files, '/opt/latchkey-endpoint/node']) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), '');
    }
    // Not copied: the very file that runs is deleted.
    writeFileSync(join(folder(), 'latchkey-endpoint.cjs'), readFileSync(program));
    const record = { format: 'run', version: '0.1.0', files, root };
    writeFileSync(join(folder(), 'install.json'), JSON.stringify(record));
    const joined = await run('join', '--hub', hub.url, '--token', token, '--json');
    assert.equal(joined.code, 0, joined.err);
    return (JSON.parse(joined.out) as { device: string }).device;
  }
  async function start(): Promise<void> {
    const started = await run('start', '--json');
    assert.equal(started.code, 0, started.err);
    const { process: pid } = JSON.parse(started.out) as { process: number };
    whenDone(() => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has ended, as it should
      }
    });
  }
  const isConnected = async (): Promise<boolean> => {
    const { out } = await run('status', '--json');
    return (JSON.parse(out) as { connected: boolean }).connected;
  };
  async function act(action: DeviceAction): Promise<DeviceJob> {
    const { id } = await admin.rpc.request(deviceActionRequests.start, { job: newId(), action, devices: [device] });
    return admin.rpc.request(deviceActionRequests.wait, { job: id });
  }
  const removal = async (): Promise<string | undefined> =>
    (await admin.rpc.request(deviceActionRequests.deleted, { search: '', limit: 100 })).devices.find(
      (each) => each.device === device,
    )?.removal;
  const left = (): string[] => filesBelow(root);
  async function untilNothingIsLeft(): Promise<void> {
    await until(async () => left().length === 0 && (await removal()) === 'gone');
    assert.ok(!existsSync(folder()) && !existsSync(data()), left().join());
  }

  it('X5: online, it removes itself from the computer, and the hub knows that it is gone', async () => {
    await start();
    await until(isConnected);
    assert.equal((await act({ kind: 'delete' })).counts.done, 1);
    await untilNothingIsLeft();
    // A new installer brings the computer back on purpose.
    ({ token } = await admin.rpc.request(installerRequests.generate, { group, name: null, limit: 1, expiresAt: null }));
    device = await install();
    assert.equal((await admin.rpc.request(deviceRequests.get, { device })).device.state, 'active');
  });

  it('X5: offline, it hears of it when it comes back, and goes', async () => {
    await act({ kind: 'delete' });
    assert.equal(await removal(), 'waiting');
    await start();
    await untilNothingIsLeft();
  });

  it('X5: restored before it heard of it, it is as it was', async () => {
    await act({ kind: 'rename', nickname: 'Till' });
    const before = await admin.rpc.request(deviceRequests.get, { device });
    await act({ kind: 'delete' });
    await act({ kind: 'restore' });
    await start();
    await until(isConnected);
    const now = await admin.rpc.request(deviceRequests.get, { device });
    assert.deepEqual([now.device, now.keyFingerprint], [before.device, before.keyFingerprint]);
    await run('stop');
    assert.ok(existsSync(join(data(), 'identity.json')));
  });

  it('X5: without unattended access it stays listed until it has removed itself', async () => {
    await start();
    await until(isConnected);
    await act({ kind: 'removeAccess' });
    assert.equal((await admin.rpc.request(deviceRequests.get, { device })).device.state, 'removing');
    await untilNothingIsLeft();
  });

  it('X5: killed in the middle of removing itself, it finishes when it is started again', async () => {
    await act({ kind: 'delete' });
    // Something is in the way, so that it stays in the middle.
    const command = join(root, 'usr/local/bin/latchkey-endpoint');
    rmSync(command);
    mkdirSync(join(command, 'in-the-way'), { recursive: true });
    await start();
    await until(async () => (await removal()) === 'failed');
    assert.ok(existsSync(join(data(), 'removal.json')) && existsSync(join(data(), 'identity.json')));
    const { out } = await run('status', '--json');
    process.kill((JSON.parse(out) as { process: number }).process, 'SIGKILL');
    await until(
      async () => (JSON.parse((await run('status', '--json')).out) as { running: boolean }).running === false,
    );
    rmSync(command, { recursive: true });
    await start();
    await untilNothingIsLeft();
  });
});
