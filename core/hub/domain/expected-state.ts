import type { DomainSession } from './domain-session.ts';
import { policyDn } from './domain-session.ts';
import { linkedTo, linksOn, membersOf } from './directory-objects.ts';
import { parseUnc, sameDn, uncOf } from './domain-names.ts';
import type { DomainRecord } from './domain-step.ts';
import { linkOf } from './gp-link.ts';
import { wholeNameOf } from './part-file.ts';
import { descriptorOf } from './perform-step.ts';
import { folderPermissions, samePermissions } from './policy-permissions.ts';
import { parseSecurityDescriptor } from './security-descriptor.ts';

/** How things were left in a domain: what all steps of a record come to. */
class ExpectedState {
  readonly attributes = new Map<string, Map<string, string | null>>();
  /** Entries that were made. */
  readonly made = new Set<string>();
  readonly groups = new Map<string, Set<string>>();
  readonly descriptors = new Map<string, string>();
  readonly permissions = new Map<string, string>();
  readonly folders = new Set<string>();
  readonly files = new Map<string, Buffer>();
  readonly packages = new Map<
    string,
    { readonly size: number; readonly sha256: string; readonly kept: string | null }
  >();
  readonly links = new Map<string, boolean>();

  constructor({ steps }: DomainRecord) {
    for (const step of steps) {
      switch (step.kind) {
        case 'entry':
          this.made.add(step.dn);
          this.attributes.set(step.dn, new Map(Object.entries(step.attributes)));
          if (step.object === 'group') this.groups.set(step.dn, new Set());
          break;
        case 'attributes': {
          const values = this.attributes.get(step.dn) ?? new Map<string, string | null>();
          for (const { attribute, to } of step.changes) values.set(attribute, to);
          this.attributes.set(step.dn, values);
          break;
        }
        case 'members':
          for (const member of step.members) this.groups.get(step.dn)?.add(member.toLowerCase());
          break;
        case 'filter':
          if (step.to !== null) this.descriptors.set(step.dn, step.to);
          break;
        case 'permissions':
          if (step.to === null) break;
          this.permissions.set(step.unc, step.to);
          this.descriptors.set(step.dn, step.to);
          break;
        case 'folder':
          this.folders.add(step.unc);
          break;
        case 'file':
          this.files.set(step.unc, Buffer.from(step.to, 'base64'));
          break;
        case 'package':
          this.packages.set(step.unc, step);
          break;
        case 'link':
          this.links.set(step.on, step.linked);
          break;
      }
    }
  }
}

/**
 * What somebody has changed in a domain since it was left, as names of entries and paths. What is gone altogether is no
 * difference: nobody would miss it.
 */
export async function differences(session: DomainSession, record: DomainRecord): Promise<string[]> {
  const expected = new ExpectedState(record);
  return [
    ...(await changedEntries(session, expected)),
    ...(await changedLinks(session, expected, record)),
    ...(await changedFiles(session, expected)),
  ];
}

async function changedEntries(session: DomainSession, expected: ExpectedState): Promise<string[]> {
  const { directory } = session;
  const changed: string[] = [];
  for (const [dn, values] of expected.attributes) {
    const entry = await directory.read(dn, ...values.keys(), 'memberOf');
    if (!entry) continue;
    for (const [attribute, value] of values) {
      if ((entry.text(attribute) ?? null) !== value) changed.push(`${dn}: ${attribute}`);
    }
    if (!expected.made.has(dn)) continue;
    if (entry.texts('memberOf').length > 0) changed.push(`${dn}: memberOf`);
    for (const child of await directory.search({ base: dn, scope: 'one', attributes: ['1.1'] })) {
      if (![...expected.made].some((made) => sameDn(made, child.dn))) changed.push(child.dn);
    }
    const descriptor = expected.descriptors.get(dn);
    if (descriptor !== undefined && (await descriptorOf(session, dn)).toString('base64') !== descriptor) {
      changed.push(`${dn}: nTSecurityDescriptor`);
    }
    const members = expected.groups.get(dn);
    if (!members) continue;
    const now = await membersOf(session, dn);
    if (now.length !== members.size || now.some((member) => !members.has(member.toLowerCase()))) {
      changed.push(`${dn}: member`);
    }
  }
  return changed;
}

async function changedLinks(
  session: DomainSession,
  { links, made }: ExpectedState,
  { policy }: DomainRecord,
): Promise<string[]> {
  const dn = policyDn(session.base, policy);
  if (!made.has(dn)) return [];
  const changed: string[] = [];
  for (const on of await linkedTo(session, policy)) {
    const ours = [...links].some(([place, linked]) => linked && sameDn(place, on));
    const options = ours ? linkOf((await linksOn(session, on)).links, dn)?.options : undefined;
    if (options !== 0) changed.push(`${on}: gPLink`);
  }
  return changed;
}

async function changedFiles(session: DomainSession, expected: ExpectedState): Promise<string[]> {
  const { smb } = session;
  const changed: string[] = [];
  const known = new Set([...expected.folders, ...expected.files.keys(), ...expected.packages.keys()].map(lower));
  for (const { kept, unc } of [...expected.packages].map(([unc, step]) => ({ ...step, unc }))) {
    if (kept !== null) known.add(lower(uncOf({ ...parseUnc(unc), path: kept })));
  }
  // Of folders inside one another, the outermost tells of all.
  const outermost = [...expected.folders].filter(
    (folder) => ![...expected.folders].some((other) => lower(folder).startsWith(`${lower(other)}\\`)),
  );
  for (const folder of outermost) {
    for (const path of (await smb.tree(parseUnc(folder)))?.keys() ?? []) {
      const place = `${folder}\\${path}`;
      // One that a hub was killed over is nobody else's.
      if (!known.has(lower(wholeNameOf(place) ?? place))) changed.push(place);
    }
  }
  const files = [...expected.files];
  const contents = await smb.read(...files.map(([unc]) => parseUnc(unc)));
  for (const [index, [unc, content]] of files.entries()) {
    const now = contents[index];
    if (now && !now.equals(content)) changed.push(unc);
  }
  for (const [unc, { size, sha256, kept }] of expected.packages) {
    const place = parseUnc(unc);
    const now = await smb.find(place);
    if (now && (now.size !== size || (await smb.sha256(place)) !== sha256)) changed.push(unc);
    if (kept !== null && !(await smb.find({ ...place, path: kept }))) changed.push(uncOf({ ...place, path: kept }));
  }
  for (const [unc, descriptor] of expected.permissions) {
    const place = parseUnc(unc);
    if (!(await smb.find(place))) continue;
    const wanted = folderPermissions(parseSecurityDescriptor(Buffer.from(descriptor, 'base64')), session.isSamba);
    if (!samePermissions(await smb.permissions(place), wanted)) changed.push(`${unc}: ACL`);
  }
  return changed;
}

const lower = (text: string): string => text.toLowerCase();
