import type { GroupPolicyPlan } from '../domain/group-policy-plan.ts';
import { startupScript } from './files/startup-script.ts';
import { deploymentOf } from './roll-out-rows.ts';
import type { CompleteRollOut } from './roll-out-service.ts';

/** A file of the shared folder. */
export interface PlannedPackage {
  readonly fileName: string;
  /** Of the endpoint in it. */
  readonly version: string;
  readonly test?: boolean;
}

/** What is to stand in the domain for a roll-out. */
export function planOf({ row, target, domain, share }: CompleteRollOut, file: PlannedPackage): GroupPolicyPlan {
  const { hideInPrograms } = deploymentOf(row);
  return {
    domain,
    name: row.name,
    userSettingsDisabled: row.user_settings_disabled === 1,
    target,
    linkTo: row.link_to,
    share,
    packageFile: file.fileName,
    startupScript: startupScript({
      package: `${share}\\${file.fileName}`,
      rollOut: row.id,
      version: file.version,
      test: file.test ?? false,
      hideInPrograms,
    }),
  };
}
