import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CliLocalizer } from '../cli-localizer.ts';
import { ScriptedHub } from '#core/testing/endpoint/scripted-hub.ts';
import { deviceFacts } from '#protocol/facts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CliIo } from '../cli-io.ts';
import { simulate } from '../commands/simulate.ts';
import { believableFacts } from './believable-facts.ts';

describe('simulated fleet', () => {
  let hub: ScriptedHub;
  let aborter: AbortController;
  let progress: string[];
  beforeEach(async () => {
    hub = await new ScriptedHub().start();
    aborter = new AbortController();
    progress = [];
  });
  afterEach(() => hub.stop());

  async function run(options: { count: number; seconds?: number; token?: string; input?: string }): Promise<unknown> {
    let result: unknown;
    const io: CliIo = {
      env: {},
      localizer: new CliLocalizer('en'),
      json: true,
      interactive: false,
      signal: aborter.signal,
      result: (value) => (result = value),
      progress: (text) => progress.push(text),
      note: () => {},
      readInput: async () => options.input ?? '',
      readSecret: async () => undefined,
    };
    const defaults = { hub: hub.url, token: hub.token, concurrency: 16, churn: 0, away: 0, seed: 'test' };
    await simulate({ ...defaults, ...options, fleetsStdin: options.input !== undefined }, io);
    const { seconds, ...counts } = result as Record<string, number>;
    assert.equal(typeof seconds, 'number');
    return counts;
  }

  it('I2 brings endpoints in, and the same ones at the next start', async () => {
    hub.limit = 30;
    const first = await run({ count: 40 });
    assert.deepEqual(first, { joined: 30, waiting: 10, refused: 0, connected: 40 });
    const known = [...hub.devices].map(([key, { standing }]) => [key, standing.device]);
    assert.deepEqual(await run({ count: 40 }), first);
    assert.deepEqual(
      [...hub.devices].map(([key, { standing }]) => [key, standing.device]),
      known,
    );
    assert.equal(new Set([...hub.devices.values()].map(({ facts }) => facts.hostName)).size, 40);
  });

  it('stays for as long as it is asked, and ends at once when told to', async () => {
    const staying = run({ count: 5, seconds: 3600 });
    while (!progress.some((line) => line.startsWith('5 connected'))) await new Promise((done) => setTimeout(done, 20));
    assert.equal(hub.online, 5);
    aborter.abort();
    assert.deepEqual(await staying, { joined: 5, waiting: 0, refused: 0, connected: 5 });
    assert.equal(hub.online, 0);
  });

  it('reads several fleets from standard input, and says why a plan is none', async () => {
    const input = JSON.stringify([{ token: hub.token, count: 3 }]);
    assert.deepEqual(await run({ count: 0, input }), { joined: 3, waiting: 0, refused: 0, connected: 3 });
    await assert.rejects(run({ count: 0, input: 'nonsense' }), (error: LatchkeyError) => error.code === 'cli.usage');
  });

  it('says why all were refused', async () => {
    hub.revoked = true;
    await assert.rejects(run({ count: 3 }), (error: LatchkeyError) => error.code === 'enrolment.tokenRevoked');
  });

  it('facts keep their contract, and no two computers share a name, serial or card', () => {
    const fleet = Array.from({ length: 1000 }, (_, index) => believableFacts('fleet', index));
    for (const facts of fleet) deviceFacts.parse(facts);
    for (const of of [
      fleet.map((facts) => facts.hostName),
      fleet.map((facts) => facts.serial),
      fleet.map((facts) => facts.interfaces[0]?.mac.slice(9)),
      fleet.map((facts) => facts.interfaces[0]?.addresses[0]),
    ]) {
      assert.equal(new Set(of).size, fleet.length);
    }
    assert.deepEqual(new Set(fleet.map((facts) => facts.system.platform)), new Set(['windows', 'macos', 'linux']));
    assert.deepEqual({ ...believableFacts('fleet', 7), bootedAt: 0 }, { ...fleet[7], bootedAt: 0 });
  });
});
