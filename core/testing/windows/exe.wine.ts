import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { ownWindowsSources } from '#core/hub/installers/windows-program-maker.ts';
import { onFullDisk } from '../full-disk.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import {
  signedCopy,
  startWindowsInstallers,
  until,
  type GeneratedFile,
  type WindowsInstallers,
} from './windows-installers.ts';
import { keptRuntimes, startWine, type Wine } from './wine.ts';

/** The installer as the hub hands it out, in Wine, with a real hub. Slow: not part of the usual tests. */
describe('EXE installer', () => {
  let wine: Wine;
  let windows: WindowsInstallers;
  let installers: GeneratedFile[];
  const folder = temporaryFolder();

  before(async () => {
    wine = startWine();
    windows = await startWindowsInstallers();
    installers = [await windows.generate('exe', 'Berlin'), await windows.generate('exe', 'Berlin')];
  });

  const program = (): string => join(wine.drive, 'Program Files/Latchkey Endpoint/latchkey-endpoint.exe');
  const data = (): string => join(wine.drive, 'ProgramData/Latchkey Endpoint');
  const devices = () => windows.devices();
  const status = async (): Promise<Record<string, unknown>> => {
    const { out, err } = await wine.run(program(), 'status', '--json');
    return JSON.parse(out || `"${err}"`) as Record<string, unknown>;
  };
  it('I2 differs from another only in its configuration, and is a program of Windows', () => {
    const [first, second] = installers.map(({ file }) => readFileSync(file)) as [Buffer, Buffer];
    assert.equal(first.length, second.length);
    assert.ok(first.subarray(0, -4120).equals(second.subarray(0, -4120)));
    assert.ok(!first.subarray(-4120).equals(second.subarray(-4120)));
    assert.equal(first.toString('latin1', 0, 2), 'MZ');
    assert.equal(first.readUInt16LE(first.readUInt32LE(60) + 24 + 68), 2, 'no console');
  });

  it('I3 I4 joins under the computer’s own name, runs as a service, and holds no token afterwards', async () => {
    const { code, err } = await wine.run(installers[0]!.file, '/S');
    assert.equal(code, 0, err);
    const [device, ...others] = await devices();
    assert.ok(device);
    assert.deepEqual(others, []);
    assert.equal(device.nickname, null);
    assert.equal(device.system?.platform, 'windows');
    await until('connected', async () => (await status())['connected'] === true);
    const service = await wine.run(join(wine.drive, 'windows/system32/sc.exe'), 'query', 'LatchkeyEndpoint');
    assert.match(service.out, /RUNNING/);
    const installed = readdirSync(join(program(), '..'));
    assert.ok(!installed.includes('installer.json'));
    const kept = [...readdirSync(data()).filter((name) => name.endsWith('.json'))].map((name) => join(data(), name));
    for (const file of [program(), ...kept]) assert.ok(!readFileSync(file).includes(installers[0]!.token), file);
    const entry = await wine.run(
      join(wine.drive, 'windows/system32/reg.exe'),
      'query',
      'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\LatchkeyEndpoint',
    );
    assert.match(entry.out, /DisplayName\s+REG_SZ\s+Latchkey Endpoint/);
  });

  it('I4 run again, signed now, keeps the device; another installer is refused and changes nothing', async () => {
    const [device] = await devices();
    assert.equal((await wine.run(signedCopy(installers[0]!.file), '/S')).code, 0);
    assert.equal((await wine.run(installers[1]!.file, '/S')).code, 1);
    await until('connected', async () => (await status())['connected'] === true);
    assert.deepEqual(
      (await devices()).map(({ id }) => id),
      [device?.id],
    );
  });

  it('stops and starts by the service manager', async () => {
    assert.equal((await wine.run(program(), 'stop')).code, 0);
    await until('stopped', async () => (await status())['running'] === false);
    assert.equal((await wine.run(program(), 'start')).code, 0);
    await until('connected', async () => (await status())['connected'] === true);
  });

  it('X5 removes itself and leaves nothing', async () => {
    const { code, out, err } = await wine.run(program(), 'remove', '--json');
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), { removed: true, hubTold: true, uninstalled: true });
    assert.deepEqual(await devices(), []);
    await until('no files', () => !existsSync(join(program(), '..')) && !existsSync(data()));
    const left = readdirSync(join(wine.drive, 'Program Files')).filter((name) => name.startsWith('Latchkey'));
    assert.deepEqual(left, []);
    const service = await wine.run(join(wine.drive, 'windows/system32/sc.exe'), 'query', 'LatchkeyEndpoint');
    assert.notEqual(service.code, 0);
  });

  it('I2 that was changed on the way installs nothing', async () => {
    const changed = readFileSync(installers[0]!.file);
    const at = changed.lastIndexOf('"group"');
    changed.write('Parislike'.slice(0, 6), changed.indexOf('Berlin', at), 'latin1');
    const file = join(folder, 'changed.exe');
    writeFileSync(file, changed);
    assert.notEqual((await wine.run(file, '/S')).code, 0);
    assert.ok(!existsSync(program()));
  });

  it('a full disk while the program is made: says which folder it is, and leaves nothing half written', () => {
    const made = temporaryFolder();
    const order = { make: 'program', runtimes: keptRuntimes, sources: ownWindowsSources } as const;
    const { code, args } = onFullDisk(50_000, { ...order, folder: made });
    assert.equal(code, 'file.unwritable');
    assert.equal(args['file'], made);
    assert.match(String(args['reason']), /EFBIG|ENOSPC/);
    assert.deepEqual(readdirSync(made), []);
  });
});
