import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { CancellationTokenSource } from '#jsonrpc';
import { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import { notification, request } from '#protocol/messages.ts';
import { RpcConnection } from './rpc-connection.ts';
import { portTransport, type PortLike } from './transport.ts';

const double = request('test/double', z.object({ n: z.number() }), z.object({ n: z.number() }));
const told = notification('test/told', z.object({ text: z.string() }));

describe('RpcConnection', () => {
  const cleanups: (() => void)[] = [];
  afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

  function pair(): [RpcConnection, RpcConnection] {
    const { port1, port2 } = new MessageChannel();
    const ends = [port1, port2].map((port) => {
      const transport = portTransport(port as unknown as PortLike);
      port.on('close', () => transport.close());
      cleanups.push(() => port.close());
      return new RpcConnection(transport, { onInternalError: () => 'ref-1' });
    });
    return ends as [RpcConnection, RpcConnection];
  }
  const code = (expected: string) => (error: unknown) => error instanceof LatchkeyError && error.code === expected;

  it('answers a request', async () => {
    const [a, b] = pair();
    b.handle(double, ({ n }) => ({ n: n * 2 }));
    a.listen();
    b.listen();
    assert.deepEqual(await a.request(double, { n: 21 }), { n: 42 });
  });

  it('refuses parameters that break the contract before the handler sees them', async () => {
    const [a, b] = pair();
    let called = false;
    b.handle(double, () => ((called = true), { n: 0 }));
    a.listen();
    b.listen();
    await assert.rejects(a.request(double, { n: 'x' } as never), (error: LatchkeyError) => {
      assert.equal(error.code, 'rpc.invalidParams');
      assert.match(String(error.args.problem), /^n: /);
      return true;
    });
    assert.equal(called, false);
  });

  it('refuses an answer that breaks the contract', async () => {
    const [a, b] = pair();
    b.handle(double, () => ({ n: 'x' }) as never);
    a.listen();
    b.listen();
    await assert.rejects(a.request(double, { n: 1 }), code('rpc.invalidResult'));
  });

  it('carries errors with their code and arguments, and hides those that are not meant for the peer', async () => {
    const [a, b] = pair();
    b.handle(double, ({ n }) => {
      if (n === 1) throw new LatchkeyError('group.nameTaken', { name: 'Berlin' });
      throw new Error('the password is hunter2');
    });
    a.listen();
    b.listen();
    await assert.rejects(a.request(double, { n: 1 }), (error: LatchkeyError) => {
      assert.deepEqual(error.toData(), { code: 'group.nameTaken', args: { name: 'Berlin' } });
      return true;
    });
    await assert.rejects(a.request(double, { n: 2 }), (error: LatchkeyError) => {
      assert.deepEqual(error.toData(), { code: 'internal', args: { reference: 'ref-1' } });
      return true;
    });
  });

  it('reports progress, and cancels at both ends', async () => {
    const [a, b] = pair();
    b.handle(double, ({ n }, { token, progress }) => {
      progress({ fraction: 0.5 });
      return new Promise((resolve, reject) => {
        token.onCancellationRequested(() => reject(new LatchkeyError('rpc.cancelled')));
        if (n === 0) resolve({ n });
      });
    });
    a.listen();
    b.listen();
    const reports: unknown[] = [];
    await a.request(double, { n: 0 }, { onProgress: (report) => reports.push(report) });
    assert.deepEqual(reports, [{ fraction: 0.5 }]);
    const source = new CancellationTokenSource();
    const queued = a.request(double, { n: 1 }, { token: source.token });
    source.cancel();
    await assert.rejects(queued, code('rpc.cancelled'));
    const later = new CancellationTokenSource();
    const running = a.request(double, { n: 1 }, { token: later.token, onProgress: () => later.cancel() });
    await assert.rejects(running, code('rpc.cancelled'));
  });

  it('fails what waits when the peer hangs or goes away', async () => {
    const [a, b] = pair();
    b.handle(double, () => new Promise(() => {}));
    a.listen();
    b.listen();
    await assert.rejects(a.request(double, { n: 1 }, { timeout: 0.02 }), code('rpc.timeout'));
    const waiting = a.request(double, { n: 1 });
    a.dispose();
    await assert.rejects(waiting, code('rpc.closed'));
    await assert.rejects(a.request(double, { n: 1 }), code('rpc.closed'));
  });

  it('names a method that the peer does not have', async () => {
    const [a, b] = pair();
    a.listen();
    b.listen();
    await assert.rejects(a.request(double, { n: 1 }), code('rpc.unknownMethod'));
  });

  it('drops a notification that breaks its contract', async () => {
    const [a, b] = pair();
    const heard: string[] = [];
    b.on(told, ({ text }) => void heard.push(text));
    b.handle(double, ({ n }) => ({ n }));
    a.listen();
    b.listen();
    a.notify(told, { text: 1 } as never);
    a.notify(told, { text: 'hello' });
    await a.request(double, { n: 1 });
    assert.deepEqual(heard, ['hello']);
  });
});
