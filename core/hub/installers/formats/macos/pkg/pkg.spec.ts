import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { needTools } from '#core/testing/debian-tools.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { PkgWriter } from '../../../pkg-writer.ts';

const group = `Bürö "Süd" & 'Ost' <1> 中文`;

describe('PKG', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'endpoint.pkg');
  const parts = join(folder, 'parts');
  const config = JSON.stringify({ group, token: 'lk1.a' });
  let writer: PkgWriter;
  const run = (tool: string, args: string[], cwd = folder, input?: Buffer): string =>
    execFileSync(tool, args, { encoding: 'latin1', timeout: 60_000, cwd, stdio: 'pipe', ...(input && { input }) });
  async function make(text: string): Promise<Buffer> {
    const artefact = await writer.compose(text);
    const bytes = Buffer.concat(await (await artefact.open()).toArray());
    assert.equal(bytes.length, artefact.size);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), artefact.sha256);
    return bytes;
  }
  before(async () => {
    needTools({ '7zz': '7zip', bsdtar: 'libarchive-tools', cpio: 'cpio', xmllint: 'libxml2-utils' });
    for (const name of ['arm64', 'x64']) {
      writeFileSync(join(folder, name), randomBytes(500_001));
      for (const part of ['pty', 'helper']) writeFileSync(join(folder, `${part}-${name}`), randomBytes(5000));
    }
    writeFileSync(join(folder, 'endpoint.cjs'), '// the endpoint');
    mkdirSync(join(folder, 'consent'));
    writeFileSync(join(folder, 'consent/index.html'), '<!doctype html>');
    const runtimes = {
      get: (target: string) => {
        const name = target.replace('darwin-', '');
        const files = (name.startsWith('pty-') ? [name, name.replace('pty', 'helper')] : [name]).map((each) =>
          join(folder, each),
        );
        return Promise.resolve({ file: files[0]!, files, version: '26.0.0', sha512: '' });
      },
    };
    const payload = { endpoint: join(folder, 'endpoint.cjs'), page: join(folder, 'consent'), version: '1.2.3' };
    writer = new PkgWriter(runtimes, payload, join(folder, 'cache'));
    writeFileSync(file, await make(config));
    mkdirSync(parts);
    run('bsdtar', ['-xf', file, '-C', parts]);
  });
  const component = (name: string): string => join(parts, 'latchkey-endpoint.pkg', name);
  function unpack(archive: string, name: string): string {
    const out = join(folder, name);
    mkdirSync(out, { recursive: true });
    run('sh', ['-c', `gzip -dc '${component(archive)}' | cpio -idm --quiet`], out);
    return out;
  }

  it('I3: is a xar whose checksums are right, with XML that is well-formed', () => {
    assert.match(run('7zz', ['t', file]), /Everything is Ok/);
    run('xmllint', ['--noout', join(parts, 'Distribution'), component('PackageInfo')]);
    run('xmllint', ['--noout', '--nonet', join(import.meta.dirname, 'latchkey-endpoint.plist')]);
    assert.match(readFileSync(join(parts, 'Distribution'), 'utf8'), /hostArchitectures="arm64,x86_64"/);
    assert.match(readFileSync(component('PackageInfo'), 'utf8'), /version="1\.2\.3"/);
  });

  it('I3: carries both stock runtimes, byte for byte, and the daemon', () => {
    const out = unpack('Payload', 'payload');
    for (const name of ['arm64', 'x64']) {
      const carried = join(out, `opt/latchkey-endpoint/node-${name}`);
      assert.ok(readFileSync(carried).equals(readFileSync(join(folder, name))));
      assert.equal(statSync(carried).mode & 0o777, 0o755);
      for (const [part, file] of [
        ['pty', 'pty.node'],
        ['helper', 'spawn-helper'],
      ] as const) {
        const native = join(out, `opt/latchkey-endpoint/pty/darwin-${name}`, file);
        assert.ok(readFileSync(native).equals(readFileSync(join(folder, `${part}-${name}`))), native);
        assert.equal(statSync(native).mode & 0o777, 0o755, 'what opens terminals has to be executable');
      }
    }
    const daemon = readFileSync(join(out, 'Library/LaunchDaemons/latchkey-endpoint.plist'), 'utf8');
    const [, program] = /<array>\s*<string>([^<]+)<\/string>/.exec(daemon) ?? [];
    assert.equal(program, '/opt/latchkey-endpoint/node', 'root runs nothing out of a folder that may be somebody’s');
    assert.equal(existsSync(join(out, 'opt/latchkey-endpoint/installer.json')), false, 'it is not for everybody');
  });

  for (const [processor, flag] of [
    ['arm64', '1'],
    ['x64', '0'],
  ] as const) {
    it(`I4: once installed, ${processor} has its runtime and the configuration, which is closed`, () => {
      const scripts = unpack('Scripts', `scripts-${processor}`);
      const volume = unpack('Payload', `volume ${processor}`);
      const install = (): void => {
        const env = { ...process.env, LATCHKEY_PROCESSOR: flag };
        execFileSync('sh', [join(scripts, 'postinstall'), file, '/', volume, '/'], { env, stdio: 'pipe' });
      };
      install();
      const program = join(volume, 'opt/latchkey-endpoint');
      assert.ok(readFileSync(join(program, 'node')).equals(readFileSync(join(folder, processor))));
      assert.equal(existsSync(join(program, 'node-arm64')) || existsSync(join(program, 'node-x64')), false);
      assert.deepEqual(readdirSync(join(program, 'pty')), [`darwin-${processor}`], 'X1: the other processor’s stays');
      assert.equal(readFileSync(join(program, 'installer.json'), 'utf8').trimEnd(), config);
      assert.equal(statSync(join(program, 'installer.json')).mode & 0o777, 0o600);
      assert.equal(
        (JSON.parse(readFileSync(join(program, 'install.json'), 'utf8')) as { format: string }).format,
        'pkg',
      );
      // Again, as an update: a computer that has joined keeps no token.
      const data = join(volume, 'Library/Application Support/Latchkey Endpoint');
      mkdirSync(data, { recursive: true });
      writeFileSync(join(data, 'enrolment.json'), '{}');
      unpack('Payload', `volume ${processor}`);
      install();
      assert.equal(existsSync(join(program, 'installer.json')), false);
      chmodSync(program, 0o755);
    });
  }

  it('the bill of materials has every file, with the checksums of cksum', () => {
    const bom = readFileSync(component('Bom'));
    assert.equal(bom.toString('latin1', 0, 8), 'BOMStore');
    for (const [name, path] of [
      ['arm64', 'node-arm64'],
      ['endpoint.cjs', 'latchkey-endpoint.cjs'],
    ] as const) {
      assert.ok(bom.includes(`${path}\0`), `${path} is missing`);
      const [checksum, size] = run('cksum', [join(folder, name)])
        .split(' ')
        .map(Number);
      const known = Buffer.alloc(13);
      known.writeUInt32BE(size!, 0);
      known.writeUInt8(1, 4);
      known.writeUInt32BE(checksum!, 5);
      assert.ok(bom.includes(known.subarray(0, 9)), `the checksum of ${path} is another one`);
    }
    const [blocks, indexAt, indexLength] = [12, 16, 20].map((at) => bom.readUInt32BE(at)) as [number, number, number];
    assert.equal(bom.readUInt32BE(indexAt), blocks + 1);
    assert.equal(indexAt + indexLength, bom.length);
    for (let block = 1; block <= blocks; block++) {
      const [at, length] = [bom.readUInt32BE(indexAt + 4 + block * 8), bom.readUInt32BE(indexAt + 8 + block * 8)];
      assert.ok(at >= 512 && at + length <= indexAt, `block ${block} lies outside`);
    }
  });

  it('I2: two installers have one payload, and each its own configuration', async () => {
    const [one, two] = [await make(config), await make(JSON.stringify({ group: '中文', token: 'lk1.b' }))];
    const payload = readFileSync(component('Payload'));
    for (const bytes of [one, two]) assert.ok(bytes.subarray(-payload.length).equals(payload));
    assert.ok((await make(config)).equals(one));
    assert.equal(one.equals(two), false);
  });

  it('says what is missing', async () => {
    const runtimes = { get: () => Promise.reject(new Error('unused')) };
    const payload = { endpoint: join(folder, 'not built'), page: join(folder, 'consent'), version: '1' };
    assert.equal((await new PkgWriter(runtimes, payload, folder).obstacle())?.code, 'installer.endpointMissing');
  });
});
