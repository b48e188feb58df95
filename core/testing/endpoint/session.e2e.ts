import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { newId } from '#core/base/ids.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { seal } from '#core/base/sealed-message.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { fileRequests, pieceBytes } from '#protocol/file-transfer.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { sealedPurpose } from '#protocol/sealed.ts';
import {
  endpointSessionNotifications,
  endpointSessionRequests,
  sessionNotifications,
  sessionRequests,
  type Session,
  type SessionEnd,
} from '#protocol/sessions.ts';
import { terminalNotifications, terminalRequests } from '#protocol/terminal.ts';
import { failsWith, until } from '../expect.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startTestHub } from '../test-hub.ts';
import { whenDone } from '../when-done.ts';
import { ScriptedHub } from './scripted-hub.ts';
import { noAccounts, temporaryAccount, type TemporaryAccount } from './temporary-account.ts';

/** The bundle as installers ship it, with what terminals need beside it, in a process of its own. */
describe('sessions of the endpoint as it is shipped (X1, A9)', { skip: noAccounts }, () => {
  const folder = temporaryFolder();
  const program = join(folder, 'latchkey-endpoint.cjs');
  const system = `${process.platform}-${process.arch}`;

  before(async () => {
    await build({
      entryPoints: ['core/endpoint/main.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      logLevel: 'error',
      define: { 'import.meta.url': 'undefined' },
    });
    const native = `node_modules/@lydell/node-pty-${system}/prebuilds/${system}`;
    cpSync(native, join(folder, 'pty', system), { recursive: true });
    execFileSync('chmod', ['755', folder]);
  });

  async function start(): Promise<{ hub: ScriptedHub; endpoint: ChildProcess; rpc: RpcConnection; data: string }> {
    const hub = await new ScriptedHub().start();
    const data = join(temporaryFolder(), 'data');
    const config = join(temporaryFolder(), 'installer.json');
    writeFileSync(config, JSON.stringify(hub.config()));
    const args = [program, 'run', '--data', data, '--config', config];
    const endpoint = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    whenDone(async () => {
      endpoint.kill('SIGKILL');
      await hub.stop();
    });
    await until(() => hub.devices.size > 0 && hub.only().rpc !== undefined);
    return { hub, endpoint, rpc: hub.only().rpc!, data };
  }

  async function signIn(rpc: RpcConnection, account: TemporaryAccount): Promise<string> {
    const session = newId();
    const technicians = [{ name: 'Anna', inControl: true }];
    const opening = { session, kind: 'unattended' as const, technicians, startedAt: Date.now() };
    const { sealingKey } = await rpc.request(endpointSessionRequests.open, opening);
    const given = Buffer.from(JSON.stringify({ account: account.name, password: account.password }));
    const sealed = await seal(sealingKey ?? '', sealedPurpose(session), given);
    await rpc.request(endpointSessionRequests.signIn, { session, account: sealed });
    return session;
  }

  it('terminal and files as the account; a kill of the endpoint leaves neither programs nor half a file', async () => {
    const account = temporaryAccount();
    const { endpoint, rpc } = await start();
    const session = await signIn(rpc, account);
    let printed = '';
    rpc.on(terminalNotifications.output, ({ data }) => void (printed += Buffer.from(data, 'base64').toString()));
    const { terminal } = await rpc.request(terminalRequests.open, { session, columns: 80, rows: 24 });
    const input = Buffer.from('id -un; sleep 54321\r').toString('base64');
    rpc.notify(terminalNotifications.input, { session, terminal, data: input });
    await until(() => new RegExp(`^${account.name}\r$`, 'm').test(printed) && processesOf(account).includes('sleep'));
    const file = { session, folder: account.home, name: 'half', size: 100 };
    const { transfer } = await rpc.request(fileRequests.write, { ...file, replace: false });
    const data = Buffer.from('half').toString('base64');
    await rpc.request(fileRequests.put, { session, transfer, offset: 0, data });
    assert.ok(readdirSync(account.home).some((name) => name.startsWith('.latchkey-')));
    endpoint.kill('SIGKILL');
    await until(() => processesOf(account).length === 0);
    assert.deepEqual(
      readdirSync(account.home).filter((name) => name.includes('latchkey') || name === 'half'),
      [],
    );
  });

  it('stopped, it ends its sessions and says so first', async () => {
    const account = temporaryAccount();
    const { endpoint, rpc, data } = await start();
    const session = await signIn(rpc, account);
    const ended: { session: string; end: SessionEnd }[] = [];
    rpc.on(endpointSessionNotifications.ended, (end) => void ended.push(end));
    await rpc.request(terminalRequests.open, { session, columns: 80, rows: 24 });
    await until(() => processesOf(account).includes('bash'));
    endpoint.kill('SIGTERM');
    await until(() => endpoint.exitCode !== null);
    assert.equal(endpoint.exitCode, 0);
    await until(() => ended.length > 0);
    assert.deepEqual(ended, [{ session, end: 'connectionLost' }]);
    // The account's shell runs its .bash_logout when it is hung up.
    await until(() => processesOf(account).length === 0);
    const log = join(data, 'endpoint.log');
    assert.equal(existsSync(log) && readFileSync(log, 'utf8').includes(account.password), false);
  });

  it('through a real hub: account, 10 MB of output, a file there and back, an end by the technician', async () => {
    const account = temporaryAccount();
    const hub = await startTestHub();
    const { rpc } = await hub.workbench();
    const group = (await rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    const wanted = { group, name: null, limit: 1, expiresAt: null };
    const { token } = await rpc.request(installerRequests.generate, wanted);
    const data = join(temporaryFolder(), 'data');
    await promisify(execFile)(process.execPath, [program, 'join', '--hub', hub.url, '--token', token, '--data', data]);
    const endpoint = spawn(process.execPath, [program, 'run', '--data', data], { cwd: folder, stdio: 'ignore' });
    whenDone(() => void endpoint.kill('SIGKILL'));
    let device = '';
    await until(async () => {
      const { devices } = await rpc.request(deviceRequests.changes, { since: null });
      device = devices[0]?.id ?? '';
      return device !== '';
    });
    const seen: Session[] = [];
    rpc.on(sessionNotifications.changed, (change) => void seen.push(change.session));
    await rpc.request(sessionRequests.watch, {});
    let started: Session | undefined;
    await until(async () => {
      started = await rpc.request(sessionRequests.start, { device }).catch(() => undefined);
      return started !== undefined;
    });
    const session = started!.id;
    assert.equal(started!.state, 'signingIn');
    const give = async (password: string): Promise<Session> => {
      const given = Buffer.from(JSON.stringify({ account: account.name, password }));
      const sealed = await seal(started!.sealingKey ?? '', sealedPurpose(session), given);
      return rpc.request(sessionRequests.signIn, { session, account: sealed });
    };
    await assert.rejects(give('wrong'), failsWith('session.accountRefused'));
    assert.equal((await give(account.password)).state, 'active');

    const size = 10 * 1024 * 1024;
    const hash = createHash('sha256');
    let [text, received] = ['', 0];
    rpc.on(terminalNotifications.output, ({ terminal, offset, data: output }) => {
      const bytes = Buffer.from(output, 'base64');
      assert.equal(offset, received);
      received += bytes.length;
      if (text.endsWith('READY')) hash.update(bytes);
      else text += bytes.toString();
      rpc.notify(terminalNotifications.acknowledge, { session, terminal, offset: received });
    });
    const codes: (number | null)[] = [];
    rpc.on(terminalNotifications.exited, ({ code }) => void codes.push(code));
    const { terminal } = await rpc.request(terminalRequests.open, { session, columns: 80, rows: 24 });
    await rpc.request(terminalRequests.attach, { session, terminal, from: 0 });
    const type = (keys: string): void =>
      rpc.notify(terminalNotifications.input, { session, terminal, data: Buffer.from(keys).toString('base64') });
    type(`exec sh -c 'stty raw -echo; printf REA""DY; read -r x; yes latchkey | head -c ${size}'\r`);
    await until(() => text.endsWith('READY'));
    type('\n');
    for (let waited = 0; waited < 60_000 && codes.length === 0; waited += 50) await delay(50);
    assert.deepEqual(codes, [0]);
    const expected = createHash('sha256').update('latchkey\n'.repeat(size / 9 + 1).slice(0, size));
    assert.equal(hash.digest('hex'), expected.digest('hex'));

    const content = randomBytes(pieceBytes + 7);
    const file = { session, folder: account.home, name: 'größe.bin', size: content.length, replace: false };
    const { transfer } = await rpc.request(fileRequests.write, file);
    for (let offset = 0; offset < content.length; offset += pieceBytes) {
      const part = content.subarray(offset, offset + pieceBytes).toString('base64');
      await rpc.request(fileRequests.put, { session, transfer, offset, data: part });
    }
    const sent = await rpc.request(fileRequests.finish, { session, transfer });
    assert.equal(sent.sha256, createHash('sha256').update(content).digest('hex'));
    const path = join(account.home, 'größe.bin');
    const reading = await rpc.request(fileRequests.read, { session, path });
    const first = await rpc.request(fileRequests.piece, { session, transfer: reading.transfer, offset: 0 });
    assert.ok(Buffer.from(first.data, 'base64').equals(content.subarray(0, pieceBytes)));
    assert.deepEqual(await rpc.request(fileRequests.finish, { session, transfer: reading.transfer }), sent);
    await assert.rejects(
      rpc.request(fileRequests.read, { session, path: '/etc/shadow' }),
      failsWith('file.notAllowed'),
    );
    await rpc.request(sessionRequests.end, { session });
    await until(() => seen.some(({ state, end }) => state === 'ended' && end === 'technician'));
    await until(() => processesOf(account).length === 0);
  });

  it('without what terminals need it says so', async () => {
    const account = temporaryAccount();
    const aside = join(folder, 'aside');
    mkdirSync(aside);
    execFileSync('mv', [join(folder, 'pty'), aside]);
    try {
      // Neither can it ask for the account then, which takes a terminal too.
      const { rpc } = await start();
      await assert.rejects(signIn(rpc, account), failsWith('session.unsupported'));
    } finally {
      execFileSync('mv', [join(aside, 'pty'), folder]);
    }
  });
});

function processesOf({ uid }: TemporaryAccount): string[] {
  try {
    const listed = execFileSync('ps', ['-u', String(uid), '-o', 'comm='], { encoding: 'utf8' });
    return listed
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  } catch {
    return [];
  }
}
