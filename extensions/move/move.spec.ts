import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CommandContext, DeviceAction, DeviceActionOutcome, Latchkey } from '../../protocol/api/index.ts';
import { activate, type MoveArguments } from './extension.ts';

const group = 'gggggggggggggggg';
const [one, two] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'] as const;
const problem = { code: 'device.notFound', args: { device: two } };

/** The extension with an API that records; no process is crossed here. */
function harness() {
  const acted: [DeviceAction, readonly string[], unknown][] = [];
  let body: (args: MoveArguments, context: CommandContext) => unknown = () => undefined;
  const outcome = {
    job: { id: 'jjjjjjjjjjjjjjjj', counts: { pending: 0, done: 1, failed: 1, queued: 0, cancelled: 0 } },
    results: [
      { device: one, state: 'done', problem: null },
      { device: two, state: 'failed', problem },
    ],
  } as unknown as DeviceActionOutcome;
  void activate({
    commands: { register: (_: string, run: typeof body) => ((body = run), { dispose() {} }) },
    devices: {
      act: async (action: DeviceAction, devices: readonly string[], options: unknown) => {
        acted.push([action, devices, options]);
        return outcome;
      },
    },
    subscriptions: [],
  } as unknown as Latchkey);
  return { acted, run: async (args: MoveArguments, context: CommandContext) => body(args, context) };
}

describe('move (X2)', () => {
  it('X2, X9: moves all devices in one call, and passes progress and cancelling on', async () => {
    const { acted, run } = harness();
    const context = { progress() {}, token: {} } as unknown as CommandContext;
    await run({ devices: [one, two], group }, context);
    assert.deepEqual(acted, [[{ kind: 'move', group }, [one, two], context]]);
  });

  it('X9: answers how many were moved, and what became of each', async () => {
    const { run } = harness();
    assert.deepEqual(await run({ devices: [one, two], group }, {} as CommandContext), {
      job: 'jjjjjjjjjjjjjjjj',
      done: 1,
      failed: 1,
      cancelled: 0,
      results: [
        { device: one, state: 'done', problem: null },
        { device: two, state: 'failed', problem },
      ],
    });
  });
});
