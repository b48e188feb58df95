import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { below, parseUnc, requireFileName, uncOf } from './domain-names.ts';
import type { DomainSession } from './domain-session.ts';
import type { DomainStep } from './domain-step.ts';
import type { GroupPolicyPlan } from './group-policy-plan.ts';
import { checkShare, type Notice, type ShareTarget } from './share-check.ts';

/** The right to make files in a folder. */
const addFile = 0x2;
const addFolder = 0x4;

/** A package, as it is to lie in the share. */
export interface PackageFile {
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  open(): Promise<Readable>;
}

/**
 * The package in the share, where the account may put it there, and what the share lacks so that computers can fetch it. The
 * share itself is the administrator's to make.
 * @throws LatchkeyError `rollOut.shareNotUnc`, `rollOut.shareInvalid`, `domain.shareUnreachable`, `domain.fileNameInvalid`
 */
export async function planPackage(
  session: DomainSession,
  { share, packageFile }: GroupPolicyPlan,
  file: PackageFile | undefined,
  target: ShareTarget,
): Promise<{ readonly steps: readonly DomainStep[]; readonly notices: readonly Notice[] }> {
  const { smb } = session;
  const folder = parseUnc(share);
  const place = below(folder, requireFileName(packageFile));
  let deepest = { ...folder, path: '' };
  await smb.list(deepest);
  const missing = folder.path === '' ? [] : folder.path.split('\\');
  while (missing.length > 0) {
    const next = below(deepest, missing[0]!);
    if (!(await smb.find(next))?.isFolder) break;
    deepest = next;
    missing.shift();
  }
  const notices = [...(await checkShare(session, deepest, target))];
  const steps: DomainStep[] = missing.map((_, index) => ({
    kind: 'folder',
    of: 'share',
    unc: uncOf(below(deepest, ...missing.slice(0, index + 1))),
  }));
  const present = missing.length === 0 ? await smb.find(place) : undefined;
  if (file && !(present?.size === file.size && (await smb.sha256(place)) === file.sha256)) {
    steps.push({
      kind: 'package',
      unc: uncOf(place),
      size: file.size,
      sha256: file.sha256,
      kept: present ? `${place.path}.${randomBytes(4).toString('hex')}.before` : null,
      before: present ? present.size : null,
    });
  }
  if (steps.length > 0) {
    const needed = missing.length > 0 ? addFolder : addFile;
    if ((await smb.ownRights(deepest)) & needed) return { steps, notices };
    notices.push({ code: 'domain.packageNotPlaced', args: { where: uncOf(folder) } });
  }
  return { steps: [], notices };
}
