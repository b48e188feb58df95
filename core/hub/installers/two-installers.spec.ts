import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { ExeWriter } from './exe-writer.ts';
import { packageCodeOf, propertiesOf } from './formats/windows/msi/check-package.ts';
import { readPackage } from './formats/windows/msi/read-package.ts';
import type { InstallerWriter } from './installer-writer.ts';
import { linuxPayloadCache } from './linux-payload.ts';
import { LinuxWriter } from './linux-writer.ts';
import { MsiWriter } from './msi-writer.ts';
import { PkgWriter } from './pkg-writer.ts';

const hubKey = 'K'.repeat(43);
const tokenOf = (letter: string): string => `lk1.${letter.repeat(16)}.${letter.repeat(43)}.${hubKey}`;
const signatureOf = (letter: string): string => letter.repeat(86);
const configOf = (letter: string): string =>
  JSON.stringify({
    hub: 'https://hub.example.com',
    hubKey,
    token: tokenOf(letter),
    group: 'Büro',
    signature: signatureOf(letter),
  });

/**
 * Bytes of checksums that follow from the token: RUN its SHA-256; DEB the CRC-32 of a gzip member; PKG that, two SHA-1 of the
 * scripts in the table, the table's Adler-32 and its SHA-1; MSI the checksum of the cabinet's block.
 */
const checksums = { exe: 0, msi: 4, pkg: 4 + 2 * 40 + 4 + 20, deb: 4, run: 64 } as const;

describe('Two installers of a version', () => {
  const folder = temporaryFolder();
  let writers: InstallerWriter[];
  before(() => {
    const file = (name: string, content: Buffer | string): string => {
      writeFileSync(join(folder, name), content, { mode: 0o755 });
      return join(folder, name);
    };
    const version = '1.2.3';
    const endpoint = file('endpoint.cjs', '// the endpoint');
    const page = join(folder, 'consent');
    mkdirSync(page);
    file('consent/index.html', '<!doctype html>');
    const runtime = { file: file('node', randomBytes(300_000)), platform: 'linux', architecture: 'x64' };
    const program = file('latchkey-endpoint.exe', randomBytes(300_001));
    const linux = { runtime, endpoint, page, version };
    const cache = linuxPayloadCache(join(folder, 'linux'), linux);
    const windows = { version, obstacle: () => Promise.resolve(undefined), file: () => Promise.resolve(program) };
    const runtimes = {
      get: () => Promise.resolve({ file: runtime.file, files: [runtime.file], version: '26.0.0', sha512: '' }),
    };
    writers = [
      new ExeWriter(windows),
      new MsiWriter(windows, join(folder, 'msi')),
      new PkgWriter(runtimes, linux, join(folder, 'pkg')),
      new LinuxWriter('deb', linux, cache),
      new LinuxWriter('run', linux, cache),
    ];
  });

  for (const format of ['exe', 'msi', 'pkg', 'deb', 'run'] as const) {
    it(`I2: differ only where the token is (${format})`, async () => {
      const writer = writers.find((each) => each.format === format)!;
      const make = async (letter: string): Promise<Buffer> =>
        Buffer.concat(await (await (await writer.compose(configOf(letter))).open()).toArray());
      const [one, two, again] = [await make('a'), await make('b'), await make('a')];
      assert.ok(one.equals(again), 'the same installer is another file');
      assert.equal(one.length, two.length);
      const varying = [tokenOf('a'), signatureOf('a')];
      if (format === 'msi') varying.push(...codesOf(one));
      const covered = new Uint8Array(one.length);
      for (const text of varying) {
        let found = 0;
        for (let at = one.indexOf(text); at >= 0; at = one.indexOf(text, at + 1), found++)
          covered.fill(1, at, at + text.length);
        assert.ok(found > 0, `${text} is not in it`);
      }
      const others = [...one.keys()].filter((at) => one[at] !== two[at] && covered[at] === 0);
      assert.ok(others.length <= checksums[format], `${others.length} more bytes differ, from ${others.join()}`);
    });
  }
});

/** Windows knows a package, and what it installs, by these: each installer has its own. */
function codesOf(file: Buffer): string[] {
  const msi = readPackage(file);
  return [propertiesOf(msi)['ProductCode']!, packageCodeOf(msi)];
}
