import { LatchkeyError } from '#protocol/errors.ts';

/* What the programs of Debian's package `smbclient` print. */

const notReached = [
  'HOST_UNREACHABLE',
  'CONNECTION_REFUSED',
  'CONNECTION_RESET',
  'CONNECTION_DISCONNECTED',
  'IO_TIMEOUT',
  'NETWORK_UNREACHABLE',
  'BAD_NETWORK_NAME',
  'BAD_NETWORK_PATH',
  'UNSUCCESSFUL',
  'INVALID_NETWORK_RESPONSE',
];

export interface SmbEntry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Bytes. */
  readonly size: number;
}

/** What `ls` prints. */
export const entriesIn = (output: string): SmbEntry[] =>
  output
    .split('\n')
    .map((line) => /^ {2}(.*?) +([A-Za-z]*) +(\d+) {2}\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\r?$/.exec(line))
    .filter((found) => found !== null)
    .map(([, name = '', attributes = '', size = '0']) => ({
      name,
      isFolder: attributes.includes('D'),
      size: Number(size),
    }))
    .filter(({ name }) => name !== '.' && name !== '..');

/** What the server answered where it was no success. */
export const statusesIn = (output: string): string[] =>
  [...output.matchAll(/(?:^|[ (])(?:NT_STATUS|WERR)_([A-Z0-9_]+)/gm)].map(([, status]) => status!);

export const lastLine = (output: string): string => output.trim().split('\n').at(-1)?.trim() ?? '';

export function problemOf(reason: string, where: string, account: string): LatchkeyError {
  if (['ACCESS_DENIED', 'MEDIA_WRITE_PROTECTED', 'NETWORK_ACCESS_DENIED'].includes(reason)) {
    return new LatchkeyError('domain.fileRefused', { account, where });
  }
  if (/^(?:LOGON_|ACCOUNT_|PASSWORD_|WRONG_PASSWORD)/.test(reason)) {
    return new LatchkeyError('domain.credentialsRefused', { account, server: where, reason });
  }
  if (notReached.includes(reason)) return new LatchkeyError('domain.shareUnreachable', { where, reason });
  return new LatchkeyError('domain.fileFailed', { where, reason });
}

/** What `ls` prints when it goes into folders: each in a line of its own, and then what is in it. */
export function treeIn(output: string, root: string): Map<string, SmbEntry> {
  const entries = new Map<string, SmbEntry>();
  const start = `\\${root}`.toLowerCase();
  let folder = '';
  for (const line of output.split('\n')) {
    const name = line.replace(/\r$/, '');
    if (name.toLowerCase().startsWith(start)) folder = name.slice(start.length + 1);
    const [entry] = entriesIn(line);
    if (entry) entries.set(folder === '' ? entry.name : `${folder}\\${entry.name}`, entry);
  }
  return entries;
}
