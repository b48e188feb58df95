import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { propertiesOf } from '#core/hub/installers/formats/windows/msi/check-package.ts';
import { readPackage } from '#core/hub/installers/formats/windows/msi/read-package.ts';
import { MsiWriter } from '#core/hub/installers/msi-writer.ts';
import { WindowsProgramMaker } from '#core/hub/installers/windows-program-maker.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import {
  signedCopy,
  startWindowsInstallers,
  until,
  type GeneratedFile,
  type WindowsInstallers,
} from './windows-installers.ts';
import { startWine, type Wine, type WineOutcome } from './wine.ts';

const uninstallKey = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

/** The package as the hub hands it out, installed by Wine's Windows Installer, with a real hub. Slow: not part of the usual tests. */
describe('MSI installer', () => {
  let wine: Wine;
  let windows: WindowsInstallers;
  let first: GeneratedFile;
  let second: GeneratedFile;
  const folder = temporaryFolder();
  const cache = temporaryFolder();

  before(async () => {
    wine = startWine();
    windows = await startWindowsInstallers();
    first = await windows.generate('msi', 'Berlin');
    second = await windows.generate('msi', 'Hamburg');
  });

  const system = (program: string): string => join(wine.drive, 'windows/system32', program);
  const programFolder = (): string => join(wine.drive, 'Program Files/Latchkey Endpoint');
  const program = (): string => join(programFolder(), 'latchkey-endpoint.exe');
  const data = (): string => join(wine.drive, 'ProgramData/Latchkey Endpoint');
  const msiexec = (...args: string[]): Promise<WineOutcome> => wine.run(system('msiexec.exe'), ...args);
  const install = async (file: string, ...properties: string[]): Promise<void> => {
    const { code, out, err } = await msiexec('/i', windowsPath(file), '/qn', ...properties);
    assert.equal(code, 0, `${out}${err}`);
  };
  const status = async (): Promise<Record<string, unknown>> => {
    const { out, err } = await wine.run(program(), 'status', '--json');
    return JSON.parse(out || `"${err}"`) as Record<string, unknown>;
  };
  const connected = () => until('connected', async () => (await status())['connected'] === true);
  const entries = async (): Promise<string> => (await wine.run(system('reg.exe'), 'query', uninstallKey, '/s')).out;
  /** Files and folders of the endpoint. */
  const left = (): string[] =>
    ['Program Files', 'ProgramData'].flatMap((folder) =>
      readdirSync(join(wine.drive, folder), { recursive: true })
        .map(String)
        .filter((name) => name.startsWith('Latchkey')),
    );
  const identity = (): string => readFileSync(join(data(), 'identity.json'), 'utf8');

  it('I3 I4 D10 installs in silence: a service that answers, a device under the computer’s own name, no token left', async () => {
    await install(first.file);
    const service = await wine.run(system('sc.exe'), 'query', 'LatchkeyEndpoint');
    assert.match(service.out, /RUNNING/);
    await connected();
    const devices = await windows.devices();
    assert.deepEqual(
      devices.map(({ hostName, nickname, system: { platform } = {} }) => ({ hostName, nickname, platform })),
      [{ hostName: hostname(), nickname: null, platform: 'windows' }],
    );
    assert.deepEqual(readdirSync(programFolder()).sort(), [
      'consent',
      'install.json',
      'koffi.node',
      'latchkey-endpoint.exe',
    ]);
    for (const name of readdirSync(data()).filter((name) => name.endsWith('.json')))
      assert.ok(!readFileSync(join(data(), name)).includes(first.token), name);
    const listed = await entries();
    assert.match(listed, /DisplayName\s+REG_SZ\s+Latchkey Endpoint/);
    assert.match(listed, /Publisher\s+REG_SZ\s+Latchkey/);
  });

  it('D10 a newer version takes the place of the older one: same key, same device, one entry among the programs', async () => {
    const [before] = await windows.devices();
    const key = identity();
    await install(await ofVersion('99.1.0'));
    await connected();
    assert.equal(identity(), key);
    assert.deepEqual(
      (await windows.devices()).map(({ id }) => id),
      [before?.id],
    );
    const listed = await entries();
    assert.equal(listed.match(/DisplayName\s+REG_SZ\s+Latchkey Endpoint\s*$/gm)?.length, 1);
    assert.match(listed, /DisplayVersion\s+REG_SZ\s+99\.1\.0/);
    await until('no token', () => !existsSync(join(programFolder(), 'installer.json')));
  });

  it('D10 an older version is refused and changes nothing', async () => {
    const { code } = await msiexec('/i', windowsPath(first.file), '/qn');
    assert.notEqual(code, 0);
    assert.match(await entries(), /DisplayVersion\s+REG_SZ\s+99\.1\.0/);
    await connected();
  });

  it('X5 removed, it says good-bye and leaves nothing: no files, service, entry, data, key', async () => {
    const newest = await ofVersion('99.1.0');
    const { code, out, err } = await msiexec('/x', windowsPath(newest), '/qn');
    assert.equal(code, 0, `${out}${err}`);
    await untilGone();
    assert.deepEqual(await windows.devices(), []);
  });

  it('D1 a signed package, and a command line that names another installer: the computer joins that one’s group', async () => {
    await install(signedCopy(first.file), `ENROLL_TOKEN=${second.token}`);
    await connected();
    const devices = await windows.devices();
    assert.deepEqual(
      devices.map(({ group }) => group),
      [second.group],
    );
    const key = await wine.run(system('reg.exe'), 'query', 'HKLM\\SOFTWARE\\Latchkey Endpoint');
    assert.notEqual(key.code, 0, key.out);
  });

  it('X5 its own command for removing takes the package away as well', async () => {
    const { code, out, err } = await wine.run(program(), 'remove', '--json');
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), { removed: true, hubTold: true, uninstalled: true });
    await untilGone();
    assert.deepEqual(await windows.devices(), []);
  });

  it('D4 the test package goes through the motions and joins nothing', async () => {
    const file = await windows.fetchTest(first.installer, 'msi');
    await install(file);
    const note = join(wine.drive, 'Program Files/Latchkey Endpoint Test/about-this-test.txt');
    assert.match(readFileSync(note, 'utf8'), /joins nothing/);
    assert.match(await entries(), /DisplayName\s+REG_SZ\s+Latchkey Endpoint Test/);
    assert.ok(!existsSync(programFolder()) && !existsSync(data()));
    assert.notEqual((await wine.run(system('sc.exe'), 'query', 'LatchkeyEndpoint')).code, 0);
    assert.deepEqual(await windows.devices(), []);
    assert.equal((await msiexec('/x', windowsPath(file), '/qn')).code, 0);
    assert.ok(!existsSync(join(note, '..')));
    assert.doesNotMatch(await entries(), /Latchkey/);
  });

  // Windows leaves properties that MsiHiddenProperties names out of its logs; Wine writes all of them whatever it says, so that
  // here it can only be seen that nothing but those lines has the token. That they are named is in `msi.spec.ts`.
  it('writes the token into no log, but for the properties that Windows hides', async () => {
    const log = join(folder, 'install.log');
    await install(first.file, '/l*v', windowsPath(log));
    const lines = readFileSync(log, 'utf8').split('\n');
    assert.ok(lines.length > 50, 'that is no log');
    const hidden = propertiesOf(readPackage(readFileSync(first.file)))['MsiHiddenProperties']!.split(';');
    const telling = lines.filter((line) => line.includes(first.token));
    assert.deepEqual(
      telling
        .map((line) => /^Property\(\w\): (\w+) = /.exec(line)?.[1] ?? line)
        .filter((name) => !hidden.includes(name)),
      [],
    );
  });

  async function untilGone(): Promise<void> {
    await until('no files', () => left().length === 0).catch((error: Error) =>
      assert.fail(`${error.message}: ${left().join()}`),
    );
    assert.notEqual((await wine.run(system('sc.exe'), 'query', 'LatchkeyEndpoint')).code, 0);
    assert.doesNotMatch(await entries(), /Latchkey/);
    const key = await wine.run(system('reg.exe'), 'query', 'HKLM\\SOFTWARE\\Latchkey Endpoint');
    assert.notEqual(key.code, 0, key.out);
  }

  /** The first installer's package as a later hub will make it. */
  async function ofVersion(version: string): Promise<string> {
    const maker = windows.hub.get(WindowsProgramMaker);
    const endpoint = { version, obstacle: () => maker.obstacle(), file: () => maker.file() };
    const package_ = readFileSync(first.file);
    // It stands in the package as it is, padded with spaces.
    const config = package_.toString('utf8', package_.indexOf('{"hub":')).split('\n', 1)[0]!;
    const artefact = await new MsiWriter(endpoint, cache).compose(config);
    const file = join(folder, `${version}.msi`);
    writeFileSync(file, Buffer.concat(await (await artefact.open()).toArray()));
    return file;
  }
});

const windowsPath = (file: string): string => `Z:${file.replaceAll('/', '\\')}`;
