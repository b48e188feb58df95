import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { needTools } from '#core/testing/debian-tools.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { linuxPayloadCache } from '../../linux-payload.ts';
import { LinuxWriter } from '../../linux-writer.ts';

// What the installers do to a computer is tested with a runtime that is a script: it takes the place of Node, not of
// anything of ours.
const runtime = `#!/bin/sh
if [ "$1" = --version ]; then echo v26; exit 0; fi
while [ $# -gt 0 ]; do case "$1" in --config) config=$2 ;; --data) data=$2 ;; esac; shift; done
case "$(cat "$config")" in
  *unreachable*) exit 4 ;;
  *refused*) echo "The installer was revoked." >&2; exit 3 ;;
esac
mkdir -p "$data" && echo '{}' >"$data/enrolment.json" && rm "$config"
`;

interface Outcome {
  readonly code: number;
  readonly output: string;
}
const run = (program: string, ...args: string[]): Promise<Outcome> => runWith(process.env['PATH'], program, ...args);
const runWith = (path: string | undefined, program: string, ...args: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, PATH: path, LC_ALL: 'C' }, timeout: 60_000 };
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
const has = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));

describe('Linux installers', { skip: process.platform !== 'linux' }, () => {
  const folder = temporaryFolder();
  let writers: Record<'run' | 'deb', LinuxWriter>;
  before(() => {
    needTools({ dpkg: 'dpkg', 'dpkg-deb': 'dpkg' });
    writeFileSync(join(folder, 'node'), runtime, { mode: 0o755 });
    writeFileSync(join(folder, 'endpoint.cjs'), '// the endpoint');
    mkdirSync(join(folder, 'consent'));
    mkdirSync(join(folder, `pty/linux-${process.arch}`), { recursive: true });
    writeFileSync(join(folder, `pty/linux-${process.arch}/pty.node`), 'for terminals');
    writeFileSync(join(folder, 'consent/index.html'), '<!doctype html>');
    const payload = {
      runtime: { file: join(folder, 'node'), platform: 'linux', architecture: process.arch },
      endpoint: join(folder, 'endpoint.cjs'),
      page: join(folder, 'consent'),
      version: '1.2.3',
    };
    const cache = linuxPayloadCache(join(folder, 'cache'), payload);
    writers = { run: new LinuxWriter('run', payload, cache), deb: new LinuxWriter('deb', payload, cache) };
  });
  let files = 0;
  async function make(format: 'run' | 'deb', config: string): Promise<string> {
    const artefact = await writers[format].compose(JSON.stringify({ group: config }));
    const bytes = Buffer.concat(await (await artefact.open()).toArray());
    assert.equal(bytes.length, artefact.size);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), artefact.sha256);
    const file = join(folder, `installer-${++files}.${format}`);
    await writeFile(file, bytes);
    return file;
  }
  const shells = ['dash', 'bash', 'sh'].filter(has);

  for (const shell of [...shells, 'busybox']) {
    it(`I4: .run installs below a root with ${shell}, joins, and an update keeps the identity`, async () => {
      const run = shell === 'busybox' ? await runInBusybox() : runWith.bind(undefined, process.env['PATH']);
      const root = join(temporaryFolder(), 'a root, with "quotes" & spaces');
      const file = await make('run', 'Bürö');
      const first = await run(shell, file, '--root', root);
      assert.equal(first.code, 0, first.output);
      const program = join(root, 'opt/latchkey-endpoint');
      assert.deepEqual(readdirSync(program).sort(), [
        'consent',
        'install.json',
        'latchkey-endpoint.cjs',
        'node',
        'pty',
      ]);
      assert.deepEqual(readdirSync(join(program, `pty/linux-${process.arch}`)), ['pty.node']);
      assert.deepEqual(JSON.parse(readFileSync(join(program, 'install.json'), 'utf8')), {
        format: 'run',
        version: '1.2.3',
        root,
        files: [
          '/usr/local/bin/latchkey-endpoint',
          '/etc/systemd/system/latchkey-endpoint.service',
          '/usr/local/share/applications/latchkey-endpoint.desktop',
        ],
      });
      assert.deepEqual(readdirSync(join(root, 'opt')), ['latchkey-endpoint']);
      assert.equal(statSync(join(root, 'usr/local/bin/latchkey-endpoint')).mode & 0o777, 0o755);
      const identity = join(root, 'var/lib/latchkey-endpoint/identity.json');
      writeFileSync(identity, 'kept');
      const again = await run(shell, file, '--root', root);
      assert.equal(again.code, 0, again.output);
      assert.match(again.output, /had joined already/);
      assert.equal(readFileSync(identity, 'utf8'), 'kept');
      assert.deepEqual(readdirSync(program).sort(), [
        'consent',
        'install.json',
        'latchkey-endpoint.cjs',
        'node',
        'pty',
      ]);
    });
  }

  /** Runs a shell script as a computer with nothing but busybox does. */
  async function runInBusybox(): Promise<(shell: string, ...args: string[]) => Promise<Outcome>> {
    needTools({ busybox: 'busybox-static' });
    const path = join(temporaryFolder(), 'bin');
    mkdirSync(path);
    const installed = await run('busybox', '--install', '-s', path);
    assert.equal(installed.code, 0, installed.output);
    return (_busybox, ...args) => runWith(path, join(path, 'sh'), ...args);
  }

  it('.run that the hub refuses says why and leaves nothing', async () => {
    const root = join(temporaryFolder(), 'root');
    const { code, output } = await run('sh', await make('run', 'refused'), '--root', root);
    assert.equal(code, 3);
    assert.match(output, /was revoked[^]*removed again/);
    assert.equal(existsSync(root), false, 'something is left');
  });

  it('.run that cannot reach the hub stays, to join later', async () => {
    const root = join(temporaryFolder(), 'root');
    const { code, output } = await run('sh', await make('run', 'unreachable'), '--root', root);
    assert.equal(code, 0, output);
    assert.match(output, /joins by itself/);
    const config = join(root, 'opt/latchkey-endpoint/installer.json');
    assert.deepEqual(JSON.parse(readFileSync(config, 'utf8')), { group: 'unreachable' });
    assert.equal(statSync(config).mode & 0o777, 0o600);
  });

  it('.run that is damaged or cut off says so and installs nothing', async () => {
    const file = await make('run', 'x');
    const whole = readFileSync(file);
    const checked = await run('sh', file, '--check');
    assert.equal(checked.code, 0, checked.output);
    const inConfig = whole.length - 65 - 4090;
    // In the script where the shell takes anything, in what is packed, in the configuration, in the sum.
    const inText = whole.indexOf('beschädigt');
    assert.ok(inText > 0);
    for (const at of [inText, whole.length - 65 - 5000, inConfig, whole.length - 10]) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1;
      writeFileSync(file, damaged);
      const root = join(temporaryFolder(), 'root');
      const { code, output } = await run('sh', file, '--root', root);
      assert.equal(code, 1, output);
      assert.match(output, /damaged or incomplete/);
      assert.equal(existsSync(root), false);
    }
    writeFileSync(file, whole.subarray(0, whole.length - 100));
    assert.match((await run('sh', file, '--check')).output, /damaged or incomplete/);
  });

  it('.run knows bad usage, and unpacks without installing', async () => {
    const file = await make('run', 'x');
    const unknown = await run('sh', file, '--nonsense');
    assert.equal(unknown.code, 2);
    assert.match(unknown.output, /--nonsense/);
    assert.equal((await run('sh', file, '--root')).code, 2);
    const help = await run('sh', file, '--help');
    assert.equal(help.code, 0);
    assert.match(help.output, /--extract FOLDER/);
    const into = join(temporaryFolder(), 'x');
    assert.equal((await run('sh', file, '--extract', into)).code, 0);
    assert.ok(existsSync(join(into, 'opt/latchkey-endpoint/installer.json')));
  });

  it('.deb is a package that dpkg reads, with the configuration for root alone', async () => {
    const file = await make('deb', 'Bürö');
    const fields = await run('dpkg-deb', '--field', file, 'Package', 'Version');
    assert.equal(fields.output, 'Package: latchkey-endpoint\nVersion: 1.2.3\n');
    const contents = await run('dpkg-deb', '--contents', file);
    assert.match(contents.output, /-rw------- root\/root +4096 .*\/opt\/latchkey-endpoint\/installer\.json/);
    assert.match(contents.output, /-rwxr-xr-x root\/root .*\/usr\/bin\/latchkey-endpoint/);
    const into = temporaryFolder();
    await run('dpkg-deb', '--raw-extract', file, into);
    const config = readFileSync(join(into, 'opt/latchkey-endpoint/installer.json'), 'utf8');
    assert.deepEqual(JSON.parse(config), { group: 'Bürö' });
    for (const script of ['postinst', 'prerm', 'postrm']) {
      const checked = await run('sh', '-n', join(into, 'DEBIAN', script));
      assert.equal(checked.code, 0, checked.output);
    }
  });

  it(
    '.deb goes into another root without being started, and its purge leaves nothing',
    {
      skip: process.getuid?.() !== 0,
    },
    async () => {
      const root = temporaryFolder();
      const options = ['--root', root, '--force-script-chrootless', '--force-depends'];
      const base = ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'var/lib/dpkg/triggers'];
      for (const each of base) await run('mkdir', '-p', join(root, each));
      writeFileSync(join(root, 'var/lib/dpkg/status'), '');
      const installed = await run('dpkg', ...options, '-i', await make('deb', 'x'));
      assert.equal(installed.code, 0, installed.output);
      assert.match(installed.output, /joins when it is first started/);
      assert.ok(existsSync(join(root, 'opt/latchkey-endpoint/installer.json')));
      assert.ok(existsSync(join(root, 'usr/bin/latchkey-endpoint')));
      await run('mkdir', '-p', join(root, 'var/lib/latchkey-endpoint'));
      writeFileSync(join(root, 'var/lib/latchkey-endpoint/identity.json'), '{}');
      const purged = await run('dpkg', ...options, '--purge', 'latchkey-endpoint');
      assert.equal(purged.code, 0, purged.output);
      assert.deepEqual(readdirSync(root), ['var']);
      assert.deepEqual(readdirSync(join(root, 'var/lib')), ['dpkg']);
    },
  );

  it('says what is missing where an installer cannot be made', async () => {
    const there = { file: join(folder, 'node'), platform: 'linux', architecture: 'x64' };
    const page = join(folder, 'consent');
    const obstacle = async (change: Partial<typeof there>, endpoint: string) => {
      const payload = { runtime: { ...there, ...change }, endpoint, page, version: '1' };
      return (await new LinuxWriter('run', payload, linuxPayloadCache(folder, payload)).obstacle())?.code;
    };
    const endpoint = join(folder, 'endpoint.cjs');
    assert.equal(await obstacle({}, endpoint), undefined);
    assert.equal(await obstacle({ platform: 'darwin' }, endpoint), 'installer.runtimeMissing');
    assert.equal(await obstacle({ architecture: 'ia32' }, endpoint), 'installer.runtimeMissing');
    assert.equal(await obstacle({}, join(folder, 'not built')), 'installer.endpointMissing');
  });
});
