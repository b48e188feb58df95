import { z } from 'zod';
import { notification, request } from './messages.ts';
import { empty, id, name, timestamp } from './primitives.ts';

/*
 * Actions on many devices at once. Each is a job of the hub's: it goes on when the workbench that asked is gone and when
 * the hub itself was restarted, has an outcome for each device, and stands in the audit log as one entry.
 */

/** The most devices of one job. */
export const maximumActionDevices = 10_000;
/** The longest that an action waits for a device, in seconds: 90 days. */
export const longestWait = 90 * 24 * 60 * 60;

/**
 * What becomes of devices that are offline: their part waits in the hub for at most so many seconds, and is done once when
 * the device is there next. By the hub's clock from when it is asked: what other clocks say makes no difference.
 */
export const whenOnline = z.object({ seconds: z.number().int().min(1).max(longestWait) });

export const deviceAction = z.discriminatedUnion('kind', [
  /** Needs rights on the groups on both sides. Works on offline devices. */
  z.object({ kind: z.literal('move'), group: id }),
  /** null brings the computers' own names back. Works on offline devices. */
  z.object({ kind: z.literal('rename'), nickname: name.nullable() }),
  /** Asks the device for its facts as they are now. Fails for one that is offline, unless it may wait. */
  z.object({ kind: z.literal('refresh'), whenOnline: whenOnline.optional() }),
  /** Ends the unattended session that is on, and has the endpoint connect anew; done once it is back. As `refresh`, offline. */
  z.object({ kind: z.literal('reset'), whenOnline: whenOnline.optional() }),
  /**
   * Access ends, and the device is gone from all lists, at once; its endpoint removes itself from the computer, at next
   * contact where it is offline. Until it has begun to, `restore` and undoing bring everything back.
   */
  z.object({ kind: z.literal('delete') }),
  /** Access ends at once; the device stays listed as `removing` until its endpoint has removed itself. */
  z.object({ kind: z.literal('removeAccess') }),
  /** Takes deleting, and the removal of access, back; into `group` where the one it was in is gone. */
  z.object({ kind: z.literal('restore'), group: id.optional() }),
]);
export type DeviceAction = z.output<typeof deviceAction>;

/** Actions that a device takes part in itself. */
export type DeviceCallKind = 'refresh' | 'reset';

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
  /** When nothing was left to do; null while something is, or waits for a device. */
  finishedAt: timestamp.nullable(),
  /** Until when what waits for a device does; null where nothing may wait. */
  expiresAt: timestamp.nullable().default(null),
  devices: z.number().int(),
  counts: z.record(deviceActionState, z.number().int()),
  /** Whether some of it can be taken back now. */
  undoable: z.boolean(),
});
export type DeviceJob = z.output<typeof deviceJob>;

/** What became of one device. */
export const deviceActionResult = z.object({
  device: id,
  /** The name that it goes by, deleted or not; empty where the technician may not know it. */
  name: z.string().default(''),
  state: deviceActionState,
  problem: deviceActionProblem.nullable(),
});
export type DeviceActionResult = z.output<typeof deviceActionResult>;

/** A device's part of a job that waits for the device to come online. */
export const queuedAction = z.object({
  job: id,
  device: id,
  name: z.string(),
  kind: z.enum(['refresh', 'reset']),
  technician: z.object({ id, name: z.string() }),
  queuedAt: timestamp,
  expiresAt: timestamp,
  /** Whether the technician who asks may cancel it: their own, or an administrator any. */
  cancellable: z.boolean(),
});
export type QueuedAction = z.output<typeof queuedAction>;

/** How far the endpoint of a deleted device is: it has not heard of it yet, removes itself, could not, or is gone. */
export const removalState = z.enum(['waiting', 'begun', 'failed', 'gone']);
export type RemovalState = z.output<typeof removalState>;

/** A device that was deleted, as it was. */
export const deletedDevice = z.object({
  device: id,
  name: z.string(),
  hostName: z.string(),
  group: id,
  /** Empty where it is gone too. */
  groupName: z.string(),
  deletedAt: timestamp,
  /** The technician; null where the customer has removed the endpoint. */
  deletedBy: z.string().nullable(),
  removal: removalState,
  /** Why its endpoint could not remove itself. */
  problem: deviceActionProblem.nullable(),
  /** Whether it can still be taken back. */
  restorable: z.boolean(),
});
export type DeletedDevice = z.output<typeof deletedDevice>;

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
  /**
   * What waits for devices, oldest first: of one device whoever may see it, else the caller's own; an administrator's are
   * everybody's.
   */
  queued: request(
    'deviceActions/queued',
    z.object({ device: id.optional(), limit: z.number().int().min(1).max(maximumActionDevices).default(1000) }),
    z.object({ actions: z.array(queuedAction), total: z.number().int() }),
  ),
  /** Deleted devices of the caller's groups, the last one first; `search` is part of a name. */
  deleted: request(
    'deviceActions/deleted',
    z.object({ search: z.string().max(64).default(''), limit: z.number().int().min(1).max(5000).default(500) }),
    z.object({ devices: z.array(deletedDevice), total: z.number().int() }),
  ),
};

export const deviceActionNotifications = {
  /** Hub to all workbenches of whoever asked for the job: how it stands now, a few times a second at most. */
  changed: notification('deviceActions/changed', z.object({ job: deviceJob })),
  /** Hub to all workbenches: something was queued, done, or taken out of the queue. */
  queueChanged: notification('deviceActions/queueChanged', empty),
};
