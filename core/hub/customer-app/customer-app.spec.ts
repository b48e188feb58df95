import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { readOverlay } from '#core/endpoint/program/overlay.ts';
import { isSignedBy } from '#core/endpoint/identity/key-pair.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { customerAppConfig, customerAppConfigProof } from '#protocol/customer-app.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubAddress } from '../http/hub-address.ts';
import { linuxPayloadCache } from '../installers/linux-payload.ts';
import type { InstallerArtefact } from '../installers/formats/installer-composer.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import { CustomerAppFiles, type CustomerAppPurpose } from './customer-app-files.ts';

// What the file does to a computer is tested with a runtime that is a script: it takes the place of Node, not of anything
// of ours. It says how it was started, and then waits or ends as the file `then` beside the app says.
const runtime = (notes: string): string => `#!/bin/sh
if [ "$1" = --version ]; then echo v26; exit 0; fi
echo "$$" >'${notes}/pid'
printf '%s\\n' "$2" "$@" >'${notes}/arguments'
cp "$4" '${notes}/config'
stat -c '%a %U' "$(dirname "$4")" "$4" >'${notes}/modes'
read -r line && printf '%s\\n' "$line" >'${notes}/input'
trap 'echo stopped >'"'${notes}/stopped'"'; exit 7' TERM
if [ -f '${notes}/wait' ]; then while :; do sleep 0.05; done; fi
exit 5
`;

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; output: string }>;
}

describe('customer app', { skip: process.platform !== 'linux' }, () => {
  const folder = temporaryFolder();
  const notes = join(folder, 'notes');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const hubKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url');
  const identity = {
    publicKey: hubKey,
    sign: (text: string) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  } as HubIdentity;
  let files: CustomerAppFiles;
  const ownPayload = () => ({
    runtime: { file: join(folder, 'node'), platform: 'linux', architecture: process.arch },
    endpoint: join(folder, 'endpoint.cjs'),
    page: join(folder, 'consent'),
    version: '1.2.3',
  });

  before(() => {
    mkdirSync(notes);
    writeFileSync(join(folder, 'node'), runtime(notes), { mode: 0o755 });
    writeFileSync(join(folder, 'endpoint.cjs'), '// the endpoint');
    mkdirSync(join(folder, 'consent'));
    writeFileSync(join(folder, 'consent/index.html'), '<!doctype html>');
    const payload = ownPayload();
    const address = { publicUrl: 'https://hub.example' } as HubAddress;
    files = new CustomerAppFiles(linuxPayloadCache(join(folder, 'cache'), payload), payload, identity, address);
  });

  const architecture = process.arch as 'x64' | 'arm64';
  let made = 0;
  async function make(purpose: CustomerAppPurpose, ticket = 'TICKET'): Promise<string> {
    const { stream, size } = await files.open({ purpose, ticket, platform: 'linux', architecture });
    const bytes = Buffer.concat(await stream.toArray());
    assert.equal(bytes.length, size);
    const file = join(folder, `app-${++made}.run`);
    await writeFile(file, bytes);
    return file;
  }
  function run(file: string, args: string[] = [], env: Record<string, string> = {}, uid?: number): Running {
    for (const name of readdirSync(notes)) if (name !== 'wait') writeFileSync(join(notes, name), '');
    const child = spawn('sh', [file, ...args], {
      env: { PATH: process.env['PATH'], LC_ALL: 'C', ...env },
      ...(uid !== undefined && { uid, gid: uid }),
    });
    let output = '';
    child.stdout.on('data', (text) => (output += String(text)));
    child.stderr.on('data', (text) => (output += String(text)));
    child.stdin.on('error', () => {});
    child.stdin.end('typed by the customer\n');
    return {
      process: child,
      ended: new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, output }))),
    };
  }
  const note = (name: string): string => readFileSync(join(notes, name), 'utf8');

  it('A1 runs the app in the foreground from a folder for the customer alone, and leaves nothing of it', async () => {
    const scratch = temporaryFolder();
    const { code, output } = await run(await make('attend'), [], { TMPDIR: scratch }).ended;
    assert.equal(code, 5, output);
    const [command, ...args] = note('arguments').trim().split('\n');
    assert.equal(command, 'attend');
    assert.deepEqual(args.slice(1, 3), ['attend', '--config']);
    assert.ok(args[3]?.startsWith(`${scratch}/latchkey-app.`));
    const modes = note('modes').trim().split('\n');
    assert.deepEqual(
      modes.map((mode) => mode.split(' ')[0]),
      ['700', '600'],
    );
    assert.equal(note('input'), 'typed by the customer\n');
    assert.deepEqual(readdirSync(scratch), []);
  });

  it('A1 is not unpacked by root where another account may rename what is in the folder', async (test) => {
    if (process.getuid?.() !== 0) return test.skip('only root is kept from it');
    const [theirs, own] = [temporaryFolder(), temporaryFolder()];
    chownSync(theirs, 65534, 65534);
    const file = await make('attend');
    const { code, output } = await run(file, [], { TMPDIR: theirs, XDG_RUNTIME_DIR: own }).ended;
    assert.equal(code, 5, output);
    assert.ok(note('arguments').includes(`--config\n${own}/latchkey-app.`), 'it takes the next one that is root’s');
    // Whoever owns the folder may: it is theirs alone.
    chmodSync(folder, 0o755);
    chmodSync(notes, 0o777);
    for (const name of readdirSync(notes)) chmodSync(join(notes, name), 0o666);
    chmodSync(theirs, 0o755);
    const copy = join(theirs, 'app.run');
    writeFileSync(copy, readFileSync(file), { mode: 0o644 });
    const hers = await run(copy, [], { TMPDIR: theirs }, 65534).ended;
    assert.equal(hers.code, 5, hers.output);
    assert.ok(note('arguments').includes(`--config\n${theirs}/latchkey-app.`));
    assert.deepEqual([readdirSync(theirs), readdirSync(own)], [['app.run'], []]);
  });

  it('A1 carries its ticket under the hub’s signature', async () => {
    await run(await make('attend', 'the-ticket')).ended;
    const config = customerAppConfig.parse(JSON.parse(note('config')));
    assert.deepEqual([config.purpose, config.ticket, config.hub], ['attend', 'the-ticket', 'https://hub.example']);
    assert.ok(isSignedBy(hubKey, customerAppConfigProof(config), config.signature));
  });

  it('A1 ends the app when it is told to end, and still leaves nothing', async () => {
    const scratch = temporaryFolder();
    writeFileSync(join(notes, 'wait'), '');
    const { process: child, ended } = run(await make('attend'), [], { TMPDIR: scratch });
    for (let left = 200; left > 0 && note('input') === ''; left--) await delay(20);
    await delay(50);
    child.kill('SIGTERM');
    const { code } = await ended;
    assert.equal(code, 7);
    assert.equal(note('stopped'), 'stopped\n');
    assert.deepEqual(readdirSync(scratch), []);
  });

  it('P2 the portal’s app does not start without the rights to install, and says so', async (test) => {
    if (process.getuid?.() !== 0) return test.skip('only root can become somebody else');
    const file = await make('portal', '');
    const shared = temporaryFolder();
    const copy = join(shared, 'app.run');
    await writeFile(copy, readFileSync(file));
    chmodSync(shared, 0o755);
    chmodSync(copy, 0o644);
    const refused = await run(copy, [], { PATH: '/usr/bin:/bin' }, 65534).ended;
    assert.equal(refused.code, 3, refused.output);
    assert.match(refused.output, /takes administrator rights/);
    // Below a root of the customer's own it takes none.
    const root = join(shared, 'root');
    mkdirSync(root);
    chownSync(root, 65534, 65534);
    chmodSync(notes, 0o777);
    for (const name of readdirSync(notes)) chmodSync(join(notes, name), 0o666);
    rmSync(join(notes, 'wait'), { force: true });
    chmodSync(folder, 0o755);
    const own = await run(copy, ['--root', root], {}, 65534).ended;
    assert.equal(own.code, 5, own.output);
    assert.match(note('arguments'), new RegExp(`^portal\\n[^]*--root\\n${root}\\n`));
  });

  for (const [program, env] of [
    ['sudo', {}],
    ['pkexec', { DISPLAY: ':7', XAUTHORITY: '/home/ann/.Xauthority' }],
  ] as const) {
    it(`P2 the portal’s app asks for elevation by ${program}, and takes along what opens the customer’s browser`, async (test) => {
      if (process.getuid?.() !== 0) return test.skip('only root can become somebody else');
      const shared = temporaryFolder();
      chmodSync(shared, 0o755);
      const copy = join(shared, 'app.run');
      writeFileSync(copy, readFileSync(await make('portal', '')), { mode: 0o644 });
      const asked = join(shared, 'asked');
      writeFileSync(asked, '', { mode: 0o666 });
      chmodSync(asked, 0o666);
      const stand = `#!/bin/sh\n[ "$1" = -n ] && exit 0\nprintf '%s\\n' "$@" >'${asked}'\nexit 6\n`;
      writeFileSync(join(shared, program), stand, { mode: 0o755 });
      const path = `${shared}:/usr/bin:/bin`;
      const { code, output } = await run(copy, [], { PATH: path, BROWSER: 'firefox', ...env }, 65534).ended;
      assert.equal(code, 6, output);
      const expected = [
        'env',
        'LC_ALL=C',
        'BROWSER=firefox',
        ...Object.entries(env).map(([key, value]) => `${key}=${value}`),
      ];
      assert.deepEqual(readFileSync(asked, 'utf8').trim().split('\n'), [...expected, 'sh', copy, '--no-elevation']);
      writeFileSync(join(shared, program), `#!/bin/sh\n[ "$1" = -n ] && exit 0\nexit 126\n`);
      const dismissed = await run(copy, [], { PATH: path, ...env }, 65534).ended;
      assert.equal(dismissed.code, program === 'pkexec' ? 3 : 126);
    });
  }

  it('that is damaged says so and runs nothing', async () => {
    const file = await make('attend');
    const whole = readFileSync(file);
    for (const at of [25_000, whole.length - 65 - 4090, whole.length - 10]) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1;
      writeFileSync(file, damaged);
      const { code, output } = await run(file).ended;
      assert.equal(code, 1, output);
      assert.match(output, /damaged or incomplete/);
      assert.equal(note('arguments'), '');
    }
    writeFileSync(file, whole);
    assert.match((await run(file, ['--check']).ended).output, /complete and unchanged/);
    assert.match((await run(file, ['--help']).ended).output, /leaves nothing behind/);
    assert.equal((await run(file, ['--nonsense']).ended).code, 2);
  });

  it('G6 is offered for the hub’s own system, and says why not for the others', async () => {
    const offered = await files.offered();
    assert.equal(offered.length, 6);
    for (const { platform, architecture: machine, available, reason } of offered) {
      const own = platform === 'linux' && machine === architecture;
      assert.deepEqual([available, reason], own ? [true, undefined] : [false, 'customerApp.unavailable']);
    }
    await assert.rejects(
      files.open({ purpose: 'attend', ticket: 'x', platform: 'windows', architecture: 'x64' }),
      (error: unknown) => error instanceof LatchkeyError && error.code === 'customerApp.unavailable',
    );
  });

  it('A1 P1 for Windows it is the program with its configuration behind it, signed where programs are', async () => {
    const program = join(folder, 'endpoint.exe');
    writeFileSync(program, Buffer.alloc(1001, 7));
    const endpoint = {
      version: '1.2.3',
      obstacle: () => Promise.resolve(undefined),
      file: () => Promise.resolve(program),
    };
    const made: string[] = [];
    const signer = {
      sign(artefact: InstallerArtefact, format: string, name: string): Promise<InstallerArtefact> {
        made.push(`${format} ${name}`);
        return Promise.resolve(artefact);
      },
    };
    const address = { publicUrl: 'https://hub.example' } as HubAddress;
    const payload = ownPayload();
    const cache = linuxPayloadCache(join(folder, 'cache'), payload);
    const both = new CustomerAppFiles(cache, payload, identity, address, { windows: { endpoint, signer } });
    const offer = (await both.offered()).find((each) => each.platform === 'windows' && each.architecture === 'x64');
    assert.deepEqual(offer, { platform: 'windows', architecture: 'x64', available: true });
    const wanted = { purpose: 'attend', ticket: 'T', platform: 'windows', architecture: 'x64' } as const;
    const { stream, size, fileName } = await both.open(wanted);
    const file = join(folder, fileName);
    writeFileSync(file, Buffer.concat(await stream.toArray()));
    assert.deepEqual([fileName, made], ['latchkey-support_x64.exe', ['exe latchkey-support_x64.exe']]);
    assert.equal(statSync(file).size, size);
    const overlay = await readOverlay(file);
    const config = customerAppConfig.parse(JSON.parse(overlay?.config ?? ''));
    assert.deepEqual([config.purpose, config.ticket], ['attend', 'T']);
    assert.ok(isSignedBy(hubKey, customerAppConfigProof(config), config.signature));
    assert.ok(readFileSync(file).subarray(0, 1001).equals(readFileSync(program)));
    assert.equal(both.fileName('portal', 'windows', 'x64'), 'latchkey-unattended_x64.exe');
  });
});
