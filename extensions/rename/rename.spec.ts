import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Latchkey } from '../../protocol/api/index.ts';
import { activate, type RenameArguments } from './extension.ts';

const device = { id: 'aaaaaaaaaaaaaaaa', name: 'Reception', nickname: 'Reception', hostName: 'PC-4' };

/** The extension with an API that records; no process is crossed here. */
function harness({
  typed,
  kind = 'browser',
  failing = false,
}: { typed?: string; kind?: 'browser' | 'headless'; failing?: boolean } = {}) {
  const renamed: [string, string | null][] = [];
  const asked: { value?: string; label?: string }[] = [];
  let body: (args: RenameArguments, context: unknown) => unknown = () => undefined;
  void activate({
    commands: { register: (_: string, run: typeof body) => ((body = run), { dispose() {} }) },
    devices: {
      get: async (id: string) => (id === device.id ? device : undefined),
      act: async ({ nickname }: { nickname: string | null }, devices: readonly string[]) => {
        for (const id of devices) renamed.push([id, nickname]);
        const counts = {
          pending: 0,
          done: devices.length - (failing ? 1 : 0),
          failed: failing ? 1 : 0,
          queued: 0,
          cancelled: 0,
        };
        const state = (at: number) => (failing && at === 0 ? 'failed' : 'done');
        const results = devices.map((id, at) => ({
          device: id,
          state: state(at),
          problem: state(at) === 'failed' ? { code: 'device.notFound', args: {} } : null,
        }));
        return { job: { id: 'jjjjjjjjjjjjjjjj', counts }, results };
      },
    },
    window: { showInputBox: async (options: { value?: string; label?: string }) => (asked.push(options), typed) },
    l10n: { t: (key: string) => key, describeProblem: async ({ code }: { code: string }) => code },
    environment: { kind },
    subscriptions: [],
  } as unknown as Latchkey);
  return { renamed, asked, run: async (args: RenameArguments) => body(args, {}) };
}

describe('rename (X3)', () => {
  it('X3: gives a nickname and answers what the device goes by', async () => {
    const { run, renamed } = harness();
    assert.deepEqual(await run({ devices: [device.id], name: ' Front desk ' }), {
      id: device.id,
      name: 'Front desk',
      nickname: 'Front desk',
      hostName: 'PC-4',
    });
    assert.deepEqual(renamed, [[device.id, 'Front desk']]);
  });

  it("X3: an empty name brings the computer's own name back", async () => {
    const { run, renamed } = harness();
    assert.deepEqual(await run({ devices: [device.id], name: '' }), {
      id: device.id,
      name: 'PC-4',
      nickname: null,
      hostName: 'PC-4',
    });
    assert.deepEqual(renamed, [[device.id, null]]);
  });

  it('X3: asks for the name where none is given, starting from the present one, and changes nothing when given up', async () => {
    const typing = harness({ typed: 'Typed' });
    await typing.run({ devices: [device.id] });
    assert.deepEqual([typing.asked[0]?.value, typing.asked[0]?.label], ['Reception', 'rename.name.title']);
    assert.deepEqual(typing.renamed, [[device.id, 'Typed']]);
    const givenUp = harness();
    assert.equal(await givenUp.run({ devices: [device.id] }), null);
    assert.deepEqual(givenUp.renamed, []);
  });

  it('X3: says what is missing where nobody can be asked, and which device there is none of', async () => {
    const headless = harness({ kind: 'headless' });
    await assert.rejects(headless.run({ devices: [device.id] }), { message: 'error.noName' });
    await assert.rejects(headless.run({ devices: ['bbbbbbbbbbbbbbbb'], name: 'x' }), { message: 'error.noDevice' });
    assert.deepEqual(headless.renamed, []);
  });

  it('X3, X9: gives several devices one nickname in one call, and answers what became of each', async () => {
    const devices = [device.id, 'bbbbbbbbbbbbbbbb'];
    const { run, renamed } = harness({ failing: true });
    const result = (await run({ devices, name: 'Till' })) as { done: number; failed: number; results: unknown[] };
    assert.deepEqual([result.done, result.failed, result.results.length], [1, 1, 2]);
    assert.deepEqual(
      renamed,
      devices.map((id) => [id, 'Till']),
    );
    const typing = harness({ typed: '' });
    await typing.run({ devices });
    assert.equal(typing.asked[0]?.value, undefined);
    assert.deepEqual(
      typing.renamed,
      devices.map((id) => [id, null]),
    );
  });

  it('X3: fails with the reason where the one device could not be renamed', async () => {
    const { run } = harness({ failing: true });
    await assert.rejects(run({ devices: [device.id], name: 'x' }), { message: 'device.notFound' });
  });
});
