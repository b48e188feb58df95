import type { Localizer, MessageArguments } from '#core/base/l10n/localizer.ts';
import type { RollOutDeployment, RollOutTarget } from '#protocol/roll-outs.ts';
import type { GroupPolicyPlan } from '../../domain/group-policy-plan.ts';
import { backupIdOf } from './gpmc-backup.ts';
import { commandLines } from './other-distributions.ts';
import { crlf, powerShellString, xmlText } from './quoting.ts';
import { rollOutScriptFile } from './roll-out-script.ts';
import { eventSource, installLog } from './startup-script.ts';

export interface GuideValues {
  readonly id: string;
  readonly plan: GroupPolicyPlan;
  readonly target: RollOutTarget;
  readonly deployment: RollOutDeployment;
  /** The device group's name. */
  readonly group: string;
  readonly limit: number;
  /** Where endpoints reach the hub. */
  readonly hub: string;
  /** The endpoint first. */
  readonly packages: readonly { readonly fileName: string; readonly sha256: string; readonly test: boolean }[];
}

/**
 * What there is to do, in the administrator's language: with the script, by hand with an assigned package (D3 to D10), and by
 * other means (D1); and what to look at where a computer does not come (D11). One HTML file that needs nothing else.
 */
export function guide(values: GuideValues, texts: Localizer): Buffer {
  const { plan } = values;
  const t = (key: string, args?: MessageArguments): string => xmlText(texts.t(`guide.${key}`, args));
  const title = t('title', { name: plan.name });
  return Buffer.from(
    crlf(`<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 "Segoe UI", system-ui, sans-serif; color: #1f1f1f; background: #fff; }
h1, h2 { line-height: 1.25; } h2 { margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; } th { text-align: start; font-weight: 600; white-space: nowrap; }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd; vertical-align: top; overflow-wrap: anywhere; }
pre { padding: .6rem .8rem; background: #f3f3f3; white-space: pre-wrap; overflow-wrap: anywhere; } code, pre { font: 14px/1.5 Consolas, monospace; }
li { margin: .5rem 0; } .note { padding: .6rem .8rem; border-inline-start: 4px solid #b58900; background: #fdf6e3; }
</style>
</head>
<body>
<h1>${title}</h1>
<p>${t('intro', { domain: plan.domain })}</p>
<p class="note">${t('secret', { group: values.group })}</p>
${facts(values, t)}
<h2>${t('packages')}</h2>
<table>${values.packages
      .map(
        ({ fileName, sha256, test }) =>
          `<tr><th><code>${xmlText(fileName)}</code></th><td>${t(`package.${test ? 'test' : 'real'}`)}<br><code>${sha256}</code></td></tr>`,
      )
      .join('\n')}</table>
${withScript(t)}
${byHand(values, t)}
${imported(values, t)}
${otherMeans(values, t)}
${trouble(values, t)}
</body>
</html>
`),
    'utf8',
  );
}

type Text = (key: string, args?: MessageArguments) => string;

const code = (text: string): string => `<pre>${xmlText(text)}</pre>`;
const linkOf = ({ linkTo, domain }: GroupPolicyPlan): string => linkTo ?? domain;
/** Which number the steps by hand have: a list takes one more. */
function stepOf({ kind }: RollOutTarget): { policy: number; filter: number; package: number } {
  const policy = kind === 'computers' ? 4 : 3;
  return { policy, filter: policy + 1, package: policy + 3 };
}
const groupOf = ({ target }: GuideValues): string => (target.kind === 'all' ? '' : target.group);

function facts(values: GuideValues, t: Text): string {
  const { plan, target } = values;
  const link = linkOf(plan);
  const count = target.kind === 'computers' ? target.computers.length : 0;
  const rows = [
    [t('fact.group'), xmlText(values.group)],
    [t('fact.domain'), xmlText(plan.domain)],
    [t('fact.share'), xmlText(plan.share)],
    [t('fact.policy'), xmlText(plan.name)],
    [t('fact.link'), xmlText(link)],
    [t('fact.target'), t(`target.${target.kind}`, { link, count, group: groupOf(values) })],
    [t('fact.limit'), String(values.limit)],
  ];
  return `<table>${rows.map(([label, value]) => `<tr><th>${label}</th><td>${value}</td></tr>`).join('\n')}</table>`;
}

/** The files come from the internet, as far as Windows knows, and scripts are not allowed to run unless somebody says so. */
const run = (options: string): string =>
  `powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\\${rollOutScriptFile}${options}`;

const withScript = (t: Text): string => `<h2>${t('script.title')}</h2>
<p>${t('script.intro')}</p>
<ol>
<li>${t('script.whatIf')}${code(run(' -WhatIf'))}</li>
<li>${t('script.test')}${code(run(' -Test'))}</li>
<li>${t('script.real')}${code(run(''))}</li>
</ol>
<p>${t('script.undo')}</p>${code(run(' -Undo'))}`;

function byHand(values: GuideValues, t: Text): string {
  const { plan, target, deployment } = values;
  const [real] = values.packages;
  const link = linkOf(plan);
  const group = groupOf(values);
  const reader = target.kind === 'all' ? t('reader.all') : t('reader.group', { group });
  const options = (['uninstallOutOfScope', 'hideInPrograms', 'ignoreLanguage'] as const).map(
    (name) =>
      `<li>${t(`option.${deployment[name] ? 'on' : 'off'}`, { option: '\u0000' }).replace('\u0000', () => t(`option.${name}`))}</li>`,
  );
  const steps = [
    t('assign.share', { share: plan.share, reader: '\u0000' }).replace('\u0000', () => reader),
    t('assign.check'),
    ...(target.kind === 'computers' ? [t('assign.group', { group })] : []),
    t('assign.policy', { link, name: plan.name }),
    target.kind === 'all' ? t('assign.noFilter', { link }) : t('assign.filter', { group }),
    t(plan.userSettingsDisabled ? 'assign.status' : 'assign.statusOn'),
    t('assign.package', { package: `${plan.share}\\${real!.fileName}` }),
    `${t('assign.options')}<ul>${options.join('')}</ul>`,
    t('assign.wait'),
    t(deployment.hideInPrograms ? 'assign.restartHidden' : 'assign.restart'),
  ];
  return `<h2>${t('assign.title')}</h2>
<ol>${steps.map((step) => `<li>${step}</li>`).join('\n')}</ol>
<p>${t('assign.script', { last: stepOf(target).package - 1 })}</p>${code(run(' -Assigned'))}`;
}

function imported({ plan, id, target }: GuideValues, t: Text): string {
  const name = powerShellString(plan.name);
  const domain = powerShellString(plan.domain);
  const backup = backupIdOf(id).slice(1, -1);
  return `<h2>${t('import.title')}</h2>
<p>${t('import.intro', stepOf(target))}</p>
${code(`Import-GPO -BackupId ${backup} -Path (Resolve-Path .\\gpo-backup).Path -TargetName ${name} -CreateIfNeeded -Domain ${domain}`)}`;
}

function otherMeans({ packages }: GuideValues, t: Text): string {
  const { install, uninstall } = commandLines(packages[0]!.fileName);
  const lines = `<table><tr><th>${t('install')}</th><td><code>${xmlText(install)}</code></td></tr>
<tr><th>${t('uninstall')}</th><td><code>${xmlText(uninstall)}</code></td></tr></table>`;
  return `<h2>${t('intune.title')}</h2>
<p>${t('intune.intro')}</p>
${lines}
<h2>${t('sccm.title')}</h2>
<p>${t('sccm.intro')}</p>
${lines}`;
}

function trouble({ plan, hub, id }: GuideValues, t: Text): string {
  const looks = [
    t('trouble.restarted'),
    t('trouble.applied', { name: plan.name }),
    t('trouble.events', { source: eventSource }),
    t('trouble.log', { log: installLog }),
    t('trouble.share', { share: plan.share }),
    t('trouble.hub', { hub }),
    t('trouble.removed', { rollOut: id }),
  ];
  return `<h2>${t('trouble.title')}</h2>
<ul>${looks.map((look) => `<li>${look}</li>`).join('\n')}</ul>`;
}
