import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { HubIdentity } from '#core/hub/store/hub-identity.ts';
import { tokenRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerConfigProof, installerRequests } from '#protocol/installers.ts';
import { until } from './expect.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startTestHub, type TestHub, type TestWorkbench } from './test-hub.ts';
import { whenDone } from './when-done.ts';

const cli = fileURLToPath(new URL('../cli/latchkey.ts', import.meta.url));
const endpoint = fileURLToPath(new URL('../endpoint/main.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said so far. */
  said(): string;
}

/** A real process with nothing of this machine's own configuration. */
function start(words: readonly string[], env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, words, {
    env: { PATH: process.env['PATH'], HOME: temporaryFolder(), LANG: 'C', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
  });
  whenDone(() => void child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { child, ended, said: () => out + err };
}
const latchkey = (words: readonly string[], env?: Record<string, string>): Promise<Ended> =>
  start([cli, ...words], env).ended;

describe('Bad input', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
  });
  const generate = (limit = 5) =>
    admin.rpc.request(installerRequests.generate, { group, name: null, limit, expiresAt: null });
  const join_ = (token: string, data: string, ...more: string[]) =>
    start([endpoint, 'join', '--hub', hub.url, '--token', token, '--data', data, ...more]).ended;

  it('an API token that is wrong, revoked or expired: exit code 3, and each says which it is', async () => {
    const make = (expiresAt: number | null) => admin.rpc.request(tokenRequests.create, { name: 'x', expiresAt });
    const [revoked, expired] = await Promise.all([make(null), make(Date.now() + 1)]);
    await admin.rpc.request(tokenRequests.revoke, { token: revoked.token.id });
    for (const [LATCHKEY_TOKEN, code, text] of [
      ['lkt_nonsense', 'account.tokenInvalid', /API token is not valid/],
      [revoked.secret, 'account.tokenRevoked', /API token has been revoked/],
      [expired.secret, 'account.tokenExpired', /API token has expired/],
    ] as const) {
      const words = ['devices', '--hub', hub.url];
      const [person, program] = await Promise.all([
        latchkey(words, { LATCHKEY_TOKEN }),
        latchkey([...words, '--json'], { LATCHKEY_TOKEN }),
      ]);
      assert.equal(person.code, 3);
      assert.match(person.err, text);
      assert.deepEqual([program.code, JSON.parse(program.out).error.code], [3, code]);
      assert.ok(![person, program].some(({ out, err }) => (out + err).includes(LATCHKEY_TOKEN)));
    }
  });

  it('an installer that is revoked, cut off or full: refused with 3 or 2, and full means waiting', async () => {
    const { installer, token } = await generate();
    await admin.rpc.request(installerRequests.revoke, { installer: installer.id });
    const revoked = await join_(token, join(temporaryFolder(), 'data'));
    assert.equal(revoked.code, 3);
    assert.match(revoked.err, /installer has been revoked/);
    const cut = await join_(token.slice(0, 40), join(temporaryFolder(), 'data'), '--json');
    assert.deepEqual([cut.code, JSON.parse(cut.out).error.code], [2, 'endpoint.tokenMalformed']);
    const { token: one } = await generate(1);
    const first = await join_(one, join(temporaryFolder(), 'data'), '--json');
    const second = await join_(one, join(temporaryFolder(), 'data'), '--json');
    assert.deepEqual([first.code, JSON.parse(first.out).state], [0, 'active'], first.err);
    const waiting = JSON.parse(second.out);
    assert.deepEqual([second.code, waiting.state, waiting.waitingFor], [0, 'waiting', 'limit'], second.err);
  });

  it('an installer’s configuration that was changed, in whatever part: nothing is sent, nothing is left behind', async () => {
    const { installer, token } = await generate();
    const other = await generate();
    const identity = hub.get(HubIdentity);
    const config = { hub: hub.url, hubKey: identity.publicKey, token, group: 'Berlin' };
    const signed = { ...config, signature: identity.sign(installerConfigProof(config)) };
    const key = identity.publicKey;
    const otherKey = `${key.startsWith('A') ? 'B' : 'A'}${key.slice(1)}`;
    const changes = [
      { hub: 'http://127.0.0.1:1' },
      { hubKey: otherKey },
      { token: other.token },
      { group: 'Bonn' },
      { signature: `${signed.signature.startsWith('A') ? 'B' : 'A'}${signed.signature.slice(1)}` },
    ];
    const outcomes = await Promise.all(
      [...changes, {}].map((change, index) => {
        const folder = temporaryFolder();
        const file = join(folder, 'installer.json');
        const text = JSON.stringify({ ...signed, ...change });
        writeFileSync(file, index === changes.length ? text.slice(0, -20) : text);
        const data = join(folder, 'data');
        const ended = start([endpoint, 'join', '--config', file, '--data', data, '--json']).ended;
        return ended.then((outcome) => ({ ...outcome, left: readdirSync(folder) }));
      }),
    );
    for (const { code, out, err, left } of outcomes) {
      const { error } = JSON.parse(out);
      assert.deepEqual([code, error.code], [3, 'endpoint.installerTampered'], out);
      assert.match(err, /installer\.json was changed/);
      assert.deepEqual(left, ['installer.json']);
    }
    assert.deepEqual(await admin.rpc.request(installerRequests.ledger, { installer: installer.id }), []);
  });

  it('a cloned disk: the clone hears that its key is in use, waits, disturbs nobody, and a technician sees it', async () => {
    const { token } = await generate();
    const original = join(temporaryFolder(), 'data');
    const joined = await join_(token, original, '--json');
    const { device } = JSON.parse(joined.out) as { device: string };
    const clone = join(temporaryFolder(), 'data');
    cpSync(original, clone, { recursive: true });
    const first = start([endpoint, 'run', '--data', original]);
    await until(() => first.said().includes('onnected'));
    const otherHardware = join(temporaryFolder(), 'other-hardware.mjs');
    writeFileSync(
      otherHardware,
      `import os from 'node:os';
       import files from 'node:fs/promises';
       import { syncBuiltinESMExports } from 'node:module';
       os.hostname = () => 'the-clone';
       os.networkInterfaces = () => ({ eth0: [{ mac: '02:aa:bb:cc:dd:ee', address: '10.9.9.9', cidr: '10.9.9.9/24', internal: false, family: 'IPv4', netmask: '255.255.255.0' }] });
       const { readFile } = files;
       files.readFile = (path, ...more) => String(path).endsWith('product_uuid') ? Promise.resolve('4c4c4544-0000-2010-8020-80c04f202020') : String(path).endsWith('product_serial') ? Promise.resolve('CLONE-1') : readFile(path, ...more);
       syncBuiltinESMExports();`,
    );
    const second = start(['--import', otherHardware, endpoint, 'run', '--data', clone]);
    await until(() => /connected with the same identity/.test(second.said()));
    assert.match(second.said(), /copy of its disk: remove the endpoint here and install it again/);
    const wait = /(\d+) (?:s|seconds|minutes)/.exec(second.said());
    assert.ok(wait && Number(wait[1]) >= 300, `it tries again too soon: ${second.said()}`);
    const [entry] = await admin.rpc.request(auditRequests.query, { device, limit: 1 });
    assert.deepEqual([entry?.outcome, entry?.actor.name], ['refused', 'the-clone']);
    const { facts } = await admin.rpc.request(deviceRequests.get, { device });
    assert.notEqual(facts.hostName, 'the-clone');
    assert.equal(first.child.exitCode, null);
    second.child.kill('SIGTERM');
    assert.equal((await second.ended).code, 0);
    const removed = await start(['--import', otherHardware, endpoint, 'remove', '--data', clone, '--json']).ended;
    assert.equal(removed.code, 0, removed.err);
    await admin.rpc.request(deviceRequests.get, { device });
    first.child.kill('SIGTERM');
    assert.equal((await first.ended).code, 0);
  });

  it('a data folder that is in use or damaged: the file or process is named, and nothing is touched', async () => {
    const ports = { LATCHKEY_PORT: '0', LATCHKEY_LOG_LEVEL: 'error' };
    const locked = await latchkey(['serve'], { ...ports, LATCHKEY_DATA: hub.data });
    assert.equal(locked.code, 1);
    assert.match(locked.err, new RegExp(`data folder ${hub.data} is in use by process ${process.pid}`));
    const damages: [string, (text: Buffer) => Buffer][] = [
      ['overwritten', () => Buffer.from('this is no database at all'.repeat(500))],
      ['torn', (text) => Buffer.concat([text.subarray(0, 4096), Buffer.alloc(text.length - 4096, 7)])],
      ['cut off', (text) => text.subarray(0, 5000)],
    ];
    const store = await aStore();
    for (const [what, damage] of damages) {
      const data = temporaryFolder();
      const file = join(data, 'latchkey.db');
      mkdirSync(data, { recursive: true });
      const damaged = damage(store);
      writeFileSync(file, damaged);
      const outcome = await latchkey(['serve'], { ...ports, LATCHKEY_DATA: data });
      assert.equal(outcome.code, 1, `${what}: ${outcome.err}`);
      assert.match(outcome.err, new RegExp(`${file} is damaged: .*latchkey restore`), what);
      assert.ok(readFileSync(file).equals(damaged), `${what}: it was changed`);
    }
  });

  it('an unknown command and arguments that break the schema: exit code 2, with the command and the place', async () => {
    const { secret } = await admin.rpc.request(tokenRequests.create, { name: 'commands', expiresAt: null });
    const env = { LATCHKEY_TOKEN: secret };
    const run = (...words: string[]) => latchkey(['run', ...words, '--hub', hub.url], env);
    const [unknown, unknownJson] = await Promise.all([run('device.explode'), run('device.explode', '--json')]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /no command “device\.explode”/);
    assert.deepEqual([unknownJson.code, JSON.parse(unknownJson.out).error.code], [2, 'command.unknown']);
  });
});

/** The bytes of a store that a hub has written and closed. */
async function aStore(): Promise<Buffer> {
  const hub = await startTestHub();
  await hub.close();
  return readFileSync(join(hub.data, 'latchkey.db'));
}
