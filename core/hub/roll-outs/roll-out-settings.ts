import { LatchkeyError } from '#protocol/errors.ts';
import { installerLimit } from '#protocol/installers.ts';
import { maximumRollOutComputers, type RollOutTarget } from '#protocol/roll-outs.ts';
import { bareComputerName, computerKey, isComputerName } from './computer-names.ts';

/*
 * What an administrator says of a roll-out, brought into the form in which it is kept. Whatever Windows, Active Directory or
 * one of the written files could not bear is refused here, so that nothing behind has to doubt.
 */

/** Of `displayName`, and of a group's `sAMAccountName`. */
const nameLimit = 255;
const groupLimit = 64;
/** The package's name comes behind it, and 260 is the end. */
const shareLimit = 180;
const controls = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/**
 * @returns the UNC path without a backslash at its end
 * @throws LatchkeyError `rollOut.shareNotUnc`, `rollOut.shareInvalid`, `rollOut.shareTooLong`
 */
export function normalShare(share: string): string {
  const path = share.trim().replace(/\\+$/, '');
  const [, server, ...rest] = /^\\\\([^\\]*)\\(.+)$/s.exec(path) ?? [];
  if (server === undefined || rest[0] === undefined)
    throw new LatchkeyError('rollOut.shareNotUnc', { share: shown(share) });
  for (const part of [server, ...rest[0].split('\\')]) {
    if (!isPathPart(part)) throw new LatchkeyError('rollOut.shareInvalid', { share: shown(share), part: shown(part) });
  }
  if (path.length > shareLimit) throw new LatchkeyError('rollOut.shareTooLong', { limit: shareLimit });
  return path.normalize('NFC');
}

// Nor `%`: it would be taken for a variable where Windows runs the script.
const isPathPart = (part: string): boolean => part !== '' && !controls.test(part) && !/[/:*?"<>|%]|[. ]$|^ /.test(part);

/** @throws LatchkeyError `rollOut.domainInvalid` */
export function normalDomain(domain: string): string {
  const name = domain.trim().replace(/\.$/, '').normalize('NFC');
  const labels = name.split('.');
  const good = labels.every((label) => /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?$/u.test(label));
  if (!good || labels.length < 2 || name.length > nameLimit || /^[\d.]+$/.test(name)) {
    throw new LatchkeyError('rollOut.domainInvalid', { domain: shown(domain) });
  }
  return name.toLowerCase();
}

/** `DC=example,DC=com` */
export const domainDn = (domain: string): string =>
  domain
    .split('.')
    .map((label) => `DC=${label}`)
    .join(',');

/** @throws LatchkeyError `rollOut.nameInvalid` */
export function normalName(name: string): string {
  const trimmed = name.trim().normalize('NFC');
  if (trimmed === '' || trimmed.length > nameLimit || controls.test(trimmed)) {
    throw new LatchkeyError('rollOut.nameInvalid', { limit: nameLimit });
  }
  return trimmed;
}

/**
 * @param domain where it is known, the name has to lie within it
 * @returns null where it is the domain itself
 * @throws LatchkeyError `rollOut.linkInvalid`
 */
export function normalLink(link: string | null, domain: string | null): string | null {
  const dn = link?.trim().normalize('NFC') ?? '';
  if (dn === '') return null;
  // A group policy is linked to organisational units, or to the domain.
  const parts = dn.match(/(?:\\.|[^,\\])+/gs) ?? [];
  const rdns = parts.map((part) => /^\s*(OU|DC)=(.+?)\s*$/is.exec(part));
  const types = rdns.map((rdn) => rdn?.[1]?.toUpperCase() ?? '');
  const good =
    !controls.test(dn) && types.every((type) => type !== '') && /^(?:OU )*DC (?:DC ?)*$/.test(`${types.join(' ')} `);
  const inDomain =
    domain === null || `,${dn.toLowerCase()}`.replaceAll(/,\s+/g, ',').endsWith(`,${domainDn(domain)}`.toLowerCase());
  if (!good || !inDomain || parts.join(',') !== dn) throw new LatchkeyError('rollOut.linkInvalid', { link: shown(dn) });
  return types[0] === 'DC' ? null : dn;
}

/**
 * @throws LatchkeyError `rollOut.groupInvalid`, `rollOut.noComputers`, `rollOut.tooManyComputers`,
 *   `rollOut.computerInvalid`, `rollOut.computerTwice`
 */
export function normalTarget(target: RollOutTarget): RollOutTarget {
  switch (target.kind) {
    case 'all':
      return target;
    case 'group':
      return { ...target, group: normalGroup(target.group) };
    case 'computers':
      return { ...target, group: normalGroup(target.group), computers: normalComputers(target.computers) };
  }
}

function normalGroup(group: string): string {
  const name = group.trim().normalize('NFC');
  if (name === '' || name.length > groupLimit || controls.test(name) || /["/\\[\]:;|=,+*?<>@]|\.$/.test(name)) {
    throw new LatchkeyError('rollOut.groupInvalid', { group: shown(group), limit: groupLimit });
  }
  return name;
}

function normalComputers(computers: readonly string[]): string[] {
  if (computers.length === 0) throw new LatchkeyError('rollOut.noComputers');
  const limit = maximumRollOutComputers;
  if (computers.length > limit) throw new LatchkeyError('rollOut.tooManyComputers', { count: computers.length, limit });
  const wrong = computers.findIndex((computer) => !isComputerName(computer));
  if (wrong >= 0) {
    throw new LatchkeyError('rollOut.computerInvalid', { computer: shown(computers[wrong]!), line: wrong + 1 });
  }
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const computer of computers) (seen.has(computerKey(computer)) ? twice : seen).add(computerKey(computer));
  const [first] = twice;
  if (first !== undefined) {
    const computer = bareComputerName(computers.find((each) => computerKey(each) === first)!);
    throw new LatchkeyError('rollOut.computerTwice', { computer, count: twice.size });
  }
  return computers.map(bareComputerName);
}

/** How many computers it is for; null where nobody said. */
export const expectedOf = (target: RollOutTarget | null): number | null =>
  target === null ? null : target.kind === 'computers' ? target.computers.length : target.expected;

/** @throws LatchkeyError `rollOut.tooFewSlots` */
export function requireSlots(target: RollOutTarget | null, limit: number): void {
  const needed = expectedOf(target) ?? 0;
  if (needed > limit) {
    throw new LatchkeyError('rollOut.tooFewSlots', { needed, limit, missing: needed - limit, maximum: installerLimit });
  }
}

/** What a message repeats of what somebody typed. */
const shown = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
