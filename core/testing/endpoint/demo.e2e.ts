import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startDemo, type RunningDemo } from '#core/cli/demo/demo.ts';
import { localDemoHub } from '#core/cli/demo/local-demo-hub.ts';
import { startTestHub, type TestHub } from '../test-hub.ts';

describe('demonstration', () => {
  let data: string;
  let hub: TestHub | undefined;
  let demo: RunningDemo | undefined;
  before(() => (data = mkdtempSync(join(tmpdir(), 'latchkey-demo-'))));
  after(async () => {
    await demo?.stop();
    await hub?.close();
    rmSync(data, { recursive: true, force: true });
  });

  /** One start of hub and fleet: what the hub knows once all have come. */
  async function once(): Promise<{ devices: string[]; waiting: number; named: number; groups: string[] }> {
    const problems: string[] = [];
    hub = await startTestHub({ data });
    const access = localDemoHub(hub);
    const onProblem = (problem: string): void => void problems.push(problem);
    demo = await startDemo({ hub: access, count: 60, program: 'core/cli/latchkey.ts', onProblem });
    for (const end = Date.now() + 60_000; (await access.devices()).length < 60; await delay(100)) {
      assert.ok(Date.now() < end, `The fleet did not come: ${problems.join()}`);
    }
    await demo.named;
    const devices = await access.devices();
    const groups = (await access.groups()).map(({ name }) => name);
    await demo.stop();
    await hub.close();
    assert.deepEqual(problems, []);
    return {
      devices: devices.map(({ id }) => id).sort(),
      waiting: devices.filter(({ state }) => state === 'waiting').length,
      named: devices.filter(({ nickname }) => nickname !== null).length,
      groups,
    };
  }

  it('G3 brings customers with computers, some waiting, some with nicknames, and the same at the next start', async () => {
    const first = await once();
    assert.equal(first.devices.length, 60);
    assert.equal(first.groups.length, 6);
    assert.equal(first.waiting, 3);
    assert.ok(first.named > 0);
    assert.deepEqual(await once(), first);
  });
});
