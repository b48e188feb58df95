import type { EffectivePermission, Permission } from '#protocol/permissions.ts';

export interface PermissionSetting {
  readonly permission: Permission;
  readonly allowed: boolean | null;
}

/** What the account's own settings come to, for somebody without settings of their own. */
export function accountStanding(settings: readonly PermissionSetting[]): EffectivePermission[] {
  const off = settings.some(({ permission, allowed }) => permission === 'unattended' && allowed === false);
  return settings.map(({ permission, allowed }) => {
    if (off && permission !== 'unattended') return { permission, allowed: false, decidedBy: 'unattended' };
    return { permission, allowed: allowed ?? true, decidedBy: allowed === null ? 'default' : 'account' };
  });
}
