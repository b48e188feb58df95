import { z } from 'zod';
import { notification, request } from './messages.ts';
import { empty, id, name, timestamp } from './primitives.ts';

/** Technicians who get the same permissions. A technician may be in several. */
export const userGroup = z.object({ id, name, members: z.array(id), createdAt: timestamp });
export type UserGroup = z.output<typeof userGroup>;

/** Administrators only. */
export const userGroupRequests = {
  list: request('userGroups/list', empty, z.array(userGroup)),
  create: request('userGroups/create', z.object({ name, members: z.array(id).default([]) }), userGroup),
  /** `members`, where it is given, are all of them. */
  update: request(
    'userGroups/update',
    z.object({ userGroup: id, name: name.optional(), members: z.array(id).optional() }),
    userGroup,
  ),
  /** Its settings go with it. */
  delete: request('userGroups/delete', z.object({ userGroup: id }), empty),
};

export const userGroupNotifications = {
  /** Hub to administrators' workbenches: any of them is another. */
  changed: notification('userGroups/changed', empty),
};
