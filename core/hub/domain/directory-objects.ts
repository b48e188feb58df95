import { LatchkeyError } from '#protocol/errors.ts';
import { bareComputerName, computerKey } from '../roll-outs/computer-names.ts';
import type { DirectoryEntry } from './directory.ts';
import { escapeDnValue, escapeFilterValue } from './domain-names.ts';
import type { DomainSession } from './domain-session.ts';
import { parseLinks, type GroupPolicyLink } from './gp-link.ts';
import { parseSid } from './security-descriptor.ts';

/** Names in one question. */
const namesAtOnce = 100;
const securityEnabled = 0x80000000;

export interface DirectoryGroup {
  readonly dn: string;
  readonly name: string;
  readonly sid: string;
}

const groupAttributes = ['objectClass', 'groupType', 'sAMAccountName', 'objectSid'];

/**
 * @param name `sAMAccountName` or `cn`, with or without its domain in front
 * @returns undefined where nothing has this name
 * @throws LatchkeyError `domain.groupAmbiguous`, `domain.groupNotSecurity`, `domain.groupNameTaken`
 */
export async function findGroup({ directory, base }: DomainSession, name: string): Promise<DirectoryGroup | undefined> {
  const own = bareGroupName(name);
  const value = escapeFilterValue(own);
  const found = await directory.search({
    base,
    filter: `(|(sAMAccountName=${value})(&(objectClass=group)(cn=${value})))`,
    attributes: groupAttributes,
  });
  const byAccount = found.filter((entry) => entry.text('sAMAccountName')?.toLowerCase() === own.toLowerCase());
  const [entry, other] = byAccount.length > 0 ? byAccount : found;
  if (!entry) return undefined;
  if (other) throw new LatchkeyError('domain.groupAmbiguous', { group: own });
  if (!entry.texts('objectClass').includes('group')) {
    throw new LatchkeyError('domain.groupNameTaken', { group: own, where: entry.dn });
  }
  const sid = entry.bytes('objectSid');
  if (!sid || !(Number(entry.text('groupType') ?? 0) & securityEnabled)) {
    throw new LatchkeyError('domain.groupNotSecurity', { group: own });
  }
  return { dn: entry.dn, name: entry.text('sAMAccountName') ?? own, sid: parseSid(sid) };
}

/** @throws LatchkeyError `domain.groupNotFound`, and as `findGroup` */
export async function requireGroup(session: DomainSession, name: string): Promise<DirectoryGroup> {
  const group = await findGroup(session, name);
  if (!group) throw new LatchkeyError('domain.groupNotFound', { group: name, domain: session.domain });
  return group;
}

export const bareGroupName = (name: string): string => name.trim().replace(/^[^\\]*\\/, '');

/** Where new groups go: the domain's users container, which an administrator may have moved. */
export async function newGroupDn({ directory, base }: DomainSession, name: string): Promise<string> {
  const users = await directory.read(`<WKGUID=A9D1CA15768811D1ADED00C04FD8D5CD,${base}>`, 'distinguishedName');
  const dn = `CN=${escapeDnValue(bareGroupName(name))},${users?.dn ?? `CN=Users,${base}`}`;
  const taken = await directory.read(dn, 'objectClass');
  if (taken) throw new LatchkeyError('domain.groupNameTaken', { group: name, where: dn });
  return dn;
}

export interface FoundComputers {
  /** Distinguished names. */
  readonly found: readonly string[];
  /** As the list names them. */
  readonly unknown: readonly string[];
}

/** The computers of a list: by their account's name, by `cn` where the account's was cut off. */
export async function findComputers(
  { directory, base }: DomainSession,
  names: readonly string[],
  progress: (done: number) => void,
): Promise<FoundComputers> {
  const wanted = new Map(names.map((name) => [computerKey(name), name]));
  const keys = [...wanted.keys()];
  const byKey = new Map<string, DirectoryEntry>();
  for (let start = 0; start < keys.length; start += namesAtOnce) {
    const tests = keys
      .slice(start, start + namesAtOnce)
      .map((key) => escapeFilterValue(bareComputerName(key)))
      .map((key) => `(sAMAccountName=${key}$)(cn=${key})`);
    const entries = await directory.search({
      base,
      filter: `(&(objectCategory=computer)(|${tests.join('')}))`,
      attributes: ['sAMAccountName', 'cn'],
    });
    for (const entry of entries) {
      // The account's name is the only one of its kind: it wins.
      for (const name of [entry.text('cn'), entry.text('sAMAccountName')]) {
        if (name !== undefined) byKey.set(computerKey(name), entry);
      }
    }
    progress(Math.min(1, (start + namesAtOnce) / keys.length));
  }
  const found = new Set<string>();
  const unknown: string[] = [];
  for (const [key, name] of wanted) {
    const entry = byKey.get(key);
    if (entry) found.add(entry.dn);
    else unknown.push(name);
  }
  return { found: [...found], unknown };
}

/** Direct members. Asked of the members: of a large group Windows hands out the attribute `member` in pieces. */
export async function membersOf({ directory, base }: DomainSession, group: string): Promise<string[]> {
  const filter = `(memberOf=${escapeFilterValue(group)})`;
  return (await directory.search({ base, filter, attributes: ['1.1'] })).map(({ dn }) => dn);
}

/**
 * The links of what a policy can be linked to.
 * @throws LatchkeyError `domain.noSuchEntry`, `domain.linksUnreadable`
 */
export async function linksOn(
  { directory }: DomainSession,
  where: string,
): Promise<{ readonly text: string | null; readonly links: readonly GroupPolicyLink[] }> {
  const entry = await directory.read(where, 'gPLink', 'objectClass');
  const linkable = entry?.texts('objectClass').some((each) => ['organizationalUnit', 'domainDNS'].includes(each));
  if (!entry || !linkable) throw new LatchkeyError('domain.noSuchEntry', { where });
  const text = entry.text('gPLink');
  const links = parseLinks(text);
  if (!links) throw new LatchkeyError('domain.linksUnreadable', { where });
  return { text: text ?? null, links };
}

/** Everything that a policy is linked to, sites too. */
export async function linkedTo({ directory, base }: DomainSession, policy: string): Promise<string[]> {
  const filter = `(gPLink=*${escapeFilterValue(policy)}*)`;
  const root = await directory.rootEntry('configurationNamingContext');
  const sites = `CN=Sites,${root?.text('configurationNamingContext') ?? ''}`;
  const found = [
    ...(await directory.search({ base, filter, attributes: ['1.1'] })),
    ...(await directory.search({ base: sites, filter, attributes: ['1.1'] })),
  ];
  return found.map(({ dn }) => dn);
}
