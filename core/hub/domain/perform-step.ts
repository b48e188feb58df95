import { LatchkeyError } from '#protocol/errors.ts';
import { below, parseUnc, type UncPath } from './domain-names.ts';
import type { DomainSession } from './domain-session.ts';
import type { DomainStep, StepOf } from './domain-step.ts';
import { linksOn, membersOf } from './directory-objects.ts';
import { formatLinks, linkOf, withLink, withoutLink } from './gp-link.ts';
import type { PackageFile } from './plan-package.ts';
import {
  arranged,
  authenticatedUsers,
  folderPermissions,
  hasObjectRights,
  inheritedPermissions,
  withApplier,
} from './policy-permissions.ts';
import {
  formatSecurityDescriptor,
  parseSecurityDescriptor,
  parseSid,
  toSddl,
  type SecurityDescriptor,
} from './security-descriptor.ts';
import type { SmbClient } from './smb-client.ts';

/**
 * Does a step. What is found out only now (permissions, as the domain controller put them down) is in the step returned.
 * @throws LatchkeyError `domain.*`, `rpc.cancelled`
 */
export async function performStep(
  session: DomainSession,
  step: DomainStep,
  file: PackageFile | undefined,
): Promise<DomainStep> {
  const { directory, smb } = session;
  switch (step.kind) {
    case 'entry':
      await directory.add(step.dn, { objectClass: step.classes, ...step.attributes });
      return step;
    case 'attributes':
      await directory.change(step.dn, step.changes);
      return step;
    case 'members':
      await directory.changeMembers(step.dn, 'add', step.members);
      return step;
    case 'filter':
      return setFilter(session, step);
    case 'permissions': {
      const entry = await arrangedDescriptor(session, step.dn);
      await setFolderPermissions(session, parseUnc(step.unc), parseSecurityDescriptor(entry));
      return { ...step, to: entry.toString('base64') };
    }
    case 'folder':
      await smb.makeFolder(parseUnc(step.unc));
      if (session.isSamba && step.of === 'policy') await inheritOnSamba(smb, parseUnc(step.unc));
      return step;
    case 'file':
      await smb.write(parseUnc(step.unc), Buffer.from(step.to, 'base64'));
      return step;
    case 'package': {
      if (!file) throw new Error('A package without its file');
      const place = parseUnc(step.unc);
      if (step.kept !== null) await smb.rename(place, step.kept);
      await smb.write(place, await file.open());
      return step;
    }
    case 'link':
      await setLink(session, step, step.linked);
      return step;
  }
}

/**
 * Takes a step back: one that was done, or begun, or not even that.
 * @param doomed entries that are taken away as a whole: what was changed in them need not be
 * @throws LatchkeyError `domain.*`
 */
export async function revertStep(session: DomainSession, step: DomainStep, doomed: ReadonlySet<string>): Promise<void> {
  const { directory } = session;
  const smb = session.smb.uninterrupted();
  switch (step.kind) {
    case 'entry':
      return unless('domain.noSuchEntry', directory.delete(step.dn));
    case 'attributes':
      return doomed.has(step.dn) ? undefined : revertAttributes(session, step);
    case 'members': {
      if (doomed.has(step.dn)) return;
      const present = new Set((await membersOf(session, step.dn)).map((dn) => dn.toLowerCase()));
      const left = step.members.filter((dn) => present.has(dn.toLowerCase()));
      if (left.length > 0) await directory.changeMembers(step.dn, 'delete', left);
      return;
    }
    case 'filter':
      if (doomed.has(step.dn) || step.from === null) return;
      return unless('domain.noSuchEntry', directory.setPermissions(step.dn, Buffer.from(step.from, 'base64')));
    case 'permissions':
      if (step.from === null || !(await smb.list(parseUnc(step.unc)))) return;
      return setFolderPermissions({ ...session, smb }, parseUnc(step.unc), descriptorFrom(step.from));
    case 'folder':
      return removeFolder(smb, step);
    case 'file':
      return step.from === null
        ? smb.remove(parseUnc(step.unc))
        : smb.write(parseUnc(step.unc), Buffer.from(step.from, 'base64'));
    case 'package': {
      const place = parseUnc(step.unc);
      await smb.removeParts(...folderAndName(place));
      const kept = step.kept === null ? undefined : { ...place, path: step.kept };
      // Not set aside, it is still the one that was there before.
      if (kept && !(await smb.find(kept))) return;
      await smb.remove(place);
      if (kept) await smb.rename(kept, place.path);
      return;
    }
    case 'link':
      return unless('domain.noSuchEntry', setLink(session, step, !step.linked));
  }
}

async function removeFolder(smb: SmbClient, { unc, of }: StepOf<'folder'>): Promise<void> {
  const place = parseUnc(unc);
  const inUse = (error: unknown): boolean =>
    error instanceof LatchkeyError && error.args['reason'] === 'DIRECTORY_NOT_EMPTY';
  try {
    await smb.removeFolder(place);
  } catch (error) {
    if (!inUse(error)) throw error;
    await smb.removeParts(place);
    try {
      await smb.removeFolder(place);
    } catch (second) {
      // In a share it has become somebody else's too.
      if (of !== 'share' || !inUse(second)) throw second;
    }
  }
}

function folderAndName(place: UncPath): [UncPath, string] {
  const names = place.path.split('\\');
  const name = names.pop()!;
  return [{ ...place, path: names.join('\\') }, name];
}

async function unless(code: 'domain.noSuchEntry', work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof LatchkeyError) || error.code !== code) throw error;
  }
}

async function revertAttributes({ directory }: DomainSession, step: StepOf<'attributes'>): Promise<void> {
  const entry = await directory.read(step.dn, ...step.changes.map(({ attribute }) => attribute));
  const changed = step.changes.filter(({ attribute, to }) => entry && (entry.text(attribute) ?? null) === to);
  await directory.change(
    step.dn,
    changed.map(({ attribute, from, to }) => ({ attribute, from: to, to: from })),
  );
}

const descriptorFrom = (text: string): SecurityDescriptor => parseSecurityDescriptor(Buffer.from(text, 'base64'));

export async function descriptorOf({ directory }: DomainSession, dn: string): Promise<Buffer> {
  const bytes = (await directory.read(dn, 'nTSecurityDescriptor'))?.bytes('nTSecurityDescriptor');
  if (!bytes) throw new LatchkeyError('domain.noSuchEntry', { where: dn });
  return bytes;
}

/** On Samba's own domain controllers, so that their check of the policy's folder finds nothing. */
async function arrangedDescriptor(session: DomainSession, dn: string): Promise<Buffer> {
  const bytes = await descriptorOf(session, dn);
  const present = parseSecurityDescriptor(bytes);
  const wanted = arranged(present);
  if (!session.isSamba || toSddl(wanted) === toSddl(present)) return bytes;
  await session.directory.setPermissions(dn, formatSecurityDescriptor(wanted));
  return descriptorOf(session, dn);
}

async function setFilter(session: DomainSession, step: StepOf<'filter'>): Promise<DomainStep> {
  const { directory } = session;
  const from = await descriptorOf(session, step.dn);
  let sid: string = authenticatedUsers;
  if (step.applier !== null) {
    const bytes = (await directory.read(step.applier, 'objectSid'))?.bytes('objectSid');
    if (!bytes) throw new LatchkeyError('domain.noSuchEntry', { where: step.applier });
    sid = parseSid(bytes);
  }
  const wanted = withApplier(parseSecurityDescriptor(from), sid);
  await directory.setPermissions(step.dn, formatSecurityDescriptor(wanted));
  const to = await descriptorOf(session, step.dn);
  return { ...step, from: from.toString('base64'), to: to.toString('base64') };
}

async function setFolderPermissions(
  { smb, isSamba }: DomainSession,
  root: UncPath,
  entry: SecurityDescriptor,
): Promise<void> {
  const wanted = folderPermissions(entry, isSamba);
  await smb.setPermissions(root, toSddl(wanted));
  // A server passes nothing on to what is in a folder already.
  for (const [path, { isFolder }] of (await smb.tree(root)) ?? []) {
    await smb.setPermissions(below(root, path), toSddl(inheritedPermissions(wanted, isFolder)));
  }
}

/**
 * Samba keeps permissions twice, as Windows knows them and as its own system does. In a folder with rights on object types, as its
 * checks want a policy's to be, a new folder gets the first alone; by the second nobody but root may write there, whatever the
 * first says. Given its permissions without such rights, it has both, and so has what is made in it.
 */
async function inheritOnSamba(smb: SmbClient, place: UncPath): Promise<void> {
  const above = await smb.permissions(folderAndName(place)[0]);
  if (hasObjectRights(above)) await smb.setPermissions(place, toSddl(inheritedPermissions(above, true)));
}

async function setLink(session: DomainSession, step: StepOf<'link'>, linked: boolean): Promise<void> {
  const { text, links } = await linksOn(session, step.on);
  const present = linkOf(links, step.policy);
  if ((present !== undefined) === linked) return;
  const changed = linked ? withLink(links, step.policy) : withoutLink(links, step.policy);
  const change = { attribute: 'gPLink', from: text, to: formatLinks(changed) };
  await session.directory.change(step.on, [change]);
}
