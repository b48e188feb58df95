import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { isSignedBy } from '#core/endpoint/identity/key-pair.ts';
import { needTools } from '#core/testing/debian-tools.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { customerAppConfig, customerAppConfigProof } from '#protocol/customer-app.ts';
import type { HubAddress } from '../http/hub-address.ts';
import { configLength } from '../installers/formats/format-layout.ts';
import { linuxPayloadCache } from '../installers/linux-payload.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import { CustomerAppFiles, type CustomerAppPurpose } from './customer-app-files.ts';
import { MacCustomerApp } from './mac-customer-app.ts';

// What the file does to a Mac is tried with macOS's own `tar`, `shasum` and file names, in several shells; what only a Mac has
// (its processor, its version) is told by programs of the test, and a script takes the place of Node.js.
const runtime = (notes: string): string => `#!/bin/sh
if [ "$1" = --version ]; then echo v26; exit 0; fi
PATH=/usr/bin:/bin
trap 'echo stopped >'"'${notes}/stopped'"'; exit 7' TERM
echo "$$" >'${notes}/pid'
printf '%s\\n' "$2" "$@" >'${notes}/arguments'
cp "$4" '${notes}/config'
ls -lR "$(dirname "$1")" >'${notes}/files'
if [ -t 0 ]; then echo terminal >'${notes}/input'; fi
if [ -f '${notes}/wait' ]; then while :; do sleep 0.05; done; fi
exit 5
`;

interface Mac {
  readonly system?: string;
  readonly appleChip?: boolean;
  readonly version?: string;
}

describe('customer app for Macs', { skip: process.platform !== 'linux' }, () => {
  const folder = temporaryFolder();
  const notes = join(folder, 'notes');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const hubKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url');
  const identity = {
    publicKey: hubKey,
    sign: (text: string) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  } as HubIdentity;
  let files: CustomerAppFiles;
  const fetched: string[] = [];

  before(() => {
    needTools({ bsdtar: 'libarchive-tools', unzip: 'unzip' });
    mkdirSync(notes);
    writeFileSync(join(folder, 'node'), runtime(notes));
    writeFileSync(join(folder, 'filling'), randomBytes(300_000));
    writeFileSync(join(folder, 'endpoint.cjs'), '// the endpoint');
    mkdirSync(join(folder, 'consent'));
    writeFileSync(join(folder, 'consent/index.html'), '<!doctype html>');
    const own = { endpoint: join(folder, 'endpoint.cjs'), page: join(folder, 'consent'), version: '1.2.3' };
    const runtimes = {
      get(target: string) {
        fetched.push(target);
        const names = target.startsWith('pty') ? ['filling', 'node'] : ['node'];
        const paths = names.map((name) => join(folder, name));
        return Promise.resolve({ file: paths[0]!, files: paths, version: '26', sha512: '' });
      },
    };
    const linux = { ...own, runtime: { file: join(folder, 'node'), platform: 'linux', architecture: 'x64' } };
    const address = { publicUrl: 'https://hub.example' } as HubAddress;
    files = new CustomerAppFiles(linuxPayloadCache(join(folder, 'cache'), linux), linux, identity, address, {
      macos: new MacCustomerApp(runtimes, own, join(folder, 'macos')),
    });
  });

  async function zip(purpose: CustomerAppPurpose, ticket = 'TICKET', architecture: 'arm64' | 'x64' = 'arm64') {
    const { stream, size, fileName, contentType } = await files.open({
      purpose,
      ticket,
      platform: 'macos',
      architecture,
    });
    const bytes = Buffer.concat(await stream.toArray());
    assert.equal(bytes.length, size);
    assert.equal(contentType, 'application/zip');
    return { bytes, fileName };
  }
  /** As macOS unpacks it, in a folder whose name is none of the easy ones. */
  async function unpacked(purpose: CustomerAppPurpose, architecture: 'arm64' | 'x64' = 'arm64'): Promise<string> {
    const place = join(temporaryFolder(), `Mäx' "Down\\loads" $1`);
    mkdirSync(place);
    const { bytes, fileName } = await zip(purpose, 'TICKET', architecture);
    writeFileSync(join(place, fileName), bytes);
    execFileSync('bsdtar', ['-xf', fileName], { cwd: place, stdio: 'pipe' });
    const [app] = readdirSync(place).filter((name) => name.endsWith('.command'));
    return join(place, app!);
  }
  /** The programs that the script may use, and none besides. */
  function programs({ system = 'Darwin', appleChip = true, version = '15.1' }: Mac = {}): string {
    const bin = temporaryFolder();
    const ours = {
      uname: `[ "$1" = -s ] && echo ${system} || echo arm64`,
      sysctl: appleChip ? 'echo 1' : 'exit 1',
      sw_vers: `[ "$1" = -productVersion ] && echo ${version}`,
    };
    for (const [name, text] of Object.entries(ours))
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const theirs = 'head tail gzip sed cut mktemp readlink wc id mkdir rm ls chmod sleep shasum perl';
    for (const name of theirs.split(' ')) {
      const file = ['/usr/bin', '/bin'].map((place) => join(place, name)).find((each) => existsSync(each));
      if (file) symlinkSync(file, join(bin, name));
    }
    symlinkSync('/usr/bin/bsdtar', join(bin, 'tar'));
    return bin;
  }
  // A Mac's is bash, or dash where somebody has chosen that. Busybox would ask its own `uname`.
  const shells = { dash: ['dash'], bash: ['bash', '--posix'] };
  function start(file: string, args: string[], env: Record<string, string>, shell = shells.dash): ChildProcess {
    for (const name of readdirSync(notes)) if (name !== 'wait') writeFileSync(join(notes, name), '');
    const [program = '', ...rest] = [...shell.map((word) => word), file, ...args];
    const absolute = join(existsSync(join('/usr/bin', program)) ? '/usr/bin' : '/bin', program);
    return spawn(absolute, rest, { env: { PATH: programs(), LC_ALL: 'C', ...env } });
  }
  async function run(file: string, args: string[] = [], env: Record<string, string> = {}, shell = shells.dash) {
    const child = start(file, args, env, shell);
    let output = '';
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (output += String(text)));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  }
  const note = (name: string): string => readFileSync(join(notes, name), 'utf8');

  it('P1 A1 offers one for each processor, and names the file in it after its purpose', async () => {
    const offered = (await files.offered()).filter(({ platform }) => platform === 'macos');
    assert.deepEqual(
      offered.map(({ architecture, available }) => [architecture, available]),
      [
        ['x64', true],
        ['arm64', true],
      ],
    );
    fetched.length = 0;
    const { bytes, fileName } = await zip('portal', '', 'x64');
    assert.equal(fileName, 'latchkey-unattended_macos-x64.zip');
    assert.deepEqual(fetched, ['darwin-x64', 'pty-darwin-x64']);
    const file = join(folder, fileName);
    writeFileSync(file, bytes);
    assert.match(execFileSync('unzip', ['-t', file], { encoding: 'utf8' }), /No errors detected/);
    const listed = execFileSync('unzip', ['-Z', file], { encoding: 'utf8' });
    assert.match(listed, /-rwxr-xr-x .* unx .* stor .* Latchkey Unattended Access\.command/);
    assert.equal((await zip('attend')).fileName, 'latchkey-support_macos-arm64.zip');
  });

  it('A1 two downloads differ in their configuration and what follows from it alone', async () => {
    const [one, two, again] = [await zip('attend', 'AAAA'), await zip('attend', 'BBBB'), await zip('attend', 'AAAA')];
    assert.ok(one.bytes.equals(again.bytes), 'the same app is another file');
    assert.equal(one.bytes.length, two.bytes.length);
    const differing = [...one.bytes.keys()].filter((at) => one.bytes[at] !== two.bytes[at]);
    const config = one.bytes.indexOf('{"purpose":"attend"');
    const inside = (at: number): boolean => at >= config && at < config + configLength + 65;
    // The checksum stands twice beside that.
    const others = differing.filter((at) => !inside(at));
    assert.ok(others.length > 0 && others.length <= 8, `${others.length} more bytes differ`);
    const directory = one.bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    for (const at of others) assert.ok((at >= 14 && at < 18) || (at >= directory + 16 && at < directory + 20), `${at}`);
  });

  for (const [name, shell] of Object.entries(shells)) {
    it(`A1 runs with ${name} as macOS unpacks it, with what opens terminals, and leaves nothing`, async () => {
      const scratch = temporaryFolder();
      const app = await unpacked('attend');
      assert.equal(statSync(app).mode & 0o777, 0o755, 'Finder opens what can be run');
      const { code, output } = await run(app, [], { TMPDIR: scratch }, shell);
      assert.equal(code, 5, output);
      const [command, ...args] = note('arguments').trim().split('\n');
      assert.equal(command, 'attend');
      assert.match(args[3] ?? '', new RegExp(`^${scratch}/latchkey-app\\.`));
      assert.match(note('files'), /pty\/darwin-arm64:[^]*-rwxr-xr-x .* pty\.node[^]*-rwxr-xr-x .* spawn-helper/);
      assert.match(note('files'), /index\.html/);
      const config = customerAppConfig.parse(JSON.parse(note('config')));
      assert.deepEqual([config.hub, config.ticket], ['https://hub.example', 'TICKET']);
      assert.ok(isSignedBy(hubKey, customerAppConfigProof(config), config.signature));
      assert.deepEqual(readdirSync(scratch), []);
    });
  }

  it('P1 the portal’s asks for no rights by itself: only what installs becomes root', async () => {
    const { code, output } = await run(await unpacked('portal'), [], { TMPDIR: temporaryFolder() });
    assert.equal(code, 5, output);
    assert.equal(note('arguments').split('\n')[0], 'portal');
  });

  it('refuses what is damaged or cut off before it does anything', async () => {
    const app = await unpacked('attend');
    const whole = readFileSync(app);
    const damaged = Buffer.from(whole);
    damaged[whole.length >> 1]! ^= 1;
    for (const bytes of [whole.subarray(0, -100), damaged]) {
      writeFileSync(app, bytes);
      const { code, output } = await run(app);
      assert.equal(code, 1);
      assert.match(output, /damaged or incomplete/);
      assert.equal(note('arguments'), '');
    }
    writeFileSync(app, whole);
    assert.match((await run(app, ['--check'])).output, /complete and unchanged/);
  });

  for (const [what, made, mac, said] of [
    ['the other processor’s', 'arm64', { appleChip: false }, /Apple chip.*Mac \(Intel\)/],
    ['Intel’s on an Apple chip', 'x64', {}, /Intel processor.*Mac \(Apple silicon\)/],
    ['another system', 'arm64', { system: 'Linux' }, /This file is for Macs/],
    ['a macOS that Node.js does not run on', 'arm64', { version: '12.7.6' }, /macOS 13\.5 or later.*12\.7\.6/],
    ['one that is nearly new enough', 'arm64', { version: '13.4.1' }, /macOS 13\.5 or later/],
  ] as const) {
    it(`says so for ${what}, and does nothing`, async () => {
      const { code, output } = await run(await unpacked('attend', made), [], { PATH: programs(mac) });
      assert.equal(code, 1, output);
      assert.match(output, said);
      assert.equal(note('arguments'), '');
    });
  }
  for (const version of ['13.5', '14', '26.1', 'unknown']) {
    it(`runs on macOS ${version}`, async () => {
      const { code, output } = await run(await unpacked('attend'), [], {
        PATH: programs({ version }),
        TMPDIR: temporaryFolder(),
      });
      assert.equal(code, 5, output);
    });
  }

  it('A1 a window that is closed ends the app, and leaves nothing', async () => {
    const scratch = temporaryFolder();
    writeFileSync(join(notes, 'wait'), '');
    const child = start(await unpacked('attend'), [], { TMPDIR: scratch });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    while (!note('pid').trim()) await delay(20);
    child.kill('SIGHUP');
    assert.equal(await ended, 7);
    assert.equal(note('stopped'), 'stopped\n');
    assert.deepEqual(readdirSync(scratch), []);
    assert.notEqual(spawnSync('kill', ['-0', note('pid').trim()]).status, 0);
  });
});
