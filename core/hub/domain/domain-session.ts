import { LatchkeyError } from '#protocol/errors.ts';
import { connectTo, findDomainControllers, plainFingerprint } from './domain-controller.ts';
import { domainDn, sameDn, type UncPath } from './domain-names.ts';
import { Directory } from './directory.ts';
import { parseSid } from './security-descriptor.ts';
import { SmbClient } from './smb-client.ts';

/** Asked for each time. Kept no longer than a call lasts. */
export interface DomainCredentials {
  /** `EXAMPLE\name`, `name@example.com`, or the name alone: then of the domain that is meant. */
  readonly account: string;
  readonly password: string;
  /** Host name of a domain controller; empty: found by DNS. */
  readonly domainController: string;
  /** The fingerprint of its certificate, where the administrator has compared it. */
  readonly certificate?: string | undefined;
}

/** A domain controller that was signed in to. */
export interface DomainSession {
  readonly domain: string;
  /** Host name of the domain controller. */
  readonly server: string;
  readonly account: string;
  readonly directory: Directory;
  readonly smb: SmbClient;
  /** Distinguished name of the domain. */
  readonly base: string;
  readonly sid: string;
  /** Whether the domain controller is Samba's, whose checks want more of a policy's folder than Windows does. */
  readonly isSamba: boolean;
}

/** The folder of a group policy on the domain controller, and as every computer of the domain reaches it. */
export const policyFolder = ({ server, domain }: DomainSession, policy: string): UncPath => ({
  server,
  share: 'sysvol',
  path: `${domain}\\Policies\\${policy}`,
});
export const policyFileSystemPath = (domain: string, policy: string): string =>
  `\\\\${domain}\\SysVol\\${domain}\\Policies\\${policy}`;

export const policyDn = (base: string, policy: string): string => `CN=${policy},CN=Policies,CN=System,${base}`;

/**
 * @param authorities PEM of certification authorities beside those that are trusted anyway
 * @throws LatchkeyError `domain.*` where it can't be found, reached, trusted, or refuses the account; `rpc.cancelled`
 */
export async function openDomainSession(
  domain: string,
  credentials: DomainCredentials,
  authorities: string | undefined,
  signal: AbortSignal | undefined,
): Promise<DomainSession> {
  const { password } = credentials;
  const account = accountOf(credentials.account, domain);
  if (/[\0\r\n]/.test(password) || password === '') {
    throw new LatchkeyError('domain.credentialsRefused', { account, server: domain, reason: 'LOGON_FAILURE' });
  }
  const smb = new SmbClient({ account, password }, signal);
  const trusted = { authorities, pinned: pinnedOf(credentials.certificate) };
  const servers =
    credentials.domainController.trim() === ''
      ? await findDomainControllers(domain)
      : [serverOf(credentials.domainController)];
  const directory = await firstOf(servers, async (server) => {
    const made = new Directory(server, () => connectTo(server, trusted, signal), account, password);
    await made.signIn();
    return made;
  });
  try {
    return { domain, server: directory.server, account, directory, smb, ...(await domainOf(domain, directory)) };
  } catch (error) {
    await directory.signOut();
    throw error;
  }
}

/** The next one where one can't be reached: whatever else is wrong would be so there too. */
async function firstOf<T>(servers: readonly string[], work: (server: string) => Promise<T>): Promise<T> {
  let last: unknown;
  for (const server of servers.slice(0, 3)) {
    try {
      return await work(server);
    } catch (error) {
      if ((error as LatchkeyError).code !== 'domain.unreachable') throw error;
      last = error;
    }
  }
  throw last;
}

async function domainOf(
  domain: string,
  directory: Directory,
): Promise<Pick<DomainSession, 'base' | 'sid' | 'isSamba'>> {
  const root = await directory.rootEntry('defaultNamingContext', 'vendorName');
  const base = root?.text('defaultNamingContext') ?? '';
  const { server } = directory;
  if (!sameDn(base, domainDn(domain))) {
    const actual = base.replaceAll(/DC=/gi, '').replaceAll(',', '.');
    throw new LatchkeyError('domain.wrongDomain', { server, domain, actual });
  }
  const sid = (await directory.read(base, 'objectSid'))?.bytes('objectSid');
  if (!sid) throw new LatchkeyError('domain.noSuchEntry', { where: base });
  return { base, sid: parseSid(sid), isSamba: /samba/i.test(root?.text('vendorName') ?? '') };
}

function accountOf(text: string, domain: string): string {
  const account = text.trim();
  if (account === '' || /[\p{Cc}"%]/u.test(account) || /^[\\@]|[\\@]$/.test(account)) {
    throw new LatchkeyError('domain.accountInvalid', { account });
  }
  return /[\\@]/.test(account) ? account : `${account}@${domain}`;
}

function serverOf(text: string): string {
  const server = text.trim().toLowerCase();
  if (!/^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?$/u.test(server)) {
    throw new LatchkeyError('domain.serverInvalid', { server: text });
  }
  return server;
}

function pinnedOf(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const pinned = plainFingerprint(text);
  if (!/^[0-9a-f]{64}$/.test(pinned)) throw new LatchkeyError('domain.fingerprintInvalid');
  return pinned;
}
