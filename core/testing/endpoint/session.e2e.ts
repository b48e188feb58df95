import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { newId } from '#core/base/ids.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { seal } from '#core/base/sealed-message.ts';
import { fileRequests } from '#protocol/file-transfer.ts';
import { sealedPurpose } from '#protocol/sealed.ts';
import { endpointSessionNotifications, endpointSessionRequests, type SessionEnd } from '#protocol/sessions.ts';
import { terminalNotifications, terminalRequests } from '#protocol/terminal.ts';
import { failsWith, until } from '../expect.ts';
import { temporaryFolder } from '../temporary-folder.ts';
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
    assert.deepEqual(ended, [{ session, end: 'connectionLost' }]);
    assert.deepEqual(processesOf(account), []);
    const log = join(data, 'endpoint.log');
    assert.equal(existsSync(log) && readFileSync(log, 'utf8').includes(account.password), false);
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
