import { LatchkeyError } from '#protocol/errors.ts';

/*
 * Names as a directory writes them: RFC 4514 for distinguished names, RFC 4515 for filters.
 */

/** A value inside a distinguished name. */
export function escapeDnValue(value: string): string {
  return value.replaceAll(/[\\",+<>;=\0\r\n]|^[ #]| $/g, (character) =>
    character < ' ' ? `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}` : `\\${character}`,
  );
}

/** A value inside a filter. */
export const escapeFilterValue = (value: string): string =>
  value.replaceAll(/[\\*()\0]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** `example.com` → `DC=example,DC=com` */
export const domainDn = (domain: string): string =>
  domain
    .split('.')
    .map((label) => `DC=${escapeDnValue(label)}`)
    .join(',');

/**
 * Whether two distinguished names mean the same entry: case, blanks beside the commas, and how a character is escaped (`\;` or
 * `\3B`) don't matter.
 */
export const sameDn = (one: string, other: string): boolean => canonicalDn(one) === canonicalDn(other);

const canonicalDn = (dn: string): string =>
  dn
    .replaceAll(/((?:\\[0-9a-f]{2})+)|\\(.)/gis, (_, bytes: string | undefined, character: string) => {
      const text = bytes === undefined ? character : Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8');
      return text.replaceAll(/[\\",+<>;=#\s]/g, (each) => `\\${each.charCodeAt(0).toString(16).padStart(2, '0')}`);
    })
    .replaceAll(/\s*,\s*/g, ',')
    .trim()
    .toLowerCase();

export interface UncPath {
  readonly server: string;
  readonly share: string;
  /** Below the share, with backslashes; empty: the share itself. */
  readonly path: string;
}

/** What Windows refuses in a file's name; quotes and line ends would also end an argument of smbclient's. */
const forbidden = /["<>|:*?/\p{Cc}]/u;

/**
 * `\\server\share\folder` in its parts.
 * @throws LatchkeyError `rollOut.shareNotUnc`, `rollOut.shareInvalid`
 */
export function parseUnc(unc: string): UncPath {
  const parts = /^\\\\([^\\]+)\\([^\\]+)(?:\\(.*?))?\\?$/s.exec(unc);
  if (!parts) throw new LatchkeyError('rollOut.shareNotUnc', { share: unc });
  const [, server = '', share = '', path = ''] = parts;
  const folders = path === '' ? [] : path.split('\\');
  for (const part of [server, share, ...folders]) {
    // A leading dash would be an option of smbclient's.
    if (part === '' || part === '.' || part === '..' || forbidden.test(part) || part.startsWith('-')) {
      throw new LatchkeyError('rollOut.shareInvalid', { share: unc, part });
    }
  }
  return { server, share, path };
}

/** @throws LatchkeyError `domain.fileNameInvalid` */
export function requireFileName(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('\\') || forbidden.test(name)) {
    throw new LatchkeyError('domain.fileNameInvalid', { file: name });
  }
  return name;
}

export const uncOf = ({ server, share, path }: UncPath): string =>
  `\\\\${server}\\${share}${path === '' ? '' : `\\${path}`}`;

/** A path below another one. */
export const below = (place: UncPath, ...names: readonly string[]): UncPath => ({
  ...place,
  path: [...(place.path === '' ? [] : [place.path]), ...names].join('\\'),
});
