import { LatchkeyError } from '#protocol/errors.ts';
import { below, escapeFilterValue, uncOf, type UncPath } from './domain-names.ts';
import { policyDn, policyFileSystemPath, policyFolder, type DomainSession } from './domain-session.ts';
import type { DomainStep } from './domain-step.ts';
import type { GroupPolicyPlan } from './group-policy-plan.ts';
import type { PlannedTarget } from './plan-target.ts';
import {
  policyFiles,
  policyFolders,
  scriptsExtension,
  versionContent,
  versionFile,
  withScriptsExtension,
  withVersion,
} from './policy-files.ts';
import { appliers, authenticatedUsers, folderPermissions, samePermissions } from './policy-permissions.ts';
import { parseSecurityDescriptor } from './security-descriptor.ts';

/** Bit 0 of a policy's `flags`. */
const userSettingsDisabled = 1;
const attributeNames = ['displayName', 'flags', 'versionNumber', 'gPCMachineExtensionNames'] as const;
type AttributeName = (typeof attributeNames)[number];

/** A policy as it stands in the directory. */
interface PresentPolicy {
  readonly attributes: Readonly<Record<AttributeName, string | null>>;
  readonly descriptor: Buffer;
}

/**
 * The policy's entry in the directory, who applies it, and its folder in SYSVOL.
 * @param policy its identifier: `{…}`, upper case
 * @throws LatchkeyError `domain.policyNameTaken`, `domain.fileNameInvalid`
 */
export async function planPolicy(
  session: DomainSession,
  plan: GroupPolicyPlan,
  policy: string,
  target: PlannedTarget,
): Promise<DomainStep[]> {
  const dn = policyDn(session.base, policy);
  const present = await presentPolicy(session, dn);
  if (!present) await requireFreeName(session, plan.name);
  const filter = planFilter(dn, plan.name, present, target);
  const files = await planFiles(session, plan, policy, present, filter !== undefined);
  return [
    ...(present ? [] : newEntry(session, plan, policy, files.version)),
    ...(await missingParts(session, dn, present)),
    ...(filter ? [filter] : []),
    ...files.steps,
    ...(present ? changedAttributes(dn, plan, present, files.version) : []),
  ];
}

async function presentPolicy({ directory }: DomainSession, dn: string): Promise<PresentPolicy | undefined> {
  const entry = await directory.read(dn, ...attributeNames, 'nTSecurityDescriptor');
  const descriptor = entry?.bytes('nTSecurityDescriptor');
  if (!entry || !descriptor) return undefined;
  const values = attributeNames.map((name) => [name, entry.text(name) ?? null] as const);
  return { attributes: Object.fromEntries(values) as PresentPolicy['attributes'], descriptor };
}

/** Two of the same name would be allowed, and a riddle for whoever looks for one in the console. */
async function requireFreeName({ directory, base }: DomainSession, name: string): Promise<void> {
  const [other] = await directory.search({
    base: `CN=Policies,CN=System,${base}`,
    scope: 'one',
    filter: `(&(objectClass=groupPolicyContainer)(displayName=${escapeFilterValue(name)}))`,
    attributes: ['cn'],
  });
  if (other) throw new LatchkeyError('domain.policyNameTaken', { name, policy: other.text('cn') ?? other.dn });
}

function newEntry(session: DomainSession, plan: GroupPolicyPlan, policy: string, version: number): DomainStep[] {
  return [
    {
      kind: 'entry',
      dn: policyDn(session.base, policy),
      object: 'policy',
      classes: ['top', 'container', 'groupPolicyContainer'],
      attributes: {
        displayName: plan.name,
        flags: String(plan.userSettingsDisabled ? userSettingsDisabled : 0),
        versionNumber: String(version),
        gPCFunctionalityVersion: '2',
        gPCFileSysPath: policyFileSystemPath(session.domain, policy),
        gPCMachineExtensionNames: scriptsExtension,
        showInAdvancedViewOnly: 'TRUE',
      },
    },
  ];
}

async function missingParts(
  { directory }: DomainSession,
  policy: string,
  present: PresentPolicy | undefined,
): Promise<DomainStep[]> {
  const steps: DomainStep[] = [];
  for (const dn of [`CN=Machine,${policy}`, `CN=User,${policy}`]) {
    if (present && (await directory.read(dn, 'cn'))) continue;
    const attributes = { showInAdvancedViewOnly: 'TRUE' };
    steps.push({ kind: 'entry', dn, object: 'part', classes: ['top', 'container'], attributes });
  }
  return steps;
}

function planFilter(
  dn: string,
  name: string,
  present: PresentPolicy | undefined,
  target: PlannedTarget,
): DomainStep | undefined {
  const sid = target.dn === null ? authenticatedUsers : target.group?.sid;
  const now = present ? appliers(parseSecurityDescriptor(present.descriptor)) : [authenticatedUsers];
  if (now.length === 1 && now[0] === sid) return undefined;
  const before = now.map((each) => (each === authenticatedUsers ? 'Authenticated Users' : each)).join(', ');
  const from = present ? present.descriptor.toString('base64') : null;
  return { kind: 'filter', dn, name, applier: target.dn, before, after: target.name, from, to: null };
}

async function planFiles(
  session: DomainSession,
  plan: GroupPolicyPlan,
  policy: string,
  present: PresentPolicy | undefined,
  otherFilter: boolean,
): Promise<{ readonly steps: readonly DomainStep[]; readonly version: number }> {
  const { smb } = session;
  const root = policyFolder(session, policy);
  // In a folder that is not there yet, nothing else is.
  const tree = present ? await smb.tree(root) : undefined;
  const isNew = tree === undefined;
  const known = new Set([...(tree?.keys() ?? [])].map((path) => path.toLowerCase()));
  const folders = [
    ...(isNew ? [root] : []),
    ...policyFolders.filter((names) => !known.has(keyOf(names))).map((names) => below(root, ...names)),
  ].map((place): DomainStep => ({ kind: 'folder', of: 'policy', unc: uncOf(place) }));
  const wanted = policyFiles(plan);
  const contents = isNew
    ? []
    : await smb.read(...[...wanted.map(({ path }) => path), versionFile].map((path) => below(root, ...path)));
  const files: DomainStep[] = [];
  for (const [index, { path, content }] of wanted.entries()) {
    const from = contents[index];
    if (!from?.equals(content)) files.push(fileStep(below(root, ...path), from, content));
  }
  const before = Number(present?.attributes.versionNumber ?? 0);
  const version = files.length > 0 ? nextVersion(before) : before;
  const from = contents[wanted.length];
  const content = from ? withVersion(from, version) : versionContent(version);
  if (!from?.equals(content)) files.push(fileStep(below(root, ...versionFile), from, content));

  const permissions: DomainStep[] = [];
  if (isNew || otherFilter || !(await hasPermissions(session, root, present!))) {
    const dn = policyDn(session.base, policy);
    const former = isNew || !present ? null : present.descriptor.toString('base64');
    permissions.push({ kind: 'permissions', dn, unc: uncOf(root), from: former, to: null });
  }
  const [first, ...others] = folders;
  // Before there is anything in it: what is made later inherits them.
  return isNew
    ? { steps: [first!, ...permissions, ...others, ...files], version }
    : { steps: [...folders, ...files, ...permissions], version };
}

const keyOf = (names: readonly string[]): string => names.join('\\').toLowerCase();

const fileStep = (place: UncPath, from: Buffer | undefined, to: Buffer): DomainStep => ({
  kind: 'file',
  unc: uncOf(place),
  from: from?.toString('base64') ?? null,
  to: to.toString('base64'),
});

/** The lower half counts the changes of the computers' settings, the upper that of the users'. */
const nextVersion = (version: number): number => (version & 0xffff0000) + (((version & 0xffff) % 0xffff) + 1);

async function hasPermissions(session: DomainSession, root: UncPath, present: PresentPolicy): Promise<boolean> {
  const wanted = folderPermissions(parseSecurityDescriptor(present.descriptor), session.isSamba);
  return samePermissions(await session.smb.permissions(root), wanted);
}

function changedAttributes(
  dn: string,
  plan: GroupPolicyPlan,
  { attributes }: PresentPolicy,
  version: number,
): DomainStep[] {
  const flags = Number(attributes.flags ?? 0) & ~userSettingsDisabled;
  const wanted: Readonly<Record<AttributeName, string>> = {
    displayName: plan.name,
    flags: String(flags | (plan.userSettingsDisabled ? userSettingsDisabled : 0)),
    versionNumber: String(version),
    gPCMachineExtensionNames: withScriptsExtension(attributes.gPCMachineExtensionNames ?? undefined),
  };
  const changes = attributeNames
    .map((attribute) => ({ attribute, from: attributes[attribute], to: wanted[attribute] }))
    .filter(({ from, to }) => from !== to);
  return changes.length > 0 ? [{ kind: 'attributes', dn, name: plan.name, changes }] : [];
}
