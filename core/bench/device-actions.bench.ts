import assert from 'node:assert/strict';
import { newId } from '#core/base/ids.ts';
import { unpackDevices } from '#core/base/packed-devices.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { deviceActionRequests, type DeviceAction } from '#protocol/device-actions.ts';
import {
  deviceNotifications,
  deviceRequests,
  type Device,
  type DeviceChanges,
  type ReplicaPosition,
} from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { startHubProcess } from './hub-process.ts';
import { median } from './statistics.ts';
import { fillStore } from './workbench/large-store.ts';

const devices = 10_000;
const workbenches = 5;
const runs = 3;
/** Seconds. */
const aim = 2;
/** Milliseconds until a run is given up. */
const patience = 60_000;

export const benchmark: Benchmark = {
  title: 'Actions on many devices',
  method:
    `${devices.toLocaleString('en')} devices are moved, renamed, and deleted, in one call each, while ${workbenches} workbenches ` +
    `follow; until the last of them knows of the last device. Median of ${runs} runs; the hub says itself how much ` +
    `processor time it used.`,
  async run(workspace) {
    const data = workspace.folder();
    const [first] = await fillStore(data, devices, 1);
    assert.ok(first);
    const hub = await startHubProcess(workspace, data);
    const rpc = await hub.connect();
    const { id: second } = await rpc.request(groupRequests.create, { name: 'Moved to' });
    const measures: Measure[] = [];
    const kinds: {
      name: string;
      action: (run: number) => DeviceAction;
      is: (run: number, device: Device | null) => boolean;
      /** Whether it is taken back before the next run. */
      undone?: boolean;
    }[] = [
      {
        name: 'move',
        action: (run) => ({ kind: 'move', group: run % 2 === 0 ? second : first }),
        is: (run, device) => device?.group === (run % 2 === 0 ? second : first),
      },
      {
        name: 'rename',
        action: (run) => ({ kind: 'rename', nickname: `Register ${run}` }),
        is: (run, device) => device?.nickname === `Register ${run}`,
      },
      // Devices that are offline: how fast endpoints remove themselves is up to them.
      { name: 'delete', action: () => ({ kind: 'delete' }), is: (_, device) => device === null, undone: true },
    ];
    for (const { name, action, is, undone } of kinds) {
      const walls: number[] = [];
      const processor: number[] = [];
      for (let run = 0; run < runs; run++) {
        workspace.note(`${name}, run ${run + 1} of ${runs}`);
        const { job, ids, seconds, cpu } = await measure(hub, action(run), (device) => is(run, device));
        assert.equal(ids, devices);
        walls.push(seconds);
        processor.push(cpu);
        if (undone) await takeBack(rpc, job);
      }
      const all = `${devices.toLocaleString('en')} devices`;
      measures.push(
        {
          measure: `${name} ${all}, until the last workbench shows it`,
          value: median(walls),
          unit: 's',
          aim: { atMost: aim },
        },
        { measure: `${name} ${all}: the hub's processor time`, value: median(processor), unit: 'ms' },
      );
    }
    return measures;
  },
};

async function measure(
  hub: { connect(): Promise<RpcConnection>; cpu(): Promise<number> },
  action: DeviceAction,
  is: (device: Device | null) => boolean,
): Promise<{ job: string; ids: number; seconds: number; cpu: number }> {
  const rpcs = await Promise.all(Array.from({ length: workbenches }, () => hub.connect()));
  const followers = await Promise.all(rpcs.map((rpc) => follow(rpc, is)));
  const [caller] = rpcs;
  const ids = followers[0]?.ids ?? [];
  assert.ok(caller);
  const before = await hub.cpu();
  const start = performance.now();
  const job = newId();
  await caller.request(deviceActionRequests.start, { job, action, devices: ids });
  await Promise.race([
    Promise.all(followers.map(({ complete }) => complete)),
    new Promise((_, reject) => setTimeout(() => reject(new Error('The workbenches were not told.')), patience).unref()),
  ]);
  const seconds = (performance.now() - start) / 1000;
  const cpu = (await hub.cpu()) - before;
  for (const rpc of rpcs) rpc.dispose();
  return { job, ids: ids.length, seconds, cpu };
}

async function takeBack(rpc: RpcConnection, of: string): Promise<void> {
  await rpc.request(deviceActionRequests.wait, { job: of }, { timeout: 0 });
  const { id } = await rpc.request(deviceActionRequests.undo, { job: newId(), of });
  await rpc.request(deviceActionRequests.wait, { job: id }, { timeout: 0 });
}

type Take = (devices: readonly Device[], removed: readonly string[]) => void;

/** A replica as a workbench keeps it: in pages first, then as it is told. */
async function follow(rpc: RpcConnection, is: (device: Device | null) => boolean) {
  const seen = new Set<string>();
  let done: () => void = () => {};
  const complete = new Promise<void>((resolve) => (done = resolve));
  const ids: string[] = [];
  const read = async (since: ReplicaPosition | null, take: Take): Promise<void> => {
    for (let position = since, more = true; more;) {
      const page: DeviceChanges = await rpc.request(deviceRequests.changes, { since: position, packed: true });
      take(page.packed === undefined ? page.devices : await unpackDevices(page.packed), page.removed);
      ({ position, more } = page);
    }
  };
  const apply: Take = (devices, removed) => {
    for (const device of devices) if (is(device)) seen.add(device.id);
    if (is(null)) for (const id of removed) seen.add(id);
    if (seen.size >= ids.length) done();
  };
  rpc.on(deviceNotifications.changed, ({ devices, removed, more, position }) => {
    apply(devices, removed);
    if (more) void read(position, apply);
  });
  await read(null, (devices) => void ids.push(...devices.map(({ id }) => id)));
  return { ids, complete };
}
