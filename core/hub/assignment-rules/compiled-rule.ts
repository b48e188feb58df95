import { BlockList, isIP } from 'node:net';
import type { AssignmentRule } from '#protocol/assignment-rules.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { isBelow, partsOf } from './distinguished-name.ts';
import { matchesGlob } from './glob.ts';

type Check = (facts: DeviceFacts) => boolean;

/** A rule that is ready to be asked about many computers. */
export interface CompiledRule {
  readonly rule: AssignmentRule;
  fits(facts: DeviceFacts): boolean;
}

/** @throws LatchkeyError `assignmentRules.noCondition`, `assignmentRules.subnetInvalid`, `assignmentRules.ouInvalid` */
export function compileRule(rule: AssignmentRule): CompiledRule {
  const { hostName, subnet, domain, ou, platform, system } = rule.conditions;
  const checks: Check[] = [];
  if (platform !== undefined) checks.push((facts) => facts.system.platform === platform);
  if (hostName !== undefined) checks.push((facts) => matchesGlob(hostName, facts.hostName));
  if (system !== undefined) checks.push((facts) => matchesGlob(system, facts.system.name));
  if (domain !== undefined) checks.push((facts) => isInDomain(facts.domain, domain));
  if (ou !== undefined) checks.push(inOu(rule, ou));
  if (subnet !== undefined) checks.push(inSubnet(rule, subnet));
  if (checks.length === 0) throw new LatchkeyError('assignmentRules.noCondition', { rule: rule.name });
  return { rule, fits: (facts) => checks.every((check) => check(facts)) };
}

function inSubnet(rule: AssignmentRule, subnet: string): Check {
  const [, network, digits] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(subnet) ?? [];
  const version = isIP(network ?? '');
  const prefix = Number(digits);
  if (network === undefined || version === 0 || prefix > (version === 4 ? 32 : 128)) {
    throw new LatchkeyError('assignmentRules.subnetInvalid', { rule: rule.name, subnet });
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return ({ interfaces }) =>
    interfaces.some(({ addresses }) =>
      addresses.some((cidr) => {
        const address = cidr.split(/[/%]/)[0] ?? '';
        return isIP(address) === version && list.check(address, family);
      }),
    );
}

function inOu(rule: AssignmentRule, ou: string): Check {
  const wanted = partsOf(ou);
  if (!wanted) throw new LatchkeyError('assignmentRules.ouInvalid', { rule: rule.name, ou });
  return (facts) => {
    const own = facts.ou === undefined ? undefined : partsOf(facts.ou);
    return own !== undefined && isBelow(own, wanted);
  };
}

function isInDomain(own: string | undefined, wanted: string): boolean {
  const [domain, suffix] = [own ?? '', wanted].map((name) => name.toLowerCase().replace(/^\.|\.$/g, ''));
  return domain !== '' && (domain === suffix || (domain ?? '').endsWith(`.${suffix}`));
}
