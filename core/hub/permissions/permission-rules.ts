import { restsOn, type EffectivePermission, type Permission } from '#protocol/permissions.ts';

export type Settings = ReadonlyMap<Permission, boolean>;

/** The settings that concern one technician, from the nearest to the furthest. */
export interface SettingsOf {
  readonly technician: Settings | undefined;
  /** Of the user groups that the technician is in, by name. */
  readonly userGroups: readonly { readonly name: string; readonly settings: Settings | undefined }[];
  readonly account: Settings | undefined;
}

/**
 * One permission as it is in force: the nearest setting wins; where two user groups differ, the one that refuses; what
 * nobody has set is allowed.
 */
export function effectiveOf(permission: Permission, settings: SettingsOf): EffectivePermission {
  const ground = restsOn(permission);
  if (ground !== undefined && !effectiveOf(ground, settings).allowed) {
    return { permission, allowed: false, decidedBy: ground };
  }
  const own = settings.technician?.get(permission);
  if (own !== undefined) return { permission, allowed: own, decidedBy: 'technician' };
  const ofGroups = settings.userGroups.filter((group) => group.settings?.has(permission));
  const deciding = ofGroups.find((group) => group.settings?.get(permission) === false) ?? ofGroups[0];
  if (deciding) {
    const allowed = deciding.settings?.get(permission) === true;
    return { permission, allowed, decidedBy: 'userGroup', userGroup: deciding.name };
  }
  const general = settings.account?.get(permission);
  if (general !== undefined) return { permission, allowed: general, decidedBy: 'account' };
  return { permission, allowed: true, decidedBy: 'default' };
}
