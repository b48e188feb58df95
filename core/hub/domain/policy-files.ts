import { extname } from 'node:path';
import { requireFileName } from './domain-names.ts';
import type { GroupPolicyPlan } from './group-policy-plan.ts';

/*
 * The files of a group policy that runs a script when a computer starts.
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-gpscr/
 */

/** The client-side extension *Scripts*, and the tool that edits its settings. */
export const scriptsExtension = '[{42B5FAAE-6536-11D2-AE5A-0000F87571E3}{40B6664F-4972-11D1-A7CA-0000F87571E3}]';

/** With one more extension where it is not in it yet: Windows wants them in the order of their GUIDs. */
export function withScriptsExtension(names: string | undefined): string {
  const listed = (names ?? '').match(/\[[^\]]*\]/g) ?? [];
  const guid = scriptsExtension.slice(1, 39);
  if (listed.some((each) => each.toUpperCase().startsWith(`[${guid}`))) return names!;
  return [...listed, scriptsExtension]
    .sort((one, other) => (one.toUpperCase() < other.toUpperCase() ? -1 : 1))
    .join('');
}

export interface PolicyFile {
  /** Folders and name, below the policy's folder. */
  readonly path: readonly string[];
  readonly content: Buffer;
}

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

/**
 * Everything but GPT.INI.
 * @throws LatchkeyError `domain.fileNameInvalid`
 */
export function policyFiles({ startupScript: { fileName, content, parameters } }: GroupPolicyPlan): PolicyFile[] {
  const isPowerShell = extname(requireFileName(fileName)).toLowerCase() === '.ps1';
  const list = `\r\n[Startup]\r\n0CmdLine=${fileName}\r\n0Parameters=${oneLine(parameters)}\r\n`;
  return [
    {
      path: ['Machine', 'Scripts', 'Startup', fileName],
      // Without the mark Windows PowerShell would read it in the computer's own code page.
      content: Buffer.from(isPowerShell ? `\uFEFF${content}` : content, 'utf8'),
    },
    { path: ['Machine', 'Scripts', isPowerShell ? 'psscripts.ini' : 'scripts.ini'], content: utf16(list) },
  ];
}

export const policyFolders: readonly (readonly string[])[] = [
  ['Machine'],
  ['Machine', 'Scripts'],
  ['Machine', 'Scripts', 'Startup'],
  ['Machine', 'Scripts', 'Shutdown'],
  ['User'],
];

export const versionFile = ['GPT.INI'] as const;

export const versionContent = (version: number): Buffer =>
  Buffer.from(`[General]\r\nVersion=${version}\r\ndisplayName=New Group Policy Object\r\n`, 'latin1');

/** With another version in it, and all else as it is. */
export function withVersion(content: Buffer, version: number): Buffer {
  const text = content.toString('latin1');
  if (!/^Version=\d+/im.test(text)) return versionContent(version);
  return Buffer.from(text.replace(/^Version=\d+/im, `Version=${version}`), 'latin1');
}

/** As a person reads it. */
export function readable(content: Buffer): string {
  const text = content.subarray(0, 2).equals(Buffer.from([0xff, 0xfe]))
    ? content.toString('utf16le')
    : content.toString('utf8');
  return text.replace(/^\uFEFF/, '').trim();
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');
