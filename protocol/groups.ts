import { z } from 'zod';
import { request } from './messages.ts';
import { empty, id, name, timestamp } from './primitives.ts';

/** A set of devices that belong together, mostly one customer's. Each device is in exactly one. */
export const group = z.object({ id, name, createdAt: timestamp });
export type Group = z.output<typeof group>;

export const groupRequests = {
  /** The groups that the caller is assigned to; all of them for an administrator. */
  list: request('groups/list', empty, z.array(group)),
  create: request('groups/create', z.object({ name }), group),
  rename: request('groups/rename', z.object({ group: id, name }), group),
  /** Refused with `group.notEmpty` while a device is in it. */
  delete: request('groups/delete', z.object({ group: id }), empty),
};
