/*
 * The attribute gPLink: `[LDAP://DN;options][LDAP://DN;options]…`. What stands further to the right wins.
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-gpol/08090b22-bc16-49f4-8e10-f27a8fb16d18
 */
import { sameDn } from './domain-names.ts';

export interface GroupPolicyLink {
  readonly dn: string;
  /** Bit 0: the link is disabled; bit 1: it is enforced. */
  readonly options: number;
}

/** @returns undefined where the text is no gPLink: better left alone than repaired */
export function parseLinks(text: string | undefined): GroupPolicyLink[] | undefined {
  const links: GroupPolicyLink[] = [];
  const each = /\[LDAP:\/\/((?:\\.|[^\]\\])*?);(\d+)\]\s*/iy;
  const trimmed = (text ?? '').trim();
  while (each.lastIndex < trimmed.length) {
    const found = each.exec(trimmed);
    if (!found) return undefined;
    links.push({ dn: found[1]!, options: Number(found[2]) });
  }
  return links;
}

/** @returns null: no link is left, and no attribute */
export const formatLinks = (links: readonly GroupPolicyLink[]): string | null =>
  links.length === 0 ? null : links.map(({ dn, options }) => `[LDAP://${dn};${options}]`).join('');

export const linkOf = (links: readonly GroupPolicyLink[], dn: string): GroupPolicyLink | undefined =>
  links.find((link) => sameDn(link.dn, dn));

/** With one more link, which yields to all that were there. */
export const withLink = (links: readonly GroupPolicyLink[], dn: string): GroupPolicyLink[] => [
  { dn, options: 0 },
  ...links,
];

export const withoutLink = (links: readonly GroupPolicyLink[], dn: string): GroupPolicyLink[] =>
  links.filter((link) => !sameDn(link.dn, dn));
