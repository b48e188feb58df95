import assert from 'node:assert/strict';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { deviceRequests, type Device, type DeviceChanges, type ReplicaPosition } from '#protocol/devices.ts';
import { installerRequests } from '#protocol/installers.ts';
import type { Benchmark } from './benchmark.ts';
import { startHubProcess } from './hub-process.ts';
import { joinFleet, makeInstaller, prepareFiles } from './simulated-fleet.ts';

const joins = 6000;
const limit = 5000;

export const benchmark: Benchmark = {
  title: 'Burst of joins past a limit',
  method:
    `${joins.toLocaleString('en')} endpoints join at once with an installer for ${limit.toLocaleString('en')}. Counted in ` +
    `what the endpoints were told, and again in the hub's devices and in the installer's ledger: all three have to agree.`,
  async run(workspace) {
    const hub = await startHubProcess(workspace);
    await prepareFiles(hub);
    const { rpc, installer, token } = await makeInstaller(hub, 'Burst', limit);
    const told = await joinFleet(workspace, hub, { token, count: joins });
    const devices = await allDevices(rpc);
    const ledger = await rpc.request(installerRequests.ledger, { installer });
    const [listed] = await rpc.request(installerRequests.list, {});
    const count = (state: string): number => devices.filter((device) => device.state === state).length;
    const counts = { in: count('active'), waiting: count('waiting'), lost: joins - devices.length };
    const entries = (outcome: string): number => ledger.filter((entry) => entry.outcome === outcome).length;
    // Not a matter of speed: anything else is a fault.
    assert.deepEqual(
      counts,
      { in: limit, waiting: joins - limit, lost: 0 },
      "The hub's devices are not what they should be.",
    );
    assert.deepEqual(
      [told.joined, told.waiting, told.refused],
      [limit, joins - limit, 0],
      'Endpoints were told otherwise.',
    );
    assert.deepEqual([entries('joined'), entries('waiting')], [limit, joins - limit], 'The ledger says otherwise.');
    assert.equal(listed?.used, limit, "The installer's own count says otherwise.");
    return [
      { measure: 'joined', value: counts.in, unit: 'endpoints', aim: { exactly: limit } },
      { measure: 'waiting for approval', value: counts.waiting, unit: 'endpoints', aim: { exactly: joins - limit } },
      { measure: 'lost', value: counts.lost, unit: 'endpoints', aim: { exactly: 0 } },
      { measure: 'until all were answered', value: told.seconds, unit: 's' },
    ];
  },
};

async function allDevices(rpc: RpcConnection): Promise<Device[]> {
  const devices: Device[] = [];
  let since: ReplicaPosition | null = null;
  for (let more = true; more;) {
    const page: DeviceChanges = await rpc.request(deviceRequests.changes, { since });
    devices.push(...page.devices);
    ({ position: since, more } = page);
  }
  return devices;
}
