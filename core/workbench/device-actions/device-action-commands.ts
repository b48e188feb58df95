import { maximumActionDevices } from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CommandCall } from '../commands/command-registry.ts';
import type { CoreCommands } from '../commands/core-command.ts';
import type { DeviceActionReport } from './device-action-report.ts';
import type { DeviceActionOutcome, DeviceActionService } from './device-action-service.ts';

const job = {
  type: 'string',
  pattern: '^[a-z2-7]{16}$',
  title: '%deviceActions.job%',
  description: '%deviceActions.jobHelp%',
};

const waitingDevices = {
  type: 'array',
  title: '%deviceActions.waitingDevices%',
  description: '%deviceActions.waitingDevicesHelp%',
  items: { type: 'string', format: 'latchkey-device' },
  minItems: 1,
  maxItems: maximumActionDevices,
};

const shared = {
  category: '%deviceActions.category%',
  effect: 'change' as const,
  arguments: { type: 'object' as const, properties: { job }, additionalProperties: false },
};

/** Taking back, and trying again, what was done to devices: the last time, or a job that is named. */
export const deviceActionCommands = (actions: DeviceActionService, report: DeviceActionReport): CoreCommands => {
  const options = ({ token, progress }: CommandCall) => ({ token, onProgress: progress });
  const told = (outcome: DeviceActionOutcome): unknown => {
    report.tell(outcome);
    const { job, results } = outcome;
    const { done, failed, cancelled, queued } = job.counts;
    return { job: job.id, done, failed, cancelled, queued, results };
  };
  return [
    {
      ...shared,
      command: 'device.undo',
      title: '%deviceActions.undoCommand%',
      icon: 'discard',
      body: async (args, call) => {
        const of = typeof args.job === 'string' ? args.job : actions.lastUndoable;
        if (of === undefined) throw new LatchkeyError('deviceJob.nothingToUndo');
        return told(await actions.undo(of, options(call)));
      },
    },
    {
      ...shared,
      command: 'device.retry',
      title: '%deviceActions.retryCommand%',
      icon: 'refresh',
      body: async (args, call) => {
        const of = typeof args.job === 'string' ? args.job : actions.lastFailed;
        if (of === undefined) throw new LatchkeyError('deviceJob.nothingToRetry');
        const outcome = await actions.retry(of, options(call));
        if (outcome.results.length > 1) report.show(outcome);
        return told(outcome);
      },
    },
    {
      ...shared,
      command: 'device.cancelWaiting',
      title: '%deviceActions.cancelWaitingCommand%',
      icon: 'circle-slash',
      arguments: {
        type: 'object',
        properties: { job, devices: waitingDevices },
        required: ['job'],
        additionalProperties: false,
      },
      body: async ({ job, devices }) => {
        const { counts } = await actions.cancel(job as string, devices as string[] | undefined);
        return { job, cancelled: counts.cancelled };
      },
    },
  ];
};
