import { z } from 'zod';
import { notification, request } from './messages.ts';
import { empty, id } from './primitives.ts';

/**
 * What an administrator can switch off, for the account or for one technician; the nearest setting wins, and what
 * nobody has set is allowed. Enforced in the hub; the workbench only shows it.
 */
export const permission = z.enum([
  /** Unattended support as a whole: without it none of the others is in force. */
  'unattended',
  'method.endpointInstaller',
  'device.rename',
  'enrolment.approve',
]);
export type Permission = z.output<typeof permission>;

export const permissionSource = z.enum(['default', 'account', 'technician', 'unattended']);

/** One permission as it is in force for somebody, and which setting decided it. */
export const effectivePermission = z.object({ permission, allowed: z.boolean(), decidedBy: permissionSource });
export type EffectivePermission = z.output<typeof effectivePermission>;

/** null: not set here, whatever is further away decides. */
export const permissionSetting = z.object({ permission, allowed: z.boolean().nullable() });

export const permissionRequests = {
  /** In force for the caller, or, to an administrator, for the technician named. */
  effective: request('permissions/effective', z.object({ technician: id.optional() }), z.array(effectivePermission)),
  /** The settings made for the account (`technician` absent) or for one technician. Administrators only. */
  settings: request('permissions/settings', z.object({ technician: id.optional() }), z.array(permissionSetting)),
  set: request(
    'permissions/set',
    z.object({ technician: id.optional(), permission, allowed: z.boolean().nullable() }),
    empty,
  ),
};

export const permissionNotifications = {
  /** Hub to workbench: in force from now on for the technician who is signed in. */
  changed: notification('permissions/changed', z.object({ permissions: z.array(effectivePermission) })),
};
