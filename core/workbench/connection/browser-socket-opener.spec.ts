import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { WebSocketServer } from 'ws';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { identityPath } from '#protocol/accounts.ts';
import { workbenchPath } from '#protocol/hub.ts';
import { BrowserSocketOpener } from './browser-socket-opener.ts';

/** A hub that lets sockets in, or answers requests in a way of the test's choice. */
async function hub(letIn: boolean, status: number, body: string): Promise<{ url: string; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url!);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    paths.push(request.url!);
    if (letIn) sockets.handleUpgrade(request, socket, head, (opened) => opened.send('hello'));
    else socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  whenDone(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

describe('The page’s socket to its hub', () => {
  it('is opened at the workbench’s path', async () => {
    const { url, paths } = await hub(true, 200, '{}');
    const socket = (await new BrowserSocketOpener(url).open()) as unknown as WebSocket;
    assert.equal(socket.readyState, WebSocket.OPEN);
    assert.deepEqual(paths, [workbenchPath]);
    socket.close();
  });

  it('is refused with the reason that an ordinary request brings to light', async () => {
    for (const [status, body, code] of [
      [401, '{"error":{"code":"account.disabled","args":{}}}', 'account.disabled'],
      [401, 'not JSON', 'hub.notSignedIn'],
      [200, '{}', 'hub.unreachable'],
      [502, 'a proxy', 'hub.unreachable'],
    ] as const) {
      const { url, paths } = await hub(false, status, body);
      await assert.rejects(new BrowserSocketOpener(url).open(), expectCode(code));
      assert.deepEqual(paths, [workbenchPath, identityPath]);
    }
    await assert.rejects(new BrowserSocketOpener('http://127.0.0.1:1').open(), expectCode('hub.unreachable'));
  });
});
