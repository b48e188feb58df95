import { z } from 'zod';
import { notification, request } from './messages.ts';
import { empty, id } from './primitives.ts';

/**
 * What an administrator can switch off: for the account, for a user group, or for one technician. The nearest setting
 * wins; where two user groups of a technician differ, the one that refuses; what nobody has set is allowed. Enforced in
 * the hub; the workbench only shows it.
 */
export const permission = z.enum([
  /** Unattended support as a whole: without it no method, device action or approval is in force. */
  'unattended',
  'method.attended',
  'method.endpointInstaller',
  /** Without it a set-up through the portal still succeeds, and the computers set up by it can't be reached. */
  'method.portal',
  'method.gpo',
  /** Sessions of any kind. */
  'session',
  'session.terminal',
  'session.files',
  'device.move',
  'device.rename',
  'device.refresh',
  'device.reset',
  'device.delete',
  'device.removeAccess',
  'device.wake',
  'enrolment.approve',
]);
export type Permission = z.output<typeof permission>;

/**
 * What a permission rests on: where that is off, it is too. Sessions do not rest on unattended support: they are possible
 * with the customer there, and a session without asks for both.
 */
export function restsOn(permission: Permission): 'unattended' | 'session' | undefined {
  switch (permission) {
    case 'unattended':
    case 'session':
      return undefined;
    case 'session.terminal':
    case 'session.files':
      return 'session';
    default:
      return 'unattended';
  }
}

export const permissionSource = z.enum(['default', 'account', 'userGroup', 'technician', 'unattended', 'session']);

/**
 * One permission as it is in force for somebody, and which setting decided it. `unattended` and `session`: it rests on
 * that one, which is off.
 */
export const effectivePermission = z.object({
  permission,
  allowed: z.boolean(),
  decidedBy: permissionSource,
  /** The user group's name, where one decided it. */
  userGroup: z.string().optional(),
});
export type EffectivePermission = z.output<typeof effectivePermission>;

/** null: not set here, whatever is further away decides. */
export const permissionSetting = z.object({ permission, allowed: z.boolean().nullable() });

/** Whose settings: the account's where neither is named. */
const subject = { technician: id.optional(), userGroup: id.optional() };

export const permissionRequests = {
  /** In force for the caller, or, to an administrator, for the technician named. */
  effective: request('permissions/effective', z.object({ technician: id.optional() }), z.array(effectivePermission)),
  /** Administrators only. */
  settings: request('permissions/settings', z.object(subject), z.array(permissionSetting)),
  set: request('permissions/set', z.object({ ...subject, permission, allowed: z.boolean().nullable() }), empty),
};

export const permissionNotifications = {
  /** Hub to workbench: in force from now on for the technician who is signed in. */
  changed: notification('permissions/changed', z.object({ permissions: z.array(effectivePermission) })),
};
