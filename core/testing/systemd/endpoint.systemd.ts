import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '#core/base/ids.ts';
import { deviceActionRequests } from '#protocol/device-actions.ts';
import { groupRequests } from '#protocol/groups.ts';
import { tokenRequests } from '#protocol/accounts.ts';
import { latchkey, startHubProcess, type HubProcess } from '../hub-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openWorkbench, type TestWorkbench } from '../test-hub.ts';
import { whenDone } from '../when-done.ts';
import { startSystemdComputer, type SystemdComputer } from './systemd-computer.ts';

const unit = 'latchkey-endpoint.service';
const program = 'latchkey-endpoint';

/** The endpoint as it is shipped, on a computer that a real systemd runs. Needs root. */
describe('an endpoint under systemd', { timeout: 900_000 }, () => {
  let hub: HubProcess;
  let admin: TestWorkbench;
  let computer: SystemdComputer;
  let env: Record<string, string>;

  before(async () => {
    hub = await startHubProcess();
    admin = await openWorkbench(hub.url);
    whenDone(() => admin.socket.terminate());
    await admin.rpc.request(groupRequests.create, { name: 'Berlin' });
    const { secret } = await admin.rpc.request(tokenRequests.create, { name: 'test', expiresAt: null });
    env = { LATCHKEY_TOKEN: secret };
    computer = await startSystemdComputer();
  });

  async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; await delay(200)) if (await condition()) return;
    assert.fail(`It never came to this: ${what}. ${(await computer.run(['journalctl', '-n', '30', '-u', unit])).text}`);
  }
  async function done(...command: string[]): Promise<string> {
    const { code, text } = await computer.run(command);
    assert.equal(code, 0, `${command.join(' ')}: ${text}`);
    return text;
  }
  const property = async (name: string): Promise<string> => (await done('systemctl', 'show', '-P', name, unit)).trim();
  async function devices(): Promise<{ id: string; presence: string }[]> {
    const { out } = await latchkey(['devices', '--hub', hub.url, '--json'], { env });
    return JSON.parse(out) as { id: string; presence: string }[];
  }
  const untilOnline = (): Promise<void> =>
    until('online', async () => (await devices()).map(({ presence }) => presence).join() === 'online');
  /** Downloads an installer, brings it to the computer, and runs it there. */
  async function install(format: 'deb' | 'run'): Promise<void> {
    const file = join(temporaryFolder(), `installer.${format}`);
    const generate = ['run', 'installer.generate', '--group', 'Berlin', '--format', format, '--output', file];
    const { code, err } = await latchkey([...generate, '--hub', hub.url, '--json'], { env });
    assert.equal(code, 0, err);
    const put = await computer.run(['sh', '-c', `cat > /root/installer.${format}`], readFileSync(file));
    assert.equal(put.code, 0, put.text);
    await done(...(format === 'deb' ? ['dpkg', '-i'] : ['sh']), `/root/installer.${format}`);
    await untilOnline();
    assert.deepEqual([await property('ActiveState'), await property('UnitFileState')], ['active', 'enabled']);
  }
  async function assertNothingIsLeft(): Promise<void> {
    assert.equal(await property('LoadState'), 'not-found');
    const find = ['find', '/etc', '/opt', '/usr', '/var', '-xdev', '-name', `*${program}*`];
    // What systemd and dpkg keep of every unit and package is theirs.
    const left = (await done(...find)).split('\n').filter((file) => file && !file.startsWith('/var/lib/dpkg/info'));
    assert.deepEqual(left, []);
    assert.equal((await done('sh', '-c', `ps -eo args | grep -c "[/]opt/${program}" || true`)).trim(), '0');
  }
  /** Deletes the only device; undefined where there is none. */
  async function deleteDevice(): Promise<string | undefined> {
    const [device] = await devices();
    if (!device) return undefined;
    const action = { kind: 'delete' } as const;
    const { id: job } = await admin.rpc.request(deviceActionRequests.start, {
      job: newId(),
      action,
      devices: [device.id],
    });
    await admin.rpc.request(deviceActionRequests.wait, { job });
    return device.id;
  }
  const untilRemoved = (device: string | undefined): Promise<void> =>
    until('removed from the computer', async () => {
      const deleted = await admin.rpc.request(deviceActionRequests.deleted, { search: '', limit: 10 });
      return deleted.devices.find((each) => each.device === device)?.removal === 'gone';
    });

  for (const format of ['deb', 'run'] as const) {
    it(`I4 G3 .${format}: joins, is started anew where it dies, and after the computer lost its power`, async () => {
      await install(format);
      const process = await property('MainPID');
      await done('kill', '-9', process);
      await until('started anew', async () => !['0', process].includes(await property('MainPID')));
      await untilOnline();
      await computer.cutPower();
      await until('offline', async () => (await devices()).every(({ presence }) => presence === 'offline'));
      await computer.switchOn();
      await untilOnline();
      assert.equal((await devices()).length, 1);
    });

    it(`X5 .${format}: deleted, it removes itself, though systemd ends what its service has started`, async () => {
      await untilRemoved(await deleteDevice());
      await until('its unit is gone', async () => (await property('LoadState')) === 'not-found');
      await assertNothingIsLeft();
    });

    it(`G3 .${format}: taken off by whoever owns the computer, nothing is left of it`, async () => {
      await install(format);
      await done(...(format === 'deb' ? ['dpkg', '--purge', program] : [`/usr/local/bin/${program}`, 'remove']));
      await assertNothingIsLeft();
      // A package manager tells nobody; the endpoint's own command has told the hub.
      assert.equal((await deleteDevice()) !== undefined, format === 'deb');
    });
  }
});
