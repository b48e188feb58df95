import { createHash } from 'node:crypto';
import type { RollOutChange } from '#protocol/roll-outs.ts';
import type { DomainStep } from './domain-step.ts';
import { readable } from './policy-files.ts';
import { folderPermissions } from './policy-permissions.ts';
import { parseSecurityDescriptor, toSddl } from './security-descriptor.ts';

/** A step as people are shown it, with the values before and after. */
export function changesOf(step: DomainStep): RollOutChange[] {
  switch (step.kind) {
    case 'entry': {
      const { displayName, sAMAccountName, flags } = step.attributes;
      if (step.object === 'group') return [change('group', step.dn, null, sAMAccountName ?? '')];
      if (step.object === 'part') return [];
      return [
        change('policy', step.dn, null, displayName ?? ''),
        ...(flags === '0' ? [] : [change('policyStatus', displayName ?? '', null, statusOf(flags ?? null))]),
      ];
    }
    case 'attributes':
      return step.changes.map(({ attribute, from, to }) =>
        attribute === 'flags'
          ? change('policyStatus', step.name, statusOf(from), statusOf(to))
          : change('policy', `${step.dn}: ${attribute}`, from, to),
      );
    case 'members':
      return [change('members', step.dn, null, String(step.members.length))];
    case 'filter':
      return [change('filter', step.name, step.before, step.after)];
    case 'permissions':
      return [change('permissions', step.unc, sddlOf(step.from), sddlOf(step.to) ?? step.dn)];
    case 'folder':
      return [change('folder', step.unc, null, step.unc)];
    case 'file': {
      const before = step.from === null ? null : readable(Buffer.from(step.from, 'base64'));
      return [change('policyFiles', step.unc, before, readable(Buffer.from(step.to, 'base64')))];
    }
    case 'package': {
      const before = step.before === null ? null : `${step.before} B`;
      return [change('file', step.unc, before, `${step.size} B, SHA-256 ${step.sha256}`)];
    }
    case 'link':
      return [step.linked ? change('link', step.on, null, step.name) : change('link', step.on, step.name, null)];
  }
}

/** Of all steps. The members of one group are one change. */
export function changeList(steps: readonly DomainStep[]): RollOutChange[] {
  const members = new Map<string, number>();
  for (const step of steps) {
    if (step.kind === 'members') members.set(step.dn, (members.get(step.dn) ?? 0) + step.members.length);
  }
  return steps.flatMap((step) => {
    if (step.kind !== 'members') return changesOf(step);
    const count = members.get(step.dn);
    return members.delete(step.dn) ? [change('members', step.dn, null, String(count))] : [];
  });
}

/** The same for the same changes: tells whether what was shown is what would be done. */
export const fingerprintOf = (changes: readonly RollOutChange[]): string =>
  createHash('sha256')
    .update(JSON.stringify(changes.map(({ kind, target, before, after }) => [kind, target, before, after])))
    .digest('hex');

/** As they are shown when they are taken back. */
export const reverted = (changes: readonly RollOutChange[]): RollOutChange[] =>
  changes.map((each) => ({ ...each, before: each.after, after: each.before })).reverse();

const change = (
  kind: RollOutChange['kind'],
  target: string,
  before: string | null,
  after: string | null,
): RollOutChange => ({ kind, target, before, after });

/** Of a policy's `flags`, as the console's file format calls them. */
function statusOf(flags: string | null): string | null {
  if (flags === null) return null;
  const names = ['AllSettingsEnabled', 'UserSettingsDisabled', 'ComputerSettingsDisabled', 'AllSettingsDisabled'];
  return names[Number(flags) & 3]!;
}

const sddlOf = (descriptor: string | null): string | null =>
  descriptor === null
    ? null
    : toSddl(folderPermissions(parseSecurityDescriptor(Buffer.from(descriptor, 'base64')), false));
