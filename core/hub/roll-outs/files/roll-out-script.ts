import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Localizer } from '#core/base/l10n/localizer.ts';
import type { GroupPolicyPlan } from '../../domain/group-policy-plan.ts';
import { programFolder } from '../../program-folder.ts';
import { crlf, powerShellString, utf8WithMark } from './quoting.ts';
import { scriptMessages } from './roll-out-texts.ts';

/** What it is called in the ZIP. */
export const rollOutScriptFile = 'roll-out.ps1';

const body = (): string => readFileSync(join(programFolder, 'core/hub/roll-outs/files/roll-out.ps1'), 'utf8');
const parameters = ['Undo', 'Test', 'Assigned', 'SkipUnknownComputers', 'LocalPath', 'DomainController'];

export interface ScriptValues {
  readonly id: string;
  readonly plan: GroupPolicyPlan;
  /** Of the startup script where the test package is rolled out. */
  readonly testParameters: string;
  /** `sha256` hexadecimal. */
  readonly packages: readonly { readonly fileName: string; readonly sha256: string }[];
}

/** The PowerShell script that does the whole of it: `roll-out.ps1` with the values of one roll-out and the texts of one language. */
export function rollOutScript(values: ScriptValues, texts: Localizer): Buffer {
  const script = body()
    .replace('@@HELP@@', () => help(texts))
    .replace('@@VALUES@@', () => `${rollOutTable(values)}\n\n${textTable(texts)}`);
  return utf8WithMark(crlf(script));
}

function help(texts: Localizer): string {
  const lines = ['<#', '.SYNOPSIS', texts.t('script.synopsis'), '.DESCRIPTION', texts.t('script.description')];
  for (const name of parameters) lines.push(`.PARAMETER ${name}`, texts.t(`script.param.${name}`));
  return [...lines, '#>'].join('\n');
}

function rollOutTable({ id, plan, testParameters, packages }: ScriptValues): string {
  const text = powerShellString;
  const flag = (value: boolean): string => (value ? '$true' : '$false');
  const { target } = plan;
  const files = packages.map(
    ({ fileName, sha256 }) => `        @{ File = ${text(fileName)}; Sha256 = ${text(sha256.toUpperCase())} }`,
  );
  return `
# What this roll-out is.
$RollOut = @{
    Id = ${text(id)}
    Name = ${text(plan.name)}
    Domain = ${text(plan.domain)}
    Share = ${text(plan.share)}
    LinkTo = ${text(plan.linkTo ?? '')}
    Group = ${text(target.kind === 'all' ? '' : target.group)}
    Computers = ${flag(target.kind === 'computers')}
    UserSettingsDisabled = ${flag(plan.userSettingsDisabled)}
    ScriptFile = ${text(plan.startupScript.fileName)}
    Parameters = ${text(plan.startupScript.parameters)}
    TestParameters = ${text(testParameters)}
    Packages = @(
${files.join('\n')}
    )
}`;
}

/** Places of a message as PowerShell's `-f` fills them. */
const places = { a: '{0}', b: '{1}' };

function textTable(texts: Localizer): string {
  const rows = scriptMessages.map((name) => `    ${name} = ${powerShellString(texts.t(`script.${name}`, places))}`);
  return `$Text = @{\n${rows.join('\n')}\n}`;
}
