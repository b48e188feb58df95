import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { whenDone } from '#core/testing/when-done.ts';
import { KeepAlive } from './keep-alive.ts';
import { throttle } from './throttle.ts';

async function pair(): Promise<{ server: WebSocket; client: WebSocket }> {
  const listener = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => listener.once('listening', resolve));
  const connected = new Promise<WebSocket>((resolve) => listener.once('connection', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(listener.address() as AddressInfo).port}`);
  const server = await connected;
  if (client.readyState !== WebSocket.OPEN) await new Promise((resolve) => client.once('open', resolve));
  whenDone(() => {
    client.terminate();
    server.terminate();
    listener.close();
  });
  return { server, client };
}

describe('throttle', () => {
  it('stops reading beyond the burst, and loses nothing', async () => {
    const { server, client } = await pair();
    throttle(server, { burst: 10, perSecond: 200 });
    const received: string[] = [];
    const pausedAt: number[] = [];
    const all = new Promise<void>((resolve) =>
      server.on('message', (data) => {
        received.push(String(data));
        if (server.isPaused) pausedAt.push(received.length);
        if (received.length === 40) resolve();
      }),
    );
    for (let index = 0; index < 40; index++) client.send(String(index));
    await all;
    assert.deepEqual(
      received,
      Array.from({ length: 40 }, (_, index) => String(index)),
    );
    assert.ok(pausedAt[0]! >= 11, `paused after ${pausedAt[0]} messages`);
  });

  it('leaves a peer alone that keeps to the rate', async () => {
    const { server, client } = await pair();
    throttle(server, { burst: 10, perSecond: 1 });
    const tenth = new Promise<void>((resolve) => {
      let count = 0;
      server.on('message', () => ++count === 10 && resolve());
    });
    for (let index = 0; index < 10; index++) client.send('x');
    await tenth;
    assert.equal(server.isPaused, false);
  });
});

describe('KeepAlive', () => {
  it('pings the silent, keeps those that answer, and drops the dead within 45 seconds', async () => {
    let now = 0;
    const keepAlive = new KeepAlive(() => now);
    whenDone(() => keepAlive.dispose());
    const living = await pair();
    const dead = await pair();
    const pongs = { living: 0 };
    // Its system is gone: nothing that is sent to it arrives.
    dead.client.pause();
    keepAlive.watch(living.server);
    keepAlive.watch(dead.server);
    living.server.on('pong', () => pongs.living++);
    const closed = new Promise<void>((resolve) => dead.server.once('close', () => resolve()));
    for (now = 5; now <= 45; now += 5) {
      const ponged = now >= 15 ? new Promise((resolve) => living.server.once('pong', resolve)) : undefined;
      const before = pongs.living;
      keepAlive.check();
      // Whoever was heard of lately is not asked.
      if (ponged) await Promise.race([ponged, new Promise((resolve) => setTimeout(resolve, 50))]);
      else assert.equal(pongs.living, before);
    }
    await closed;
    assert.ok(pongs.living >= 1);
    assert.equal(living.server.readyState, WebSocket.OPEN);
  });
});
