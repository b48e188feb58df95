import { randomUUID } from 'node:crypto';
import { sameDn } from './domain-names.ts';
import { policyDn, type DomainSession } from './domain-session.ts';
import type { DomainRecord, DomainStep } from './domain-step.ts';
import { linksOn } from './directory-objects.ts';
import { linkOf } from './gp-link.ts';
import type { GroupPolicyPlan } from './group-policy-plan.ts';
import { planPackage, type PackageFile } from './plan-package.ts';
import { planPolicy } from './plan-policy.ts';
import { planTarget } from './plan-target.ts';
import type { Notice } from './share-check.ts';

export interface PlannedChanges {
  /** `{…}`, upper case. */
  readonly policy: string;
  /** In the order in which they are made: the link, which has computers see all of it, comes last. */
  readonly steps: readonly DomainStep[];
  readonly notices: readonly Notice[];
  readonly unknownComputers: readonly string[];
}

/** What is known of a plan from before. */
export interface PlanContext {
  /** What was made for it before. */
  readonly record?: DomainRecord | undefined;
  /** The package; absent: somebody else puts it into the share. */
  readonly file?: PackageFile | undefined;
  /** `{…}`, upper case: of a policy that is yet to be made; a new one where absent. */
  readonly policy?: string | undefined;
}

export const newPolicyId = (): string => `{${randomUUID().toUpperCase()}}`;

/**
 * Finds out what has to be done so that a policy stands in a domain as planned. Changes nothing.
 * @param progress told what share of the work is done
 * @throws LatchkeyError `domain.*`, `rollOut.shareNotUnc`, `rollOut.shareInvalid`, `rpc.cancelled`
 */
export async function planChanges(
  session: DomainSession,
  plan: GroupPolicyPlan,
  { record, file, policy = record?.policy ?? newPolicyId() }: PlanContext,
  progress: (fraction: number) => void,
): Promise<PlannedChanges> {
  const on = plan.linkTo ?? session.base;
  const { links } = await linksOn(session, on);
  const target = await planTarget(session, plan, progress);
  const placed = await planPackage(session, plan, file, { group: target.group?.sid, who: target.name });
  const dn = policyDn(session.base, policy);
  const link = { kind: 'link', policy: dn, name: plan.name, options: 0 } as const;
  return {
    policy,
    steps: [
      ...placed.steps,
      ...target.steps,
      ...(await planPolicy(session, plan, policy, target)),
      ...(linkOf(links, dn) ? [] : [{ ...link, on, linked: true }]),
      ...(await formerLinks(session, record, dn, on)).map((former) => ({ ...link, on: former, linked: false })),
    ],
    notices: [...target.notices, ...placed.notices],
    unknownComputers: target.unknownComputers,
  };
}

/** Where an earlier plan had the policy linked, and this one does not. */
async function formerLinks(
  session: DomainSession,
  record: DomainRecord | undefined,
  policy: string,
  on: string,
): Promise<string[]> {
  const places = new Set(
    (record?.steps ?? []).flatMap((step) => (step.kind === 'link' && !sameDn(step.on, on) ? [step.on] : [])),
  );
  const still: string[] = [];
  for (const place of places) {
    const entry = await session.directory.read(place, 'gPLink');
    if (entry && linkOf((await linksOn(session, place)).links, policy)) still.push(place);
  }
  return still;
}
