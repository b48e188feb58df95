import assert from 'node:assert/strict';
import type { Benchmark } from './benchmark.ts';
import { measureEcho } from './echo/echo.ts';
import { startHubProcess } from './hub-process.ts';
import { joinFleet, makeInstaller, prepareFiles } from './simulated-fleet.ts';
import { median } from './statistics.ts';

const runs = 3;
const joins = 2000;
/** Milliseconds of processor time for a new enrolment at MeshCentral 1.1.55: 8 to 10 on a machine of this kind. */
const meshCentral = 9;
const aim = 2;

export const benchmark: Benchmark = {
  title: 'Enrolment',
  method:
    `${joins.toLocaleString('en')} endpoints in a process of their own join a hub with a store at once, through real ` +
    `sockets, and leave when the last one is in; median of ${runs} runs. The hub says itself how much processor time it used.`,
  async run(workspace) {
    const hub = await startHubProcess(workspace);
    await prepareFiles(hub);
    const hubTimes: number[] = [];
    const echoTimes: number[] = [];
    const rates: number[] = [];
    for (let run = 1; run <= runs; run++) {
      workspace.note(`run ${run} of ${runs}`);
      const { token } = await makeInstaller(hub, `Run ${run}`, 5000);
      const before = await hub.cpu();
      const { joined, seconds } = await joinFleet(workspace, hub, { token, count: joins });
      hubTimes.push(((await hub.cpu()) - before) / joins);
      assert.equal(joined, joins, 'Not all endpoints joined.');
      rates.push(seconds);
      echoTimes.push(await measureEcho(workspace, joins));
    }
    const value = median(hubTimes);
    const measure = "the hub's processor time for a join";
    return [
      {
        measure,
        value,
        unit: 'ms',
        baseline: { name: 'MeshCentral 1.1.55: 8–10 ms', value: meshCentral },
        aim: { atMost: aim },
      },
      { measure, value, unit: 'ms', baseline: { name: 'bare JSON-RPC echo, no store', value: median(echoTimes) } },
      { measure: `wall time, ${joins.toLocaleString('en')} joins`, value: median(rates), unit: 's' },
    ];
  },
};
