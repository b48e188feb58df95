import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { needTools } from '#core/testing/debian-tools.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { MsiWriter } from '../../../msi-writer.ts';
import { checkPackage, columnOf, packageCodeOf, propertiesOf } from './check-package.ts';
import { checksum } from './cabinet.ts';
import { compoundFile } from './compound-file.ts';
import { databaseStreams, plainName, streamName } from './database.ts';
import { packageClass } from './msi-package.ts';
import { readPackage } from './read-package.ts';

const group = `Bürö "Süd" & 'Ost' 中文`;
const hubKey = 'K'.repeat(43);
const tokenOf = (letter: string): string => `lk1.${letter.repeat(16)}.${letter.repeat(43)}.${hubKey}`;
const configOf = (letter: string, name = group): string =>
  JSON.stringify({
    hub: 'https://hub.example.com',
    hubKey,
    token: tokenOf(letter),
    group: name,
    signature: 's'.repeat(86),
  });

describe('MSI', () => {
  const folder = temporaryFolder();
  // Long enough for a cabinet of many blocks and a file allocation table that goes on beyond the header; half of it repeats.
  const program = Buffer.concat([randomBytes(4_000_000), Buffer.alloc(1_234_567, 'Latchkey '), randomBytes(4_000_001)]);
  const source = join(folder, 'latchkey-endpoint.exe');
  const writerOf = (version: string): MsiWriter => {
    const endpoint = { version, obstacle: () => Promise.resolve(undefined), file: () => Promise.resolve(source) };
    return new MsiWriter(endpoint, join(folder, 'cache'));
  };
  let writer: MsiWriter;
  before(() => {
    needTools({ msiinfo: 'msitools', msiextract: 'msitools', '7zz': '7zip', osslsigncode: 'osslsigncode' });
    writeFileSync(source, program);
    writer = writerOf('1.2.3');
  });
  let files = 0;
  async function make(config: string, by = writer): Promise<{ file: string; bytes: Buffer }> {
    const artefact = await by.compose(config);
    const bytes = Buffer.concat(await (await artefact.open()).toArray());
    assert.equal(bytes.length, artefact.size);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), artefact.sha256);
    const file = join(folder, `${++files}.msi`);
    writeFileSync(file, bytes);
    return { file, bytes };
  }
  const run = (tool: string, ...args: string[]): string =>
    execFileSync(tool, args, { encoding: 'utf8', timeout: 60_000 });

  it('I3: is a package that msitools read, with every byte of the program and of the configuration', async () => {
    const { file } = await make(configOf('a'));
    const summary = run('msiinfo', 'suminfo', file);
    assert.match(summary, /Template: x64;1033/);
    assert.match(summary, /Subject: Latchkey Endpoint/);
    const out = join(folder, 'out');
    mkdirSync(out);
    run('msiextract', '-C', out, file);
    const installed = join(out, 'Latchkey Endpoint');
    assert.ok(readFileSync(join(installed, 'latchkey-endpoint.exe')).equals(program), 'the program is another one');
    assert.equal(readFileSync(join(installed, 'installer.json'), 'utf8').trim(), configOf('a'));
    const record = JSON.parse(readFileSync(join(installed, 'install.json'), 'utf8')) as Record<string, unknown>;
    const { ProductCode } = propertiesOf(readPackage(readFileSync(file)));
    assert.deepEqual(record, { format: 'msi', version: '1.2.3', files: [], root: '', product: ProductCode });
    assert.match(run('7zz', 't', file), /Everything is Ok/);
  });

  it('D10: keeps the rules that only Windows looks at', async () => {
    assert.deepEqual(checkPackage((await make(configOf('a'))).bytes), []);
    const test = Buffer.concat(await (await writer.composeTest().open()).toArray());
    assert.deepEqual(checkPackage(test), []);
  });

  it('the check of those rules sees what is broken', () => {
    const row = (name: string, value: string) => [name, value];
    const property = (...rows: string[][]) => ({ name: 'Property', columns: ['*Property:s72', 'Value:l0'], rows });
    const { header, rest } = compoundFile(
      '{00000000-0000-0000-0000-000000000000}',
      databaseStreams([property(row('Token', tokenOf('a')), row('ProductCode', 'none'))]),
    );
    const broken = checkPackage(Buffer.concat([header, rest]));
    for (const problem of [/root class/, /ProductCode is no code/, /Token shows the token/, /package code/])
      assert.ok(
        broken.some((each) => problem.test(each)),
        `${problem} is not seen`,
      );
    const good = compoundFile(packageClass, databaseStreams([property(row('A', 'x'), row('B', 'y'))]));
    const bytes = Buffer.concat([good.header, good.rest]);
    assert.ok(!checkPackage(bytes).some((each) => /out of order/.test(each)));
    const stream = readPackage(bytes).streams.get('!Property')!;
    const at = bytes.indexOf(stream);
    const swapped = Buffer.from(bytes);
    swapped.set([...stream.subarray(2, 4), ...stream.subarray(0, 2)], at);
    assert.ok(checkPackage(swapped).some((each) => /Property: row 1 is out of order/.test(each)));
  });

  it('I2: two installers differ only in what is behind the program, and in token, configuration and codes', async () => {
    const [one, two] = [await make(configOf('a')), await make(configOf('b'))];
    assert.equal(one.bytes.length, two.bytes.length);
    const [first, second] = [readPackage(one.bytes), readPackage(two.bytes)];
    const different = [...first.streams.keys()].filter(
      (name) => !first.streams.get(name)!.equals(second.streams.get(name)!),
    );
    assert.deepEqual(different.sort(), ['\u0005SummaryInformation', '!_StringData', 'config.cab'].sort());
    const [properties, others] = [propertiesOf(first), propertiesOf(second)];
    const changed = Object.keys(properties).filter((name) => properties[name] !== others[name]);
    assert.deepEqual(changed.sort(), ['ENROLL_TOKEN', 'OwnToken', 'ProductCode']);
    assert.notEqual(packageCodeOf(first), packageCodeOf(second));
    const again = await make(configOf('a'));
    assert.ok(again.bytes.equals(one.bytes), 'the same installer is another file');
  });

  it('D10: a newer version has another product code and the same upgrade code, and takes the older one away early', async () => {
    const old = readPackage((await make(configOf('a'))).bytes);
    const next = readPackage((await make(configOf('a'), writerOf('1.3.0'))).bytes);
    assert.notEqual(propertiesOf(old)['ProductCode'], propertiesOf(next)['ProductCode']);
    assert.equal(propertiesOf(old)['UpgradeCode'], propertiesOf(next)['UpgradeCode']);
    const actions = columnOf(next, 'InstallExecuteSequence', 'Action');
    const when = (action: string) =>
      Number(columnOf(next, 'InstallExecuteSequence', 'Sequence')[actions.indexOf(action)]);
    assert.ok(when('InstallInitialize') < when('RemoveExistingProducts'));
    assert.ok(when('RemoveExistingProducts') < when('InstallFiles'));
    for (const action of ['StepAside', 'TakeLeave'])
      assert.ok(when('StopServices') < when(action) && when(action) < when('RemoveFiles'), action);
    // Of the two, one is done: an upgrade keeps what the program has put down.
    const conditions = Object.fromEntries(
      columnOf(old, 'InstallExecuteSequence', 'Condition').map((condition, at) => [actions[at], condition]),
    );
    assert.match(String(conditions['TakeLeave']), /AND NOT UPGRADINGPRODUCTCODE$/);
    assert.match(String(conditions['StepAside']), /UPGRADINGPRODUCTCODE OR NOT REMOVE="ALL"/);
    assert.deepEqual(columnOf(next, 'Upgrade', 'Remove').filter(Boolean), ['Main']);
    assert.ok(when('InstallServices') < when('StartServices'));
  });

  it('I4: the token can be given otherwise, is hidden, and is written nowhere unless it is another one', async () => {
    const msi = readPackage((await make(configOf('a'))).bytes);
    const properties = propertiesOf(msi);
    assert.equal(properties['ENROLL_TOKEN'], tokenOf('a'));
    assert.ok(properties['SecureCustomProperties']!.split(';').includes('ENROLL_TOKEN'));
    const index = columnOf(msi, 'Component', 'Component').indexOf('Token');
    assert.equal(columnOf(msi, 'Component', 'Condition')[index], 'ENROLL_TOKEN <> OwnToken');
    assert.deepEqual(columnOf(msi, 'MsiLockPermissionsEx', 'LockObject').sort(), ['Config', 'Token']);
    // Nowhere but in the properties and in the configuration, which nobody but administrators can read.
    const holding = [...msi.streams].filter(([, content]) => content.includes(tokenOf('a'))).map(([name]) => name);
    assert.deepEqual(holding.sort(), ['!_StringData', 'config.cab']);
  });

  it('D4: the test package joins nothing: no service, no token, no program', async () => {
    const artefact = writer.composeTest();
    const bytes = Buffer.concat(await (await artefact.open()).toArray());
    assert.equal(createHash('sha256').update(bytes).digest('hex'), artefact.sha256);
    const file = join(folder, 'test.msi');
    writeFileSync(file, bytes);
    const out = join(folder, 'test');
    mkdirSync(out);
    run('msiextract', '-C', out, file);
    assert.match(readFileSync(join(out, 'Latchkey Endpoint Test/about-this-test.txt'), 'utf8'), /joins nothing/);
    const msi = readPackage(bytes);
    assert.deepEqual(
      ['ServiceInstall', 'ServiceControl', 'CustomAction'].filter((name) => msi.tables.has(name)),
      [],
    );
    assert.equal(bytes.includes('lk1.'), false);
    const real = propertiesOf(readPackage((await make(configOf('a'))).bytes));
    assert.notEqual(propertiesOf(msi)['UpgradeCode'], real['UpgradeCode']);
    assert.equal(msi.streams.has('Icon.Latchkey.ico'), true);
  });

  it('any name of a group goes in; a configuration that is too long is said', async () => {
    for (const name of [`"; DROP --`, 'a&b<c>', '中文'.repeat(100), `it's`]) {
      const { bytes } = await make(configOf('a', name));
      assert.deepEqual(checkPackage(bytes), []);
      assert.ok(bytes.includes(JSON.stringify(name)));
    }
    await assert.rejects(make(configOf('a', '中'.repeat(2000))), RangeError);
  });

  it('names of streams can be read back', () => {
    for (const name of ['Icon.Latchkey.ico', 'program.cab', '_StringPool', 'a', 'ab', 'a b-c'])
      assert.equal(plainName(streamName(name, true)), name);
  });

  it('the checksum of a cabinet is that of the format', () => {
    // The odd bytes at the end stand the other way round.
    assert.equal(checksum(Buffer.from([1, 2, 3, 4]), 0), 0x04030201);
    assert.equal(checksum(Buffer.from([1, 2, 3, 4, 5, 6]), 0), (0x04030201 ^ 0x0506) >>> 0);
    assert.equal(checksum(Buffer.from([0xff, 0xff, 0xff, 0xff]), 1), 0xfffffffe);
  });
});
