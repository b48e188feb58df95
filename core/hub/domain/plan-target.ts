import { LatchkeyError } from '#protocol/errors.ts';
import {
  bareGroupName,
  findComputers,
  findGroup,
  membersOf,
  newGroupDn,
  requireGroup,
  type DirectoryGroup,
} from './directory-objects.ts';
import type { DomainSession } from './domain-session.ts';
import type { DomainStep } from './domain-step.ts';
import type { GroupPolicyPlan } from './group-policy-plan.ts';
import type { Notice } from './share-check.ts';

/** Members that are added in one request. */
const membersAtOnce = 500;
/** A global security group. */
const groupType = '-2147483646';

/** Whose computers a policy is for, and what has to be done first so that it can be said. */
export interface PlannedTarget {
  /** As a person is told it. */
  readonly name: string;
  /** The group's distinguished name; null: all computers. */
  readonly dn: string | null;
  /** Absent where it has yet to be made. */
  readonly group?: DirectoryGroup | undefined;
  readonly steps: readonly DomainStep[];
  readonly notices: readonly Notice[];
  readonly unknownComputers: readonly string[];
}

/**
 * @param progress told what share of a list's computers has been looked for
 * @throws LatchkeyError `domain.groupNotFound`, `domain.noComputers`, and as `findGroup`
 */
export async function planTarget(
  session: DomainSession,
  { target, domain, name: policy }: GroupPolicyPlan,
  progress: (fraction: number) => void,
): Promise<PlannedTarget> {
  const nothing = { steps: [], notices: [], unknownComputers: [] };
  if (target.kind === 'all') return { ...nothing, name: 'Authenticated Users', dn: null };
  if (target.kind === 'group') {
    const group = await requireGroup(session, target.group);
    return { ...nothing, name: group.name, dn: group.dn, group };
  }
  const name = bareGroupName(target.group);
  const group = await findGroup(session, name);
  const { found, unknown } = await findComputers(session, target.computers, progress);
  if (found.length === 0) throw new LatchkeyError('domain.noComputers', { domain });
  const notices: Notice[] = [];
  if (unknown.length > 0) notices.push({ code: 'domain.computersUnknown', args: { count: unknown.length, domain } });

  const dn = group?.dn ?? (await newGroupDn(session, name));
  const members = new Set((group ? await membersOf(session, dn) : []).map((each) => each.toLowerCase()));
  const missing = found.filter((each) => !members.has(each.toLowerCase()));
  const others = members.size - (found.length - missing.length);
  if (others > 0) notices.push({ code: 'domain.otherMembers', args: { group: name, count: others } });

  const steps: DomainStep[] = [];
  if (!group) {
    const attributes = { sAMAccountName: name, groupType, description: policy };
    steps.push({ kind: 'entry', dn, object: 'group', classes: ['top', 'group'], attributes });
  }
  for (let start = 0; start < missing.length; start += membersAtOnce) {
    steps.push({ kind: 'members', dn, members: missing.slice(start, start + membersAtOnce) });
  }
  return { name, dn, group, steps, notices, unknownComputers: unknown };
}
