import { createHash } from 'node:crypto';
import type { GroupPolicyPlan } from '../../domain/group-policy-plan.ts';
import { cdata, crlf, xmlText } from './quoting.ts';
import { scriptsIni } from './startup-script.ts';

/*
 * A backup as the Group Policy Management Console makes it, and `Import-GPO` reads it ([MS-GPREF] names the extensions;
 * the files are described at learn.microsoft.com/previous-versions/windows/desktop/gpmc). Importing takes the settings alone:
 * whom the policy is for, and what it is linked to, are no part of it.
 */

/** Client-side extension of scripts, and the console's snap-in for them. */
const scriptsExtension = '{42B5FAAE-6536-11D2-AE5A-0000F87571E3}';
const scriptsTool = '{40B6664F-4972-11D1-A7CA-0000F87571E3}';
/** As `gPCMachineExtensionNames` has it. */
export const machineExtensions = `[${scriptsExtension}${scriptsTool}]`;

export interface BackupFile {
  /** With forward slashes. */
  readonly path: string;
  readonly content: Buffer;
}

/**
 * @param id of the roll-out: the same one gets the same identifiers
 * @param at when it was begun, milliseconds since 1970
 */
export function gpmcBackup(plan: GroupPolicyPlan, id: string, at: number): BackupFile[] {
  const backup = guidOf('backup', id);
  const folder = `${backup}/DomainSysvol/GPO/Machine/Scripts`;
  const xml = (path: string, text: string): BackupFile => ({ path, content: Buffer.from(crlf(text), 'utf8') });
  const instance = backupInstance(plan, id, backup, at);
  return [
    xml(
      'manifest.xml',
      `<?xml version="1.0"?>\n<Backups ${manifestSpaces} mfst:version="1.0">${instance('')}</Backups>\n`,
    ),
    xml(`${backup}/bkupInfo.xml`, `${instance(` xmlns="${manifestSpace}"`)}\n`),
    xml(`${backup}/Backup.xml`, backupScheme(plan, id)),
    xml(`${backup}/gpreport.xml`, report(plan, id, at)),
    { path: `${folder}/scripts.ini`, content: scriptsIni(plan.startupScript) },
    {
      path: `${folder}/Startup/${plan.startupScript.fileName}`,
      content: Buffer.from(plan.startupScript.content, 'ascii'),
    },
  ];
}

/** The backup's identifier, by which `Import-GPO -BackupId` finds it. */
export const backupIdOf = (id: string): string => guidOf('backup', id);

const manifestSpace = 'http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest';
const manifestSpaces = `xmlns="${manifestSpace}" xmlns:mfst="${manifestSpace}"`;
/** Local time without a zone, as the console writes it; here UTC, so that it is the same on each hub. */
const timeOf = (at: number): string => new Date(at).toISOString().slice(0, 19);

const backupInstance =
  ({ domain, name }: GroupPolicyPlan, id: string, backup: string, at: number) =>
  (attributes: string): string =>
    `<BackupInst${attributes}><GPOGuid>${cdata(guidOf('policy', id))}</GPOGuid>` +
    `<GPODomain>${cdata(domain)}</GPODomain><GPODomainGuid>${cdata(guidOf('domain', domain))}</GPODomainGuid>` +
    `<GPODomainController>${cdata(domain)}</GPODomainController><BackupTime>${cdata(timeOf(at))}</BackupTime>` +
    `<ID>${cdata(backup)}</ID><Comment>${cdata('')}</Comment><GPODisplayName>${cdata(name)}</GPODisplayName></BackupInst>`;

function backupScheme({ domain, name, userSettingsDisabled, startupScript }: GroupPolicyPlan, id: string): string {
  const space = 'http://www.microsoft.com/GroupPolicy/GPOOperations';
  const file = (path: string): string =>
    `<FSObjectFile bkp:Path="%GPO_MACH_FSPATH%\\${path}" bkp:Location="DomainSysvol\\GPO\\Machine\\${path}"/>`;
  const directory = (path: string): string =>
    `<FSObjectDir bkp:Path="%GPO_MACH_FSPATH%\\${path}" bkp:Location="DomainSysvol\\GPO\\Machine\\${path}"/>`;
  return `<?xml version="1.0" encoding="utf-8"?>
<GroupPolicyBackupScheme bkp:version="2.0" bkp:type="GroupPolicyBackupTemplate" xmlns:bkp="${space}" xmlns="${space}">
  <GroupPolicyObject><SecurityGroups/><FilePaths/><GroupPolicyCoreSettings><ID>${cdata(guidOf('policy', id))}</ID><Domain>${cdata(domain)}</Domain><SecurityDescriptor></SecurityDescriptor><DisplayName>${cdata(name)}</DisplayName><Options>${cdata(userSettingsDisabled ? '1' : '0')}</Options><UserVersionNumber>${cdata('0')}</UserVersionNumber><MachineVersionNumber>${cdata('65537')}</MachineVersionNumber><MachineExtensionGuids>${cdata(machineExtensions)}</MachineExtensionGuids><UserExtensionGuids/><WMIFilter/></GroupPolicyCoreSettings>
    <GroupPolicyExtension bkp:ID="${scriptsExtension}" bkp:DescName="Scripts">
      ${directory('Scripts')}
      ${file('Scripts\\scripts.ini')}
      ${directory('Scripts\\Startup')}
      ${file(`Scripts\\Startup\\${startupScript.fileName}`)}
    </GroupPolicyExtension>
  </GroupPolicyObject>
</GroupPolicyBackupScheme>
`;
}

/** What the console shows under *View Settings*. */
function report(
  { domain, name, userSettingsDisabled, startupScript }: GroupPolicyPlan,
  id: string,
  at: number,
): string {
  const settings = 'http://www.microsoft.com/GroupPolicy/Settings';
  const time = timeOf(at);
  return `<?xml version="1.0" encoding="utf-8"?>
<GPO xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="${settings}">
  <Identifier>
    <Identifier xmlns="${settings}/Types">${guidOf('policy', id)}</Identifier>
    <Domain xmlns="${settings}/Types">${xmlText(domain)}</Domain>
  </Identifier>
  <Name>${xmlText(name)}</Name>
  <IncludeComments>true</IncludeComments>
  <CreatedTime>${time}</CreatedTime>
  <ModifiedTime>${time}</ModifiedTime>
  <ReadTime>${time}</ReadTime>
  <Computer>
    <VersionDirectory>1</VersionDirectory>
    <VersionSysvol>1</VersionSysvol>
    <Enabled>true</Enabled>
    <ExtensionData>
      <Extension xmlns:q1="${settings}/Scripts" xsi:type="q1:Scripts">
        <q1:Script>
          <q1:Command>${xmlText(startupScript.fileName)}</q1:Command>
          <q1:Parameters>${xmlText(startupScript.parameters)}</q1:Parameters>
          <q1:Type>Startup</q1:Type>
          <q1:Order>0</q1:Order>
          <q1:RunOrder>PSNotConfigured</q1:RunOrder>
        </q1:Script>
      </Extension>
      <Name>Scripts</Name>
    </ExtensionData>
  </Computer>
  <User>
    <VersionDirectory>0</VersionDirectory>
    <VersionSysvol>0</VersionSysvol>
    <Enabled>${userSettingsDisabled ? 'false' : 'true'}</Enabled>
  </User>
</GPO>
`;
}

/** A GUID that is the same again for the same (RFC 9562, version 8). */
function guidOf(kind: string, id: string): string {
  const bytes = createHash('sha256').update(`latchkey roll-out ${kind} ${id}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex').toUpperCase();
  return `{${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}}`;
}
