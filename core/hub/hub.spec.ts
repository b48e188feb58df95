import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { groupRequests } from '#protocol/groups.ts';
import { hubRequests, maximumMessageBytes, protocolVersion } from '#protocol/hub.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import {
  adminEmail,
  adminPassword,
  openSocket,
  postJson,
  RefusedSocket,
  startTestHub,
  type TestHub,
} from '#core/testing/test-hub.ts';
import { startHub } from './hub.ts';

const failsWith =
  (code: ErrorCode, args: Record<string, unknown> = {}) =>
  (error: LatchkeyError) => {
    assert.equal(error.code, code);
    for (const [key, value] of Object.entries(args)) assert.equal(error.args[key], value, key);
    return true;
  };
const errorCode = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { error: { code: string } }).error.code;

describe('The hub’s port', () => {
  let hub: TestHub;
  let webRoot: string;
  const asset = 'assets/0123456789abcdef';
  before(async () => {
    webRoot = temporaryFolder();
    mkdirSync(join(webRoot, asset), { recursive: true });
    writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Latchkey</title>');
    writeFileSync(join(webRoot, asset, 'workbench.js'), 'export {};');
    writeFileSync(join(webRoot, 'extension-frame.sha256'), `'sha256-${'A'.repeat(43)}='`);
    hub = await startTestHub({ webRoot });
  });

  it('says that it is ready, and counts', async () => {
    const health = await fetch(`${hub.url}/healthz`);
    assert.deepEqual([health.status, await health.json()], [200, { status: 'ready' }]);
    await (await hub.workbench()).rpc.request(hubRequests.ping, {});
    const metrics = await (await fetch(`${hub.url}/metrics`)).text();
    assert.match(metrics, /latchkey_workbench_requests_total{method="hub\/ping",outcome="done"} 1/);
    assert.match(metrics, /process_cpu_seconds_total/);
  });

  it('serves the pages with a strict policy, and lets browsers keep what cannot change', async () => {
    const page = await fetch(`${hub.url}/`);
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
    const policy = page.headers.get('content-security-policy')!;
    assert.equal(policy.includes('unsafe-eval'), false);
    assert.ok(policy.includes(`script-src 'self' 'sha256-${'A'.repeat(43)}=';`), policy);
    for (const part of ["default-src 'none'", "worker-src 'self' blob:", "frame-ancestors 'none'", "base-uri 'none'"]) {
      assert.ok(policy.includes(part), part);
    }
    const script = await fetch(`${hub.url}/${asset}/workbench.js`);
    assert.match(script.headers.get('cache-control')!, /immutable/);
    assert.match(script.headers.get('content-type')!, /javascript/);
  });

  it('hands out nothing beside the pages', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/.env',
      '/assets/..%2f..%2fpackage.json',
      '/nothing',
    ]) {
      const answer = await rawGet(hub.port, path);
      assert.match(answer, /^HTTP\/1.1 (400|403|404)/, path);
    }
  });

  it('says what to do where the pages were not built', async () => {
    const bare = await startTestHub();
    const page = await fetch(`${bare.url}/`);
    assert.equal(page.status, 503);
    assert.match(await page.text(), /npm run build/);
  });

  it('refuses another site’s requests and WebSockets', async () => {
    const cookie = await hub.signIn();
    const url = `${hub.url.replace('http', 'ws')}/workbench`;
    for (const origin of [
      'https://evil.example',
      'null',
      `http://localhost.evil.example:${hub.port}`,
      `http://127.0.0.1:1`,
    ]) {
      await assert.rejects(openSocket(url, { headers: { cookie, origin } }), (error: RefusedSocket) => {
        assert.deepEqual([error.status, error.code], [403, 'account.originRefused']);
        return true;
      });
      const answer = await postJson(`${hub.url}/api/sign-out`, {}, { cookie, origin });
      assert.equal(answer.status, 403);
    }
    const crossSite = await postJson(`${hub.url}/api/sign-out`, {}, { cookie, 'sec-fetch-site': 'cross-site' });
    assert.equal(crossSite.status, 403);
    for (const origin of [hub.url, `http://localhost:${hub.port}`]) {
      (await openSocket(url, { headers: { cookie, origin } })).terminate();
    }
  });

  it('answers requests that are no good with an error that a program can tell apart', async () => {
    const signIn = `${hub.url}/api/sign-in`;
    const noEmail = await postJson(signIn, { email: 'x', password: 'y' });
    assert.deepEqual([noEmail.status, await errorCode(noEmail)], [400, 'rpc.invalidParams']);
    const noJson = await fetch(signIn, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
    assert.deepEqual([noJson.status, await errorCode(noJson)], [400, 'rpc.invalidParams']);
    const giant = await postJson(signIn, { email: adminEmail, password: 'x'.repeat(100_000) });
    assert.deepEqual([giant.status, await errorCode(giant)], [400, 'rpc.tooLarge']);
    const nothing = await fetch(`${hub.url}/api/nothing`);
    assert.deepEqual([nothing.status, await errorCode(nothing)], [404, 'rpc.unknownMethod']);
    const german = await postJson(
      signIn,
      { email: adminEmail, password: 'no' },
      { 'accept-language': 'de-CH,en;q=0.5' },
    );
    assert.match(((await german.json()) as { message: string }).message, /Passwort/);
  });

  it('refuses a WebSocket on a path that has none', async () => {
    await assert.rejects(openSocket(`${hub.url.replace('http', 'ws')}/nothing`), (error: RefusedSocket) => {
      assert.deepEqual([error.status, error.code], [404, 'rpc.unknownMethod']);
      return true;
    });
  });

  it('tells a peer of a malformed message, goes on, and hangs up on one that does not stop', async () => {
    const { socket, rpc, closed } = await hub.workbench();
    const answer = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send('{"jsonrpc":');
    const { id, error } = JSON.parse(await answer) as { id: unknown; error: { data: { code: string } } };
    assert.deepEqual([id, error.data.code], [null, 'rpc.malformed']);
    await rpc.request(hubRequests.ping, {});
    for (const bad of [
      '[]',
      '1',
      '{"jsonrpc":"1.0","id":1,"method":"x"}',
      Buffer.from([1, 2, 3]),
      'x',
      'x',
      'x',
      'x',
      'x',
      'x',
      'x',
    ]) {
      socket.send(bad);
    }
    assert.equal(await closed, 1008);
  });

  it('refuses parameters that break the contract and methods that it does not have', async () => {
    const { rpc } = await hub.workbench();
    await assert.rejects(rpc.request(groupRequests.create, { name: '' }), failsWith('rpc.invalidParams'));
    await assert.rejects(rpc.request(groupRequests.create, { name: 'a\nb' }), failsWith('rpc.invalidParams'));
    const unknown = { ...hubRequests.ping, method: 'hub/nothing' };
    await assert.rejects(rpc.request(unknown, {}), failsWith('rpc.unknownMethod', { method: 'hub/nothing' }));
  });

  it('hangs up on a message that is too large, and serves the others', async () => {
    const [one, other] = [await hub.workbench(), await hub.workbench()];
    one.socket.send('x'.repeat(maximumMessageBytes + 1));
    assert.equal(await one.closed, 1009);
    await other.rpc.request(hubRequests.ping, {});
  });

  it('a request that is too large fails where it is made, and the connection stays', async () => {
    const { rpc } = await hub.workbench();
    const name = 'x'.repeat(maximumMessageBytes);
    await assert.rejects(
      rpc.request(groupRequests.create, { name }),
      failsWith('rpc.tooLarge', { limit: maximumMessageBytes }),
    );
    await rpc.request(hubRequests.ping, {});
  });

  it('answers all of a burst, however fast it comes', async () => {
    const { rpc } = await hub.workbench();
    const answers = await Promise.all(Array.from({ length: 4500 }, () => rpc.request(hubRequests.ping, {})));
    assert.equal(answers.length, 4500);
  });

  it('tells about itself', async () => {
    const about = await (await hub.workbench()).rpc.request(hubRequests.about, {});
    assert.equal(about.publicUrl, hub.url);
    assert.equal(about.protocol, protocolVersion);
    assert.match(about.keyFingerprint, /^[0-9a-f]{64}$/);
  });
});

describe('Starting and stopping the hub', () => {
  const base = {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    admin: { email: adminEmail, password: adminPassword },
  } as const;

  it('names a port in use, makes no password that nobody sees, and lets go of the data', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const data = temporaryFolder();
    const start = startHub({ ...base, admin: undefined, port, data });
    await assert.rejects(start, failsWith('port.inUse', { host: '127.0.0.1', port }));
    await new Promise((resolve) => other.close(resolve));
    const hub = await startHub({ ...base, admin: undefined, port, data });
    assert.notEqual(hub.initialAdmin, undefined);
    await hub.close();
  });

  it('listens on other addresses only with TLS or behind a proxy', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
      await assert.rejects(
        startHub({ ...base, host, data: temporaryFolder() }),
        failsWith('listen.needsTls', { host }),
      );
    }
    const hub = await startTestHub({ host: '0.0.0.0', behindProxy: true, publicUrl: 'https://support.example.com' });
    assert.equal(hub.url, 'https://support.example.com');
    const local = `http://127.0.0.1:${hub.port}`;
    const headers = { origin: 'https://support.example.com', 'x-forwarded-for': '198.51.100.9, 203.0.113.7' };
    const answer = await postJson(`${local}/api/sign-in`, { email: adminEmail, password: adminPassword }, headers);
    assert.match(answer.headers.get('set-cookie')!, /^__Host-latchkey=.*Secure/);
    assert.match(answer.headers.get('strict-transport-security')!, /max-age/);
    const foreign = await postJson(`${local}/api/sign-in`, {}, { origin: local.replace('127.0.0.1', '0.0.0.0') });
    assert.equal(foreign.status, 403);
  });

  it('names an address that this computer does not have', async () => {
    const start = startHub({ ...base, host: '192.0.2.1', behindProxy: true, data: temporaryFolder() });
    await assert.rejects(start, failsWith('port.unavailable', { host: '192.0.2.1' }));
  });

  it('names a TLS file that cannot be read, or is none', async () => {
    const rubbish = join(temporaryFolder(), 'rubbish.pem');
    writeFileSync(rubbish, 'rubbish');
    await assert.rejects(
      startHub({ ...base, data: temporaryFolder(), tls: { cert: rubbish, key: rubbish } }),
      failsWith('tls.unreadable', { file: rubbish }),
    );
    const cert = join(temporaryFolder(), 'missing.pem');
    await assert.rejects(
      startHub({ ...base, data: temporaryFolder(), tls: { cert, key: cert } }),
      failsWith('tls.unreadable', { file: cert }),
    );
  });

  it('refuses an administrator’s e-mail that is none', async () => {
    const start = startHub({ ...base, data: temporaryFolder(), admin: { email: 'root', password: adminPassword } });
    await assert.rejects(start, failsWith('rpc.invalidParams', { method: 'LATCHKEY_ADMIN_EMAIL' }));
  });

  it('says goodbye, keeps what was acknowledged, and starts again where it was', async () => {
    const data = temporaryFolder();
    const hub = await startTestHub({ data });
    const workbench = await hub.workbench();
    const names = Array.from({ length: 50 }, (_, index) => `Group ${index}`);
    const created = names.map((name) => workbench.rpc.request(groupRequests.create, { name }));
    const all = Promise.allSettled(created);
    await created[0];
    await hub.close();
    assert.equal(await workbench.closed, 1001);
    const settled = await all;
    const acknowledged = names.filter((_, index) => settled[index]!.status === 'fulfilled');
    assert.ok(acknowledged.length > 0);
    await assert.rejects(fetch(`${hub.url}/healthz`));
    const again = await startTestHub({ data });
    const { rpc } = await again.workbench();
    const kept = new Set((await rpc.request(groupRequests.list, {})).map(({ name }) => name));
    assert.deepEqual(
      acknowledged.filter((name) => !kept.has(name)),
      [],
    );
  });
});

/** A request as it is, without a client that tidies its path up. */
function rawGet(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
