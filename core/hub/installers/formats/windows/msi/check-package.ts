import { isKey, isStream, isText } from './database.ts';
import { cellOf, readPackage, type ReadPackage } from './read-package.ts';

/** MSI's own class, `{000C1084-0000-0000-C000-000000000046}`, as it stands in a file. */
const packageClass = '84100c0000000000c000000000000046';
const guid = /^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/;

/** Columns whose texts name rows of other tables. */
const references: Readonly<Record<string, string>> = {
  Component_: 'Component',
  Directory_: 'Directory',
  Directory_Parent: 'Directory',
  Feature_: 'Feature',
};

/**
 * What Windows would refuse a package for and the free tools do not look at: the order of rows, the numbers of texts and how
 * often they are used, the code page, the root's class, codes, references between tables, and that the token stays hidden.
 * @returns what is wrong, in words; empty where nothing is
 */
export function checkPackage(file: Buffer): string[] {
  const msi = readPackage(file);
  const problems: string[] = [];
  if (msi.classId.toString('hex') !== packageClass) problems.push(`root class ${msi.classId.toString('hex')}`);
  if (msi.codePage !== 1252) problems.push(`code page ${msi.codePage}`);
  if (new Set(msi.texts).size !== msi.texts.length) problems.push('a text stands in the pool twice');
  problems.push(...checkRows(msi), ...checkUses(msi), ...checkReferences(msi), ...checkProperties(msi));
  return problems;
}

function* checkRows(msi: ReadPackage): Generator<string> {
  for (const [name, { columns, rows }] of msi.tables) {
    const keys = columns.flatMap(({ type }, index) => (isKey(type) ? [index] : []));
    for (const [index, row] of rows.entries()) {
      const before = rows[index - 1];
      const differing = before && keys.find((key) => before[key] !== row[key]);
      if (before && (differing === undefined || before[differing]! > row[differing]!))
        yield `${name}: row ${index} is out of order`;
      for (const [column, value] of row.entries()) {
        const { type, name: title } = columns[column]!;
        if (isText(type) && value >= msi.texts.length) yield `${name}.${title}: there is no text ${value}`;
        if (value === 0 && !(type & 0x1000)) yield `${name}.${title}: row ${index} is empty`;
        if (isStream(type) && !msi.streams.has(`${name}.${msi.texts[row[0]!]}`)) yield `${name}: a stream is missing`;
      }
    }
  }
}

function* checkUses(msi: ReadPackage): Generator<string> {
  const counted = msi.texts.map(() => 0);
  for (const [name, { columns, rows }] of msi.tables) {
    if (name !== '_Columns') counted[msi.texts.indexOf(name)]!++;
    for (const row of rows)
      for (const [i, { type }] of columns.entries()) if (isText(type) && row[i]) counted[row[i]]!++;
  }
  for (const [number, text] of msi.texts.entries())
    if (number > 0 && counted[number] !== msi.uses[number])
      yield `"${text}" is used ${counted[number]} times and counted ${msi.uses[number]} times`;
}

function* checkReferences(msi: ReadPackage): Generator<string> {
  for (const [name, { columns }] of msi.tables) {
    for (const [index, { name: title }] of columns.entries()) {
      const target = references[title];
      if (target === undefined) continue;
      const known = new Set(columnOf(msi, target, target));
      for (const value of columnOf(msi, name, columns[index]!.name))
        if (value !== null && !known.has(value)) yield `${name}.${title}: there is no ${target} ${value}`;
    }
  }
  const cabinets = columnOf(msi, 'Media', 'Cabinet').map((cabinet) => String(cabinet).replace('#', ''));
  for (const cabinet of cabinets) if (!msi.streams.has(cabinet)) yield `the cabinet ${cabinet} is missing`;
  const sequences = columnOf(msi, 'File', 'Sequence')
    .map(Number)
    .sort((a, b) => a - b);
  if (sequences.some((sequence, index) => sequence !== index + 1)) yield `files are numbered ${sequences.join()}`;
  if (Math.max(...columnOf(msi, 'Media', 'LastSequence').map(Number)) !== sequences.length)
    yield 'media and files disagree';
}

function* checkProperties(msi: ReadPackage): Generator<string> {
  const properties = propertiesOf(msi);
  for (const code of ['ProductCode', 'UpgradeCode']) if (!guid.test(properties[code] ?? '')) yield `${code} is no code`;
  if (!guid.test(packageCodeOf(msi))) yield 'the package code is no code';
  for (const code of columnOf(msi, 'Component', 'ComponentId'))
    if (!guid.test(String(code))) yield `${code} is no code`;
  if (properties['ALLUSERS'] !== '1') yield 'it is not installed for the whole computer';
  const secure = (properties['SecureCustomProperties'] ?? '').split(';');
  const hidden = (properties['MsiHiddenProperties'] ?? '').split(';');
  if (!secure.includes('ENROLL_TOKEN') || !hidden.includes('ENROLL_TOKEN')) yield 'the token is not secure and hidden';
  for (const [name, value] of Object.entries(properties))
    if (value.startsWith('lk1.') && !hidden.includes(name)) yield `${name} shows the token`;
  for (const name of columnOf(msi, 'Upgrade', 'ActionProperty'))
    if (!secure.includes(String(name))) yield `${name} does not reach the installation`;
}

/** The values of one column. */
export function columnOf(msi: ReadPackage, table: string, column: string): (string | number | null)[] {
  const { columns, rows } = msi.tables.get(table) ?? { columns: [], rows: [] };
  const index = columns.findIndex(({ name }) => name === column);
  return index < 0 ? [] : rows.map((row) => cellOf(msi, row[index]!, columns[index]!.type));
}

export const propertiesOf = (msi: ReadPackage): Record<string, string> =>
  Object.fromEntries(
    columnOf(msi, 'Property', 'Property').map((name, i) => [name, columnOf(msi, 'Property', 'Value')[i]]),
  ) as Record<string, string>;

/** From the summary: the text of property 9. */
export function packageCodeOf({ streams }: ReadPackage): string {
  const summary = streams.get('\u0005SummaryInformation');
  for (let at = 56; summary && at < 56 + summary.readUInt32LE(52) * 8; at += 8) {
    if (summary.readUInt32LE(at) !== 9) continue;
    const value = 48 + summary.readUInt32LE(at + 4);
    return summary.toString('latin1', value + 8, value + 8 + summary.readUInt32LE(value + 4) - 1);
  }
  return '';
}
