import { z } from 'zod';
import {
  deviceAction,
  deviceActionRequests,
  deviceActionResult,
  deviceJob,
  maximumActionDevices,
} from '../device-actions.ts';
import { device, deviceDetails } from '../devices.ts';
import { group } from '../groups.ts';
import { request } from '../messages.ts';
import { presence } from '../presence.ts';
import { empty, id, name } from '../primitives.ts';
import { needs } from './needs.ts';

const deviceWithPresence = device.extend({ name: z.string(), presence });
export type DeviceWithPresence = z.output<typeof deviceWithPresence>;

/** What became of an action, on the whole and of each device in the order in which they were named. */
export const deviceActionOutcome = z.object({ job: deviceJob, results: z.array(deviceActionResult) });

/** Devices, actions on them, and their groups. */
export const deviceCalls = {
  devicesQuery: needs(
    'devices:read',
    request(
      'devices/query',
      z.object({ query: z.string().max(1000), limit: z.number().int().max(100_000).optional() }),
      z.array(deviceWithPresence),
    ),
  ),
  devicesGet: needs(
    'devices:read',
    request('devices/get', z.object({ device: id }), z.object({ device: deviceWithPresence.nullable() })),
  ),
  devicesDetails: needs('devices:read', request('devices/details', z.object({ device: id }), deviceDetails)),
  devicesRename: needs(
    'devices:write',
    request('devices/rename', z.object({ device: id, nickname: name.nullable() }), device),
  ),
  /** Reports progress; cancelled, it answers what had happened by then. The person is told of the end unless `quiet`. */
  devicesAct: needs(
    'devices:write',
    request(
      'devices/act',
      z.object({
        action: deviceAction,
        devices: z.array(id).min(1).max(maximumActionDevices),
        quiet: z.boolean().default(false),
      }),
      deviceActionOutcome,
    ),
  ),
  devicesUndo: needs(
    'devices:write',
    request('devices/undo', z.object({ job: id, quiet: z.boolean().default(false) }), deviceActionOutcome),
  ),
  devicesRetry: needs(
    'devices:write',
    request('devices/retry', z.object({ job: id, quiet: z.boolean().default(false) }), deviceActionOutcome),
  ),
  /** What waits for devices, and which were deleted. */
  devicesQueued: needs('devices:read', deviceActionRequests.queued),
  devicesDeleted: needs('devices:read', deviceActionRequests.deleted),
  devicesCancel: needs('devices:write', deviceActionRequests.cancel),
  actionsSubscribe: needs('devices:read', request('devices/subscribeActions', empty, empty)),
  devicesSubscribe: needs('devices:read', request('devices/subscribe', empty, empty)),
  groupsList: needs('groups:read', request('groups/list', empty, z.array(group))),
  groupsSubscribe: needs('groups:read', request('groups/subscribe', empty, empty)),
};
