import type { Activate, CommandContext, DeviceActionOutcome, Latchkey } from '../../protocol/api/index.ts';

export interface MoveArguments {
  readonly devices: readonly string[];
  readonly group: string;
}

/** What the command answers. */
export interface MoveResult {
  /** With which it can be undone and tried again: `device.undo`, `device.retry`. */
  readonly job: string;
  readonly done: number;
  readonly failed: number;
  /** Left where they were, because somebody cancelled. */
  readonly cancelled: number;
  readonly results: DeviceActionOutcome['results'];
}

export const activate: Activate = (latchkey) => {
  latchkey.subscriptions.push(
    latchkey.commands.register<MoveArguments>('device.move', (args, context) => move(latchkey, args, context)),
  );
};

/** Not confirmed: it is undone as quickly as it is done. */
async function move(
  latchkey: Latchkey,
  { devices, group }: MoveArguments,
  context: CommandContext,
): Promise<MoveResult> {
  const { job, results } = await latchkey.devices.act({ kind: 'move', group }, devices, context);
  const { done, failed, cancelled } = job.counts;
  return { job: job.id, done, failed, cancelled, results };
}
