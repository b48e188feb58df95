import { existsSync } from 'node:fs';
import { readRegistryText } from '../../windows/registry.ts';
import { systemFolder } from '../../windows/windows-api.ts';

export interface WindowsShell {
  readonly program: string;
  /** With the program's name in front. */
  readonly commandLine: string;
}

/** Where PowerShell is registered; a file of its name alone does not make it one. */
const registered = 'SOFTWARE\\Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell';

/** Windows PowerShell, which every edition has but the smallest; there, the command prompt. */
export function windowsShell(): WindowsShell {
  const powershell = `${systemFolder()}\\WindowsPowerShell\\v1.0\\powershell.exe`;
  if (existsSync(powershell) && readRegistryText(registered, 'Path') !== undefined)
    return { program: powershell, commandLine: `"${powershell}" -NoLogo` };
  const prompt = `${systemFolder()}\\cmd.exe`;
  return { program: prompt, commandLine: `"${prompt}"` };
}
