import type { Cell, Table } from './database.ts';

/*
 * The tables of Windows Installer that packages here use, with their columns as
 * learn.microsoft.com/windows/win32/msi/database-tables has them.
 */
const columns = {
  Component: ['*Component:s72', 'ComponentId:S38', 'Directory_:s72', 'Attributes:i2', 'Condition:S255', 'KeyPath:S72'],
  CustomAction: ['*Action:s72', 'Type:i2', 'Source:S72', 'Target:S255', 'ExtendedType:I4'],
  Directory: ['*Directory:s72', 'Directory_Parent:S72', 'DefaultDir:l255'],
  Feature: [
    ...['*Feature:s38', 'Feature_Parent:S38', 'Title:L64', 'Description:L255', 'Display:I2', 'Level:i2'],
    ...['Directory_:S72', 'Attributes:i2'],
  ],
  FeatureComponents: ['*Feature_:s38', '*Component_:s72'],
  File: [
    ...['*File:s72', 'Component_:s72', 'FileName:l255', 'FileSize:i4', 'Version:S72', 'Language:S20'],
    ...['Attributes:I2', 'Sequence:i2'],
  ],
  Icon: ['*Name:s72', 'Data:v0'],
  LaunchCondition: ['*Condition:s255', 'Description:l255'],
  Media: ['*DiskId:i2', 'LastSequence:i2', 'DiskPrompt:L64', 'Cabinet:S255', 'VolumeLabel:S32', 'Source:S72'],
  MsiLockPermissionsEx: ['*MsiLockPermissionsEx:s72', 'LockObject:s72', 'Table:s32', 'SDDLText:s0', 'Condition:S255'],
  Property: ['*Property:s72', 'Value:l0'],
  Registry: ['*Registry:s72', 'Root:i2', 'Key:l255', 'Name:L255', 'Value:L0', 'Component_:s72'],
  ServiceControl: [...['*ServiceControl:s72', 'Name:l255', 'Event:i2', 'Arguments:L255', 'Wait:I2', 'Component_:s72']],
  ServiceInstall: [
    ...['*ServiceInstall:s72', 'Name:s255', 'DisplayName:L255', 'ServiceType:i4', 'StartType:i4', 'ErrorControl:i4'],
    ...['LoadOrderGroup:S255', 'Dependencies:S255', 'StartName:S255', 'Password:S255', 'Arguments:S255'],
    ...['Component_:s72', 'Description:L255'],
  ],
  Upgrade: [
    ...['*UpgradeCode:s38', '*VersionMin:S20', '*VersionMax:S20', '*Language:S255', '*Attributes:i4', 'Remove:S255'],
    'ActionProperty:s72',
  ],
} satisfies Record<string, readonly string[]>;

const sequence = ['*Action:s72', 'Condition:S255', 'Sequence:I2'];

export const table = (name: keyof typeof columns, ...rows: Cell[][]): Table => ({ name, columns: columns[name], rows });

/** When what is done: `[action, number]`, or `[action, number, condition]`. */
export const sequenceTable = (name: string, ...actions: [string, number, string?][]): Table => ({
  name,
  columns: sequence,
  rows: actions.map(([action, number, condition]) => [action, condition ?? null, number]),
});
