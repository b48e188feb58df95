import { LatchkeyError } from '#protocol/errors.ts';
import { uncOf, type UncPath } from './domain-names.ts';
import type { DomainSession } from './domain-session.ts';
import { authenticatedUsers, mayReadAndExecute } from './policy-permissions.ts';
import type { SecurityDescriptor } from './security-descriptor.ts';

export interface Notice {
  readonly code: string;
  readonly args: Readonly<Record<string, string | number>>;
}

const everyone = 'S-1-1-0';
const builtinUsers = 'S-1-5-32-545';

/** Whoever a computer of the target is: permissions for any of these are enough (D7). */
const computersAre = (domainSid: string, group: string | undefined): ReadonlySet<string> =>
  new Set([
    everyone,
    authenticatedUsers,
    // Windows' own: it holds the authenticated users.
    builtinUsers,
    `${domainSid}-515`,
    ...(group === undefined ? [] : [group]),
  ]);

export interface ShareTarget {
  /** SID of the group that the policy is for; undefined: all computers, or a group that is yet to be made. */
  readonly group: string | undefined;
  /** As the administrator is told whose permissions are missing. */
  readonly who: string;
}

/** Whether computers can fetch a package from a folder: what is missing, or could not be looked at. */
export async function checkShare(session: DomainSession, folder: UncPath, target: ShareTarget): Promise<Notice[]> {
  const sids = computersAre(session.sid, target.group);
  const { who } = target;
  const notices: Notice[] = [];
  const check = async (
    where: string,
    code: 'domain.folderNotReadable' | 'domain.shareNotReadable',
    read: () => Promise<SecurityDescriptor>,
  ): Promise<void> => {
    try {
      if (!mayReadAndExecute(await read(), sids)) notices.push({ code, args: { where, who } });
    } catch (error) {
      if (!(error instanceof LatchkeyError) || error.code === 'rpc.cancelled') throw error;
      const reason = String(error.args['reason'] ?? 'ACCESS_DENIED');
      notices.push({ code: 'domain.permissionsUnknown', args: { where, reason } });
    }
  };
  await check(uncOf(folder), 'domain.folderNotReadable', () => session.smb.permissions(folder));
  const share = { ...folder, path: '' };
  await check(uncOf(share), 'domain.shareNotReadable', () => session.smb.sharePermissions(share));
  return notices;
}
