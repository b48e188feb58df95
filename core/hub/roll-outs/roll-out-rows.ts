import type { RollOut, RollOutChanges, RollOutDeployment, RollOutSummary, RollOutTarget } from '#protocol/roll-outs.ts';
import { installerLimit } from '#protocol/installers.ts';
import type { RollOutRow } from '../store/tables.ts';
import {
  expectedOf,
  normalDomain,
  normalLink,
  normalName,
  normalShare,
  normalTarget,
  requireSlots,
} from './roll-out-settings.ts';

/** As the console has them before anybody changes them. */
export const noDeployment: RollOutDeployment = {
  uninstallOutOfScope: false,
  hideInPrograms: false,
  ignoreLanguage: false,
};

/**
 * The row with the changes in it, checked as a whole.
 * @throws LatchkeyError as `normalShare`, `normalDomain`, `normalName`, `normalLink`, `normalTarget`, `requireSlots`
 */
export function settle(row: RollOutRow, changes: RollOutChanges): RollOutRow {
  const target = changes.target ? normalTarget(changes.target) : targetOf(row);
  const domain = changes.domain === undefined ? row.domain : normalDomain(changes.domain);
  const limit = changes.limit ?? (row.target === null ? usualLimit(target) : row.max_uses);
  const linkTo = changes.linkTo === undefined ? row.link_to : changes.linkTo;
  const settled: RollOutRow = {
    ...row,
    target: target && JSON.stringify(target),
    expected: expectedOf(target),
    domain,
    share: changes.share === undefined ? row.share : normalShare(changes.share),
    name: changes.name === undefined ? row.name : normalName(changes.name),
    max_uses: limit,
    link_to: normalLink(linkTo, domain),
    user_settings_disabled:
      changes.userSettingsDisabled === undefined ? row.user_settings_disabled : changes.userSettingsDisabled ? 1 : 0,
    deployment: JSON.stringify({ ...deploymentOf(row), ...changes.deployment }),
    step: changes.step ?? row.step,
  };
  requireSlots(target, limit);
  return settled;
}

/** Where nobody said another: as many as there are computers, else all that one installer may have. */
const usualLimit = (target: RollOutTarget | null): number =>
  Math.min(installerLimit, expectedOf(target) ?? installerLimit);

/** Computers that a roll-out's installer has brought in. */
export interface Arrivals {
  /** Of those expected; all of them where no list says who is. */
  readonly joined: number;
  /** That the list does not name. */
  readonly strangers: number;
}

export const nobody: Arrivals = { joined: 0, strangers: 0 };

export const targetOf = ({ target }: Pick<RollOutRow, 'target'>): RollOutTarget | null =>
  target === null ? null : (JSON.parse(target) as RollOutTarget);

export const deploymentOf = ({ deployment }: RollOutRow): RollOutDeployment => ({
  ...noDeployment,
  ...(JSON.parse(deployment) as Partial<RollOutDeployment>),
});

export function toRollOut(row: RollOutRow, arrivals: Arrivals): RollOut {
  return {
    ...toSummary(row, arrivals),
    target: targetOf(row),
    linkTo: row.link_to,
    userSettingsDisabled: row.user_settings_disabled === 1,
    deployment: deploymentOf(row),
  };
}

export function toSummary(row: RollOutRow, { joined, strangers }: Arrivals): RollOutSummary {
  return {
    id: row.id,
    group: row.group_id,
    installer: row.installer_id,
    name: row.name,
    domain: row.domain,
    share: row.share,
    step: row.step,
    limit: row.max_uses,
    createdAt: row.created_at,
    createdBy: row.created_by,
    changedAt: row.changed_at,
    downloadedAt: row.downloaded_at,
    applied: row.applied === null ? null : (JSON.parse(row.applied) as RollOut['applied']),
    inDomain: row.undo !== null,
    expected: row.expected,
    joined,
    strangers,
  };
}

/** What stands in the audit log: a list of thousands of computers as their number. */
export function toAudit(row: RollOutRow): Record<string, unknown> {
  const target = targetOf(row);
  const { name, domain, share, max_uses: limit, link_to: linkTo } = row;
  return {
    group: row.group_id,
    name,
    domain,
    share,
    limit,
    linkTo,
    userSettingsDisabled: row.user_settings_disabled === 1,
    deployment: deploymentOf(row),
    target: target?.kind === 'computers' ? { ...target, computers: target.computers.length } : target,
  };
}

export const subjectOf = ({ id, name }: RollOutRow): { kind: string; id: string; name: string } => ({
  kind: 'rollOut',
  id,
  name,
});
