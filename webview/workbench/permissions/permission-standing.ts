import { restsOn, type EffectivePermission, type Permission } from '#protocol/permissions.ts';

export interface PermissionSetting {
  readonly permission: Permission;
  readonly allowed: boolean | null;
}

/** A user group's settings, and what it is called. */
export interface GroupSettings {
  readonly name: string;
  readonly settings: readonly PermissionSetting[];
}

/**
 * What settings come to for somebody who has none of their own: of the account alone, or for a member of one user group.
 */
export function standingOf(account: readonly PermissionSetting[], group?: GroupSettings): EffectivePermission[] {
  const one = (permission: Permission): EffectivePermission => {
    const ground = restsOn(permission);
    if (ground !== undefined && !one(ground).allowed) return { permission, allowed: false, decidedBy: ground };
    const ofGroup = group?.settings.find((each) => each.permission === permission)?.allowed ?? null;
    if (group && ofGroup !== null)
      return { permission, allowed: ofGroup, decidedBy: 'userGroup', userGroup: group.name };
    const general = account.find((each) => each.permission === permission)?.allowed ?? null;
    return { permission, allowed: general ?? true, decidedBy: general === null ? 'default' : 'account' };
  };
  return account.map(({ permission }) => one(permission));
}

/** The permissions as they are shown together. */
export const permissionSections = {
  whole: ['unattended'],
  methods: ['method.attended', 'method.endpointInstaller', 'method.portal', 'method.gpo'],
  sessions: ['session', 'session.terminal', 'session.files'],
  devices: [
    'device.move',
    'device.rename',
    'device.refresh',
    'device.reset',
    'device.delete',
    'device.removeAccess',
    'device.wake',
    'enrolment.approve',
  ],
} as const satisfies Record<string, readonly Permission[]>;
