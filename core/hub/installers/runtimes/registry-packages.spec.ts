import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { buffer } from 'node:stream/consumers';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { PackageUnreachable, PackageUntrusted, RegistryPackages, type RegistryOptions } from './registry-packages.ts';
import { runtimeCatalogue } from './runtime-catalogue.ts';

const wanted = runtimeCatalogue['koffi-win-x64'];
const path = `/@koromix/koffi-win32-x64/-/koffi-win32-x64-${wanted.version}.tgz`;
const never = new AbortController().signal;
const bytes = 'the package';

async function listen(server: Server & { closeAllConnections?: () => void }): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  whenDone(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy as offices have them: it connects to whatever it is asked for, here always to `port`. */
async function startProxy(port: number) {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end(bytes);
  });
  server.on('connect', (request: IncomingMessage, socket, head) => {
    asked.push(`CONNECT ${request.url}`);
    const there = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) there.write(head);
      there.pipe(socket).pipe(there);
    });
    for (const each of [there, socket]) each.on('error', () => {});
  });
  return { asked, url: `http://127.0.0.1:${await listen(server)}` };
}

describe('The package registry', () => {
  const folder = temporaryFolder();
  let certificate: string;
  let port: number;
  let answer: RequestListener;

  before(async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const about = ['-subj', '/CN=inspecting proxy', '-addext', 'subjectAltName=DNS:registry.example.com,IP:127.0.0.1'];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', ...kind, ...about, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    certificate = readFileSync(cert, 'utf8');
    const server = createHttpsServer({ key: readFileSync(key), cert: certificate }, (request, response) =>
      answer(request, response),
    );
    port = await listen(server);
  });
  const fetched = async (options: RegistryOptions): Promise<string> =>
    (await buffer(await new RegistryPackages(options).open(wanted, never))).toString();
  const direct = (): string => `https://127.0.0.1:${port}`;

  it('is reached through the proxy that HTTPS_PROXY names, and directly where NO_PROXY names it', async () => {
    answer = (_, response) => void response.end(bytes);
    const { asked, url } = await startProxy(port);
    const trusted = { authorities: [certificate] };
    const env = { HTTPS_PROXY: url, NO_PROXY: '127.0.0.1' };
    assert.equal(await fetched({ ...trusted, registry: 'https://registry.example.com', env }), bytes);
    assert.deepEqual(asked, ['CONNECT registry.example.com:443']);
    assert.equal(await fetched({ ...trusted, registry: direct(), env }), bytes);
    assert.equal(asked.length, 1);
    assert.equal(await fetched({ registry: 'http://registry.example.com', env: { http_proxy: url } }), bytes);
    assert.deepEqual(asked.at(-1), `GET http://registry.example.com${path}`);
  });

  it('tells a certificate that nobody vouches for from a network that is down, and asks no second time', async () => {
    let asked = 0;
    answer = (_, response) => void (asked++, response.end(bytes));
    await assert.rejects(fetched({ registry: direct(), env: {} }), (error: PackageUntrusted) => {
      assert.ok(error instanceof PackageUntrusted);
      assert.equal(error.message, 'DEPTH_ZERO_SELF_SIGNED_CERT');
      assert.equal(error.url, `${direct()}${path}`);
      return true;
    });
    assert.equal(asked, 0);
    await assert.rejects(fetched({ registry: 'https://127.0.0.1:1', env: {} }), (error: Error) => {
      assert.equal(error instanceof PackageUntrusted, false);
      assert.equal(error.message, 'ECONNREFUSED');
      return error instanceof PackageUnreachable;
    });
  });

  it('says what a proxy that refuses has said', async () => {
    const server = createHttpServer();
    server.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const env = { HTTPS_PROXY: `http://127.0.0.1:${await listen(server)}` };
    await assert.rejects(fetched({ registry: 'https://registry.example.com', env }), /407/);
  });

  it('is followed where it sends elsewhere, but not from TLS to a connection without', async () => {
    const trusted = { registry: direct(), authorities: [certificate], env: {} };
    answer = ({ url }, response) =>
      url === path ? void response.writeHead(302, { location: '/moved' }).end() : void response.end(url);
    assert.equal(await fetched(trusted), '/moved');
    answer = (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    await assert.rejects(fetched(trusted), /HTTP 302/);
    answer = (_, response) => void response.writeHead(302, { location: '/again' }).end();
    await assert.rejects(fetched(trusted), /HTTP 302/);
  });

  it('that says nothing, or stops in the middle, is not waited for for ever', async () => {
    const slow = { registry: direct(), authorities: [certificate], env: {}, patience: 0.2 };
    answer = () => {};
    await assert.rejects(fetched(slow), /ETIMEDOUT/);
    answer = (_, response) => void response.writeHead(200, { 'content-length': 100 }).write('some');
    await assert.rejects(fetched(slow));
  });
});
