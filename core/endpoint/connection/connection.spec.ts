import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { BackOff } from './back-off.ts';
import { normaliseHubAddress } from './hub-address.ts';
import { keepAlive } from './keep-alive.ts';

describe('connection', () => {
  const cleanups: (() => void)[] = [];
  afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

  it('waits longer each time, up to a limit, anywhere below it, and starts anew after a success', () => {
    const longest = new BackOff({ first: 1, longest: 60, random: () => 1 });
    assert.deepEqual(
      Array.from({ length: 9 }, () => longest.next()),
      [1, 2, 4, 8, 16, 32, 60, 60, 60],
    );
    longest.reset();
    assert.equal(longest.next(), 1);
    const half = new BackOff({ first: 1, longest: 60, random: () => 0.5 });
    assert.deepEqual([half.next(), half.next(), half.next()], [0.5, 1, 2]);
  });

  it('takes a hub’s address in one form, and refuses what is none without repeating a password', () => {
    assert.equal(normaliseHubAddress('HTTP://Hub.Example:7420/'), 'http://hub.example:7420');
    assert.equal(normaliseHubAddress('https://hub.example/latchkey/'), 'https://hub.example/latchkey');
    for (const wrong of [
      'hub.example',
      'ftp://hub.example',
      'https://hub.example/?a=1',
      'https://anna:secret@hub.example',
    ]) {
      assert.throws(
        () => normaliseHubAddress(wrong),
        (error: Error) => !error.message.includes('secret') && /hubAddressInvalid/.test(error.message),
      );
    }
  });

  async function connected(autoPong: boolean): Promise<WebSocket> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong });
    cleanups.push(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    await once(server, 'listening');
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await once(socket, 'open');
    return socket;
  }

  it('ends a connection that gives no sign of life', async () => {
    const socket = await connected(false);
    let signs = 0;
    const alive = keepAlive(socket, { interval: 0.01, patience: 0.01 }, () => signs++);
    await once(socket, 'close');
    alive.dispose();
    assert.equal(signs, 0);
  });

  it('keeps a connection that answers', async () => {
    const socket = await connected(true);
    let signs = 0;
    await new Promise<void>((resolve, reject) => {
      socket.once('close', () => reject(new Error('closed')));
      const alive = keepAlive(socket, { interval: 0.01, patience: 5 }, () => {
        if (++signs < 1) return;
        alive.dispose();
        resolve();
      });
    });
    assert.equal(socket.readyState, WebSocket.OPEN);
  });
});
