import { z } from 'zod';
import { notification, request } from './messages.ts';
import { id, name, timestamp } from './primitives.ts';

/*
 * Actions on many devices at once. Each is a job of the hub's: it goes on when the workbench that asked is gone and when
 * the hub itself was restarted, has an outcome for each device, and stands in the audit log as one entry.
 */

/** The most devices of one job. */
export const maximumActionDevices = 10_000;

export const deviceAction = z.discriminatedUnion('kind', [
  /** Needs rights on the groups on both sides. Works on offline devices. */
  z.object({ kind: z.literal('move'), group: id }),
  /** null brings the computers' own names back. Works on offline devices. */
  z.object({ kind: z.literal('rename'), nickname: name.nullable() }),
]);
export type DeviceAction = z.output<typeof deviceAction>;

/** `queued`: waits for the device to come online. */
export const deviceActionState = z.enum(['pending', 'done', 'failed', 'queued', 'cancelled']);
export type DeviceActionState = z.output<typeof deviceActionState>;

/** An error that is kept: a code of `errors.ts` and what fills its text. */
export const deviceActionProblem = z.object({
  code: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type DeviceActionProblem = z.output<typeof deviceActionProblem>;

export const deviceJob = z.object({
  id,
  /** What is done; of a job that takes another one back, what that one did. */
  action: deviceAction,
  /** The job that this one takes back; null where it does not. */
  undoes: id.nullable(),
  /** The job whose failures this one tries again. */
  retries: id.nullable(),
  /** Who asked for it: the e-mail at the time. */
  technician: z.object({ id, name: z.string() }),
  createdAt: timestamp,
  /** When nothing was left to do; null while something is. */
  finishedAt: timestamp.nullable(),
  devices: z.number().int(),
  counts: z.record(deviceActionState, z.number().int()),
  /** Whether some of it can be taken back now. */
  undoable: z.boolean(),
});
export type DeviceJob = z.output<typeof deviceJob>;

/** What became of one device. */
export const deviceActionResult = z.object({
  device: id,
  state: deviceActionState,
  problem: deviceActionProblem.nullable(),
});
export type DeviceActionResult = z.output<typeof deviceActionResult>;

/** The identifier of a new job comes from whoever asks: asked for once more after a lost answer, it is the same job. */
const newJob = { job: id };

export const deviceActionRequests = {
  /**
   * Begins a job. Refused as a whole where the technician may not do it at all; what is wrong with single devices is their
   * outcome.
   */
  start: request(
    'deviceActions/start',
    z.object({ ...newJob, action: deviceAction, devices: z.array(id).min(1).max(maximumActionDevices) }),
    deviceJob,
  ),
  get: request('deviceActions/get', z.object({ job: id }), deviceJob),
  /** Answers once nothing of it is pending; reports progress until then. */
  wait: request('deviceActions/wait', z.object({ job: id }), deviceJob),
  /** The caller's own jobs, newest first; an administrator's are everybody's. */
  list: request(
    'deviceActions/list',
    z.object({ limit: z.number().int().min(1).max(500).default(50) }),
    z.array(deviceJob),
  ),
  /** For each device, in the order in which they were named. */
  results: request('deviceActions/results', z.object({ job: id }), z.array(deviceActionResult)),
  /** Stops what has not happened yet: of these devices, else of all. */
  cancel: request(
    'deviceActions/cancel',
    z.object({ job: id, devices: z.array(id).max(maximumActionDevices).optional() }),
    deviceJob,
  ),
  /** A new job for the devices that failed. Fails with `deviceJob.nothingFailed` where none did. */
  retry: request('deviceActions/retry', z.object({ ...newJob, of: id }), deviceJob),
  /**
   * A new job that takes back what this one did, where a device still is as it was left; elsewhere the outcome is
   * `device.changedSince`. Fails with `deviceJob.notUndoable` where there is nothing to take back.
   */
  undo: request('deviceActions/undo', z.object({ ...newJob, of: id }), deviceJob),
};

export const deviceActionNotifications = {
  /** Hub to all workbenches of whoever asked for the job: how it stands now, a few times a second at most. */
  changed: notification('deviceActions/changed', z.object({ job: deviceJob })),
};
