import { createHash } from 'node:crypto';
import { windowsInstallation } from '#protocol/installers.ts';
import type { Table } from './database.ts';
import { newerIsThere, windowsTooOld } from './launch-conditions.ts';
import { sequenceTable, table } from './msi-tables.ts';

/*
 * The two packages: the endpoint, and the one that a roll-out is tried with. What every package needs is in `commonTables`.
 * Attributes and orders: learn.microsoft.com/windows/win32/msi/database-tables and …/suggested-installexecutesequence.
 */

/** The root's class: what Windows knows a package by. */
export const packageClass = '{000C1084-0000-0000-C000-000000000046}';

/** They never change: by them Windows finds the version that is there, and the parts of it. */
const upgradeCodes = {
  endpoint: '{6B3D0C0A-5E0B-4B0F-9C1B-2F7D3E9A4C51}',
  test: '{D2A7B0F4-8C55-4E0A-8F0E-7B1C6A93E2D8}',
} as const;
const componentIds = {
  program: '{A1F4B6C2-3D57-4E8E-9B21-60C7D5E8F3A9}',
  config: '{5C9E2D71-B4A8-4F36-8D0F-1A7B3C6E9D24}',
  token: '{E87A3B15-62CD-4D9A-A4F7-9C05B1D2E6F8}',
  test: '{37D1C8E4-0F9B-4A62-B5E3-8D6A2C4F7190}',
} as const;

/** Nobody but the system and administrators. */
const closedFile = 'D:P(A;;FA;;;SY)(A;;FA;;;BA)';
const closedKey = 'D:P(A;;KA;;;SY)(A;;KA;;;BA)';

const feature = 'Main';
const sixtyFourBit = 256;
const keyPathInRegistry = 4;
const vital = 512;
const localMachine = 2;
/** The whole range of versions, its ends too; and to find alone, not to remove. */
const [includingBoth, detectOnly] = [0x300, 2];

export interface PackageFile {
  /** The key in the table, and the name in the cabinet. */
  readonly key: string;
  readonly size: number;
}

export interface PackageIdentity {
  readonly version: string;
  readonly productCode: string;
  /** The icon among the installed programs, an `.ico` file. */
  readonly icon: Buffer;
}

/** A code that is another one whenever one of the parts is, and the same again for the same: made once, it stays true. */
export function codeOf(...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80; // RFC 9562, version 8
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex').toUpperCase();
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `{${groups.join('-')}}`;
}

/** The files of the endpoint's package; the first comes from the program's cabinet, the others from the installer's own. */
export const endpointFiles = { program: 'Program', config: 'Config', record: 'Record' } as const;

/**
 * @param sizes bytes of `endpointFiles`
 * @param token what the computer joins with
 */
export function endpointTables(
  identity: PackageIdentity,
  sizes: Readonly<Record<keyof typeof endpointFiles, number>>,
  token: string,
): Table[] {
  const { folder, program, service, registryKey, tokenValue, leaveCommand, stepAsideCommand } = windowsInstallation;
  const removed = 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE';
  const replaced = 'REMOVE AND (UPGRADINGPRODUCTCODE OR NOT REMOVE="ALL")';
  return [
    ...commonTables(identity, upgradeCodes.endpoint, folder, {
      properties: [
        ['ENROLL_TOKEN', token],
        ['OwnToken', token],
        ['MsiHiddenProperties', 'ENROLL_TOKEN;OwnToken'],
        ['SecureCustomProperties', 'ENROLL_TOKEN;NEWERFOUND;OLDERFOUND'],
      ],
      actions: [
        ['StopServices', 1900],
        ['DeleteServices', 2000],
        ['StepAside', 3390, replaced],
        ['TakeLeave', 3400, removed],
        ['InstallServices', 5800],
        ['StartServices', 5900],
      ],
    }),
    table(
      'Component',
      ['ConfigFile', componentIds.config, 'INSTALLFOLDER', sixtyFourBit, null, endpointFiles.config],
      ['ProgramFile', componentIds.program, 'INSTALLFOLDER', sixtyFourBit, null, endpointFiles.program],
      // Only a token that is not this package's own has to be put anywhere: so nothing is written of it, and nothing logged.
      [
        'Token',
        componentIds.token,
        'INSTALLFOLDER',
        sixtyFourBit + keyPathInRegistry,
        'ENROLL_TOKEN <> OwnToken',
        'Token',
      ],
    ),
    table('FeatureComponents', [feature, 'ConfigFile'], [feature, 'ProgramFile'], [feature, 'Token']),
    table(
      'File',
      [endpointFiles.program, 'ProgramFile', `LATCHK~1.EXE|${program}`, sizes.program, null, null, vital, 1],
      [endpointFiles.config, 'ConfigFile', 'INSTAL~1.JSO|installer.json', sizes.config, null, null, vital, 2],
      [endpointFiles.record, 'ProgramFile', 'INSTAL~2.JSO|install.json', sizes.record, null, null, vital, 3],
    ),
    table('Media', [1, 1, null, '#program.cab', null, null], [2, 3, null, '#config.cab', null, null]),
    table('Registry', ['Token', localMachine, registryKey, tokenValue, '[ENROLL_TOKEN]', 'Token']),
    table(
      'MsiLockPermissionsEx',
      ['ConfigFile', endpointFiles.config, 'File', closedFile, null],
      ['Token', 'Token', 'Registry', closedKey, null],
    ),
    table('ServiceInstall', [
      ...['Service', service, folder, 0x10, 2, 0x8001, null, null, null, null, 'service', 'ProgramFile'],
      'Keeps this computer reachable for the technicians of its device group.',
    ]),
    table(
      'ServiceControl',
      // Not waited for: a service that can't reach its hub is no reason to take everything back.
      ['Start', service, 0x1, null, 0, 'ProgramFile'],
      // Stopped before anything is replaced or removed; deleted with the product.
      ['Stop', service, 0x2 | 0x20 | 0x80, null, 1, 'ProgramFile'],
    ),
    // Deferred, as the system, and no failure where it fails: 0x12 a file's program, 0x40, 0x400, 0x800.
    table(
      'CustomAction',
      ['StepAside', 0x12 | 0x40 | 0x400 | 0x800, endpointFiles.program, stepAsideCommand, null],
      ['TakeLeave', 0x12 | 0x40 | 0x400 | 0x800, endpointFiles.program, leaveCommand, null],
    ),
  ];
}

export const testFile = 'Note';

/** A package that goes through the motions, share to entry among the programs, and joins nothing. */
export function testTables(identity: PackageIdentity, size: number): Table[] {
  const name = 'Latchkey Endpoint Test';
  return [
    ...commonTables(identity, upgradeCodes.test, name, {
      properties: [
        ['MsiHiddenProperties', 'ENROLL_TOKEN'],
        ['SecureCustomProperties', 'ENROLL_TOKEN;NEWERFOUND;OLDERFOUND'],
      ],
      actions: [],
    }),
    table('Component', ['TestFile', componentIds.test, 'INSTALLFOLDER', sixtyFourBit, null, testFile]),
    table('FeatureComponents', [feature, 'TestFile']),
    table('File', [testFile, 'TestFile', 'ABOUT.TXT|about-this-test.txt', size, null, null, vital, 1]),
    table('Media', [1, 1, null, '#config.cab', null, null]),
    table('Registry', ['Version', localMachine, `SOFTWARE\\${name}`, 'Version', '[ProductVersion]', 'TestFile']),
  ];
}

function commonTables(
  { version, productCode, icon }: PackageIdentity,
  upgradeCode: string,
  name: string,
  own: { readonly properties: [string, string][]; readonly actions: [string, number, string?][] },
): Table[] {
  const short = name.replaceAll(' ', '').slice(0, 6).toUpperCase();
  return [
    table(
      'Property',
      ...own.properties,
      ['ALLUSERS', '1'],
      ['ARPNOMODIFY', '1'],
      ['ARPPRODUCTICON', 'Latchkey.ico'],
      ['INSTALLLEVEL', '1'],
      ['Manufacturer', 'Latchkey'],
      ['ProductCode', productCode],
      ['ProductLanguage', '1033'],
      ['ProductName', name],
      ['ProductVersion', version],
      // The version before goes first, so its files never count as there already, whatever their versions.
      ['REINSTALLMODE', 'amus'],
      ['UpgradeCode', upgradeCode],
    ),
    table(
      'Directory',
      ['INSTALLFOLDER', 'ProgramFiles64Folder', `${short}~1|${name}`],
      ['ProgramFiles64Folder', 'TARGETDIR', '.'],
      ['TARGETDIR', null, 'SourceDir'],
    ),
    table('Feature', [feature, null, name, null, 1, 1, 'INSTALLFOLDER', 0]),
    table('Icon', ['Latchkey.ico', icon]),
    table('LaunchCondition', ...windowsTooOld, ...newerIsThere),
    table(
      'Upgrade',
      // The one feature is the whole product; named, it can be told from a removal where UPGRADINGPRODUCTCODE is not set.
      [upgradeCode, null, version, null, includingBoth, feature, 'OLDERFOUND'],
      [upgradeCode, version, null, null, detectOnly, null, 'NEWERFOUND'],
    ),
    sequenceTable(
      'InstallExecuteSequence',
      ...own.actions,
      ['FindRelatedProducts', 25],
      ['LaunchConditions', 100],
      ['ValidateProductID', 700],
      ['CostInitialize', 800],
      ['FileCost', 900],
      ['CostFinalize', 1000],
      ['MigrateFeatureStates', 1200],
      ['InstallValidate', 1400],
      ['InstallInitialize', 1500],
      // Inside the transaction: where the new version fails, the one before comes back.
      ['RemoveExistingProducts', 1501],
      ['ProcessComponents', 1600],
      ['UnpublishFeatures', 1800],
      ['RemoveRegistryValues', 2600],
      ['RemoveFiles', 3500],
      ['InstallFiles', 4000],
      ['WriteRegistryValues', 5000],
      ['RegisterUser', 6000],
      ['RegisterProduct', 6100],
      ['PublishFeatures', 6300],
      ['PublishProduct', 6400],
      ['InstallFinalize', 6600],
    ),
    sequenceTable(
      'InstallUISequence',
      ['FindRelatedProducts', 25],
      ['LaunchConditions', 100],
      ['ValidateProductID', 700],
      ['CostInitialize', 800],
      ['FileCost', 900],
      ['CostFinalize', 1000],
      ['MigrateFeatureStates', 1200],
      ['ExecuteAction', 1300],
    ),
    sequenceTable(
      'AdminExecuteSequence',
      ['CostInitialize', 800],
      ['FileCost', 900],
      ['CostFinalize', 1000],
      ['InstallValidate', 1400],
      ['InstallInitialize', 1500],
      ['InstallAdminPackage', 3900],
      ['InstallFiles', 4000],
      ['InstallFinalize', 6600],
    ),
    sequenceTable(
      'AdminUISequence',
      ['CostInitialize', 800],
      ['FileCost', 900],
      ['CostFinalize', 1000],
      ['ExecuteAction', 1300],
    ),
    // What Group Policy advertises.
    sequenceTable(
      'AdvtExecuteSequence',
      ['CostInitialize', 800],
      ['CostFinalize', 1000],
      ['InstallValidate', 1400],
      ['InstallInitialize', 1500],
      ['PublishFeatures', 6300],
      ['PublishProduct', 6400],
      ['InstallFinalize', 6600],
    ),
  ];
}
