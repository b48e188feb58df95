import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import { until } from '#core/testing/expect.ts';
import { filesBelow } from '#core/testing/files-below.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { adminEmail, adminPassword, openSocket, postJson } from '#core/testing/test-hub.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { workbenchPath } from '#protocol/hub.ts';
import { profileRequests } from '#protocol/profile.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const launcher = join(root, 'core/cli/latchkey.mjs');
const built = join(root, 'dist/cli/latchkey.js');
const config = temporaryFolder();
const work = temporaryFolder();

const environment = (extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  HOME: work,
  XDG_CONFIG_HOME: config,
  LC_ALL: 'C',
  LATCHKEY_LOG_LEVEL: 'error',
  ...extra,
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Standard output, which `--json` makes one value of. */
  readonly value: any;
}

/** The launcher as a person's shell starts it. */
function latchkey(words: readonly string[], input = '', env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn('node', [launcher, ...words], { env: environment(env), cwd: work, timeout: 90_000 });
  return ended(child, input);
}

async function ended(child: ChildProcess, input: string): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout!.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr!.on('data', (data: Buffer) => (err += data.toString()));
  child.stdin!.on('error', () => {}); // who refuses at once reads nothing
  child.stdin!.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err, value: out.startsWith('{') || out.startsWith('[') ? JSON.parse(out) : undefined };
}

const json = (...words: string[]): Promise<Ended> => latchkey([...words, '--json']);

/** Fails with a code, which is told to a program on standard output and to a person on standard error. */
async function fails(words: readonly string[], code: string, exit: number, env = {}): Promise<Ended> {
  const result = await latchkey([...words, '--json'], '', env);
  const shown = `${words.join(' ')}: ${result.out}${result.err}`;
  assert.deepEqual([result.value?.error?.code, result.code], [code, exit], shown);
  assert.ok(result.value.error.message.length > 10, shown);
  assert.notEqual(result.err, '', shown);
  return result;
}

interface Serving {
  readonly process: ChildProcess;
  readonly url: string;
}

async function serve(data: string, port = '0'): Promise<Serving> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', built, 'serve'], {
    env: environment({
      LATCHKEY_DATA: data,
      LATCHKEY_PORT: port,
      LATCHKEY_ADMIN_EMAIL: adminEmail,
      LATCHKEY_ADMIN_PASSWORD: adminPassword,
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  whenDone(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, url: /http:\S+/.exec(line.toString())![0] };
}

describe('The built command line at a hub of its own process', { timeout: 600_000 }, () => {
  const data = temporaryFolder();
  let hub: Serving;
  const login = (): string[] => ['login', '--hub', hub.url, '--email', adminEmail];

  before(async () => {
    if (!existsSync(built))
      await once(spawn('node', [join(root, 'build.mjs'), '--quiet'], { stdio: 'inherit' }), 'exit');
    hub = await serve(data);
  });

  /** Another workbench of the administrator's. */
  const openWorkbench = async (): Promise<RpcConnection> => {
    const answer = await postJson(`${hub.url}/api/sign-in`, { email: adminEmail, password: adminPassword });
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
    const url = `${hub.url.replace('http', 'ws').replace(/\/$/, '')}${workbenchPath}`;
    const socket = await openSocket(url, { headers: { cookie, origin: new URL(hub.url).origin } });
    whenDone(() => socket.terminate());
    const rpc = new RpcConnection(webSocketTransport(socket as unknown as WebSocketLike, () => {}));
    rpc.listen();
    return rpc;
  };

  it('signs in: with the password from standard input, and by typing it unseen on a terminal', async () => {
    const wrong = await latchkey([...login(), '--password-stdin', '--json'], 'wrong');
    assert.deepEqual([wrong.code, wrong.value.error.code], [3, 'account.wrongPassword']);
    await fails(
      ['login', '--hub', 'http://127.0.0.1:1', '--email', 'a@example.com', '--password-stdin'],
      'hub.unreachable',
      4,
    );
    await fails(['login', '--hub', 'nonsense', '--email', 'a@example.com'], 'endpoint.hubAddressInvalid', 2);
    await fails(login(), 'cli.usage', 2);
    const done = await latchkey([...login(), '--password-stdin', '--json'], `${adminPassword}\n`);
    assert.deepEqual([done.code, Object.keys(done.value)], [0, ['hub', 'email', 'token', 'file']], done.err);

    if (!existsSync('/usr/bin/script')) return;
    for (const [typed, code] of [
      [`${adminPassword}\r`, 0],
      ['not the password\r', 3],
      ['\u0003', 1],
    ] as const) {
      const command = ['node', launcher, ...login()].join(' ');
      const terminal = spawn('script', ['-qec', command, '/dev/null'], {
        env: environment({ SHELL: '/bin/sh', XDG_CONFIG_HOME: temporaryFolder() }),
        timeout: 60_000,
      });
      let seen = '';
      terminal.stdout.on('data', (chunk: Buffer) => {
        const asked = seen.includes('Password of');
        seen += chunk.toString();
        if (!asked && seen.includes('Password of')) terminal.stdin.write(typed);
      });
      const [exit] = (await once(terminal, 'close')) as [number];
      assert.equal(exit, code, seen);
      assert.ok(!seen.includes(typed.trim()) || typed === '\u0003', 'what is typed is not shown');
    }
  });

  it('lists each command with its schema, and makes device groups (one declaration, reachable everywhere)', async () => {
    const { value, code } = await json('commands');
    assert.equal(code, 0);
    const ids = value.map(({ id }: { id: string }) => id);
    for (const id of ['group.create', 'group.rename', 'group.delete', 'enrolment.approve', 'enrolment.reject'])
      assert.ok(ids.includes(id), id);
    for (const id of ['installer.generate', 'installer.download', 'installer.revoke', 'device.rename'])
      assert.ok(ids.includes(id), id);
    for (const each of value) assert.deepEqual(Object.keys(each), ['id', 'title', 'arguments']);

    await fails(['run', 'installer.generate'], 'group.none', 1);
    assert.equal((await json('run', 'group.create', '--name', 'Berlin')).value.name, 'Berlin');
    await fails(['run', 'group.create', '--name', 'Berlin'], 'group.nameTaken', 1);
    assert.equal((await json('run', 'group.create', '--name', 'Leer')).value.name, 'Leer');
    assert.equal((await json('run', 'group.rename', '--group', 'Leer', '--name', 'Hamburg')).value.name, 'Hamburg');
    assert.equal((await json('run', 'group.delete', '--group', 'Hamburg')).value.name, 'Hamburg');
  });

  it('generates, downloads and revokes installers (I2, I3)', async () => {
    const keys = ['id', 'token', 'group', 'limit', 'used', 'expires', 'file', 'sha256'];
    const plain = await json('run', 'installer.generate', '--limit', '5', '--expires', '30d', '--name', 'Roll-out');
    assert.deepEqual([plain.code, Object.keys(plain.value)], [0, keys]);
    assert.deepEqual([plain.value.limit, plain.value.used, plain.value.file, plain.value.sha256], [5, 0, null, null]);

    const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
    // The hub compresses what installers carry some seconds after its start: with that there is no progress to be told of.
    const compressed = () => filesBelow(join(data, 'installers')).filter((file) => file.includes('payload-'));
    await until(() => compressed().length > 0, 60_000);
    for (const file of compressed()) rmSync(file);
    const target = join(work, 'berlin.run');
    const file = await json(
      'run',
      'installer.generate',
      '--group',
      'Berlin',
      '--format',
      'run',
      '--output',
      'berlin.run',
    );
    assert.deepEqual([file.code, file.value.file], [0, target], file.err);
    assert.equal(file.value.sha256, sha256(target));
    assert.match(file.err, /100%/, 'progress is on standard error');
    const folder = join(work, 'folder');
    mkdirSync(folder);
    const into = await json(
      'run',
      'installer.download',
      '--installer',
      file.value.id,
      '--format',
      'deb',
      '--output',
      folder,
    );
    assert.deepEqual([into.code, readdirSync(folder).length], [0, 1], into.err);
    assert.equal(into.value.sha256, sha256(into.value.file));

    const before = (await json('run', 'installer.generate')).value.id;
    await fails(['run', 'installer.generate', '--output', target], 'file.exists', 1);
    assert.equal(sha256(target), file.value.sha256, 'what was there is untouched');
    await fails(['run', 'installer.generate', '--format', 'run', '--output', '/proc/x.run'], 'file.unwritable', 3);
    await fails(
      ['run', 'installer.download', '--installer', before, '--format', 'run', '--output', target],
      'file.exists',
      1,
    );
    assert.deepEqual(
      readdirSync(work).filter((name) => name.endsWith('.part')),
      [],
    );

    const revoked = await json('run', 'installer.revoke', '--installer', 'Roll-out');
    assert.deepEqual(revoked.value, { id: plain.value.id, state: 'revoked' });
    await fails(
      ['run', 'installer.download', '--installer', plain.value.id, '--format', 'run'],
      'installer.revoked',
      1,
    );
  });

  it('shows devices, renames them, and lets in those that wait (X3)', async () => {
    const { token } = (await json('run', 'installer.generate', '--limit', '1')).value;
    const facts = { ...newFacts(), hostName: 'front-desk-02' };
    await openEndpoint(hub, { token, facts });
    const late = await openEndpoint(hub, { token, facts: { ...newFacts(), hostName: 'late' } });
    const twins = (await json('run', 'installer.generate')).value.token;
    for (let n = 0; n < 2; n++) await openEndpoint(hub, { token: twins, facts: { ...newFacts(), hostName: 'twin' } });

    const [device] = (await json('devices', 'front')).value;
    assert.deepEqual(Object.keys(device), ['id', 'name', 'hostName', 'group', 'presence', 'state', 'system']);
    assert.deepEqual(
      [device.name, device.group, device.presence, device.state],
      ['front-desk-02', 'Berlin', 'online', 'active'],
    );
    const renamed = await json('run', 'device.rename', '--devices', 'front-desk-02', '--name', 'Reception');
    assert.equal(renamed.code, 0, renamed.err);
    const found = (await json('devices', 'Reception')).value;
    assert.deepEqual([found.length, found[0].name, found[0].hostName], [1, 'Reception', 'front-desk-02']);
    assert.match((await latchkey(['devices', 'group:Berlin'])).out, /Reception/);

    await fails(['run', 'device.rename', '--devices', 'twin', '--name', 'x'], 'device.ambiguous', 2);
    await fails(['run', 'device.rename', '--devices', 'nobody', '--name', 'x'], 'device.notFound', 1);
    await fails(['run', 'enrolment.approve', '--devices', 'Reception'], 'command.disabled', 3);
    const approved = await json('run', 'enrolment.approve', '--devices', 'late');
    assert.equal(approved.value.devices.length, 1, approved.err);
    await until(() => late.told.some(({ state }) => state === 'active'));
    assert.equal((await json('devices', 'late')).value[0].state, 'active');
  });

  it('refuses nonsense, with the exit code of bad usage', async () => {
    const usage = [['nope'], ['devices', '--wat'], ['run'], ['login'], []];
    await Promise.all(usage.map((words) => fails(words, 'cli.usage', 2)));
    await fails(['run', 'no.such'], 'command.unknown', 2);
    await fails(['devices', 'is:wrong'], 'query.invalid', 2);
    await fails(['run', 'device.rename'], 'command.missingArgument', 2);
    const invalid = [
      ['group.create', '--nome', 'x'],
      ['group.create', 'loose'],
      ['group.create', '--name', ''],
      ['installer.generate', '--limit', '5001'],
      ['installer.generate', '--limit', 'many'],
      ['installer.generate', '--format', 'zip'],
      ['group.create', '--args', '{'],
      ['group.create', '--args', '[]'],
    ];
    await Promise.all(invalid.map((words) => fails(['run', ...words], 'command.invalidArguments', 2)));
    const group = await fails(['run', 'installer.generate', '--group', 'Nowhere'], 'group.notFound', 1);
    assert.match(group.err, /Nowhere/);
    const installer = await fails(['run', 'installer.revoke', '--installer', 'Nothing'], 'installer.notFound', 1);
    assert.match(installer.err, /Nothing/);
  });

  it('complains, helps and answers in the reader’s language', async () => {
    for (const [LC_ALL, ...said] of [
      ['C', 'There is no command “serv”. Did you mean serve?', 'The option “--email <email>” is missing.', 'Options:'],
      [
        'fr_FR.UTF-8',
        'La commande «\u00a0serv\u00a0» n’existe pas. Vouliez-vous dire serve\u00a0?',
        'Il manque l’option «\u00a0--email <email>\u00a0».',
        'Options de toutes les commandes\u00a0:',
      ],
      [
        'de_DE.UTF-8',
        'Den Befehl „serv“ gibt es nicht. Meinten Sie serve?',
        'Die Option „--email <email>“ fehlt.',
        'Optionen aller Befehle:',
      ],
    ] as const) {
      const [unknown, missing, help] = await Promise.all([
        latchkey(['serv'], '', { LC_ALL }),
        latchkey(['login'], '', { LC_ALL }),
        latchkey(['login', '--help'], '', { LC_ALL }),
      ]);
      assert.deepEqual([unknown.code, missing.code, help.code], [2, 2, 0]);
      assert.ok(unknown.err.includes(said[0]), unknown.err);
      assert.ok(missing.err.includes(said[1]), missing.err);
      assert.ok(help.out.includes(said[2]), help.out);
    }
  });

  it('speaks the language that the technician has set, wherever it runs', async () => {
    const rpc = await openWorkbench();
    const settings = (text: string) => ({ document: 'settings' as const, text });
    const { version } = await rpc.request(profileRequests.read, { document: 'settings' });
    await rpc.request(profileRequests.write, { ...settings('{ "workbench.language": "de" }'), version });
    const unknown = await latchkey(['run', 'nothing.there']);
    assert.match(unknown.err, /Den Befehl „nothing\.there“ gibt es nicht/);
    const commands = (await json('commands')).value as { id: string; title: string }[];
    assert.equal(commands.find(({ id }) => id === 'device.rename')?.title, 'Gerät: Umbenennen');
    await rpc.request(profileRequests.write, { ...settings('{}'), version: version + 1 });
    assert.match((await latchkey(['run', 'nothing.there'])).err, /There is no command “nothing\.there”/);
  });

  it('says who is refused', async () => {
    await fails(['devices'], 'account.tokenInvalid', 3, { LATCHKEY_TOKEN: 'nonsense' });
    await fails(['devices'], 'hub.notSignedIn', 3, { XDG_CONFIG_HOME: temporaryFolder() });
    const elsewhere = temporaryFolder();
    await latchkey([...login(), '--password-stdin'], adminPassword, { XDG_CONFIG_HOME: elsewhere });
    const { hubs } = JSON.parse(readFileSync(join(elsewhere, 'latchkey/credentials.json'), 'utf8'));
    assert.equal((await latchkey(['logout'], '', { XDG_CONFIG_HOME: elsewhere })).code, 0);
    await fails(['devices', '--hub', hub.url], 'account.tokenRevoked', 3, { LATCHKEY_TOKEN: hubs[hub.url].token });
    mkdirSync(join(work, 'damaged/latchkey'), { recursive: true });
    writeFileSync(join(work, 'damaged/latchkey/credentials.json'), '{');
    await fails(['devices'], 'file.unreadable', 2, { XDG_CONFIG_HOME: join(work, 'damaged') });
  });

  it('runs by its name from the project', async () => {
    const child = spawn('npx', ['latchkey', 'commands', '--json'], { env: environment(), cwd: root, timeout: 60_000 });
    const { code, value, err } = await ended(child, '');
    assert.equal(code, 0, err);
    assert.ok(value.length > 5);
  });

  it('is stopped once, whoever else is told, and its exit code is that of the program', async () => {
    const { token } = (await json('run', 'installer.generate')).value;
    const words = ['simulate', '--hub', hub.url, '--token', token, '--count', '1', '--seconds', '0', '--json'];
    // As a terminal sends Ctrl+C, and as it goes: to every process of the group; and as a supervisor does.
    for (const [signal, whom] of [
      ['SIGINT', 'group'],
      ['SIGHUP', 'group'],
      ['SIGTERM', 'group'],
      ['SIGTERM', 'launcher'],
    ] as const) {
      const child = spawn('node', [launcher, ...words], { env: environment(), cwd: work, detached: true });
      whenDone(() => void child.kill('SIGKILL'));
      let told = false;
      child.stderr.on('data', (chunk: Buffer) => {
        if (told || !/1 joined/.test(chunk.toString())) return;
        told = true;
        process.kill(whom === 'group' ? -child.pid! : child.pid!, signal);
      });
      const { code, value, err } = await ended(child, '');
      assert.deepEqual([code, value?.joined], [0, 1], `${signal} to the ${whom}: ${err}`);
    }
  });

  it('ends with the hub’s absence where the hub stops in the middle', async () => {
    // One that has its payload still to pack, which takes a while.
    const other = await serve(temporaryFolder());
    const env = { XDG_CONFIG_HOME: temporaryFolder() };
    await latchkey(['login', '--hub', other.url, '--email', adminEmail, '--password-stdin'], adminPassword, env);
    await latchkey(['run', 'group.create', '--name', 'Berlin'], '', env);
    const words = ['run', 'installer.generate', '--format', 'run', '--output', 'cut.run', '--json'];
    const child = spawn('node', [launcher, ...words], { env: environment(env), cwd: work, timeout: 90_000 });
    let stopped = false;
    child.stderr.on('data', () => (stopped ||= other.process.kill('SIGKILL')));
    const { code, value, err } = await ended(child, '');
    assert.ok(stopped, `it was on its way: ${err}`);
    assert.deepEqual([code, typeof value?.error?.code], [4, 'string'], err);
    assert.deepEqual(
      readdirSync(work).filter((name) => name.startsWith('cut.run')),
      [],
    );
    await fails(['devices'], 'hub.unreachable', 4, env);
  });
});
