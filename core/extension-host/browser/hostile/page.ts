import frameScript from 'latchkey:frame-bootstrap';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { toExtension, toWorkbench } from '#protocol/extension-host.ts';
import type { ExtensionProcess } from '../../common/extension-process.ts';
import { limitedChannel } from '../../common/limited-channel.ts';
import { FrameRunner } from '../frame-runner.ts';

/* The page of the hostile suite: a host's page with secrets in every store, and extensions with any code asked for. */
const runner = new FrameRunner({
  frameScript,
  workerBootstrap: async () => (await import('latchkey:worker-bootstrap')).default,
});
const running: { process: ExtensionProcess; rpc: RpcConnection; excess?: string }[] = [];
const overheard: unknown[] = [];

async function start(name: string, body: string, prelude = ''): Promise<number> {
  const text = `var latchkeyExtension = (() => { ${prelude}; return { activate(latchkey) {
    latchkey.commands.register('hostile.run', async () => { ${body} });
  } }; })();`;
  const process = await runner.start({ name, text });
  const entry: (typeof running)[number] = { process, rpc: undefined as never };
  const channel = limitedChannel(process, (reason) => {
    entry.excess = reason;
    process.kill();
    entry.rpc.dispose();
  });
  entry.rpc = new RpcConnection(webSocketTransport(channel, () => {}));
  entry.rpc.handle(toWorkbench.log.contract, () => ({}));
  void process.crashed.then(() => entry.rpc.dispose());
  entry.rpc.listen();
  return running.push(entry) - 1;
}

async function settled(work: Promise<unknown>): Promise<unknown> {
  try {
    return { value: await work };
  } catch (error) {
    return error instanceof LatchkeyError ? error.toData() : { code: String(error), args: {} };
  }
}

const hostile = {
  start,
  activate: (index: number) =>
    settled(
      running[index]!.rpc.request(toExtension.activate, {
        name: 'hostile',
        version: '1.0.0',
        language: 'en',
        messages: {},
        configuration: {},
        environment: 'browser',
        workbenchVersion: '0.0.0',
        commands: ['hostile.run'],
        views: [],
      }),
    ),
  run: (index: number, timeout = 15) =>
    settled(
      running[index]!.rpc.request(toExtension.executeCommand, { command: 'hostile.run', arguments: {} }, { timeout }),
    ),
  ping: (index: number, timeout: number) => settled(running[index]!.rpc.request(toExtension.ping, {}, { timeout })),
  excess: (index: number) => running[index]!.excess ?? null,
  kill(index: number) {
    running[index]!.process.kill();
    running[index]!.rpc.dispose();
  },
  frames: () => document.querySelectorAll('iframe').length,
  crashed: (index: number) => running[index]!.process.crashed,
  overheard: () => overheard,
  async plantSecrets() {
    localStorage.setItem('secret', 'of the page');
    document.cookie = 'secret=of-the-page';
    await new Promise((resolve, reject) => {
      const open = indexedDB.open('secret', 1);
      open.onupgradeneeded = () => open.result.createObjectStore('store').put('of the page', 'key');
      open.onsuccess = resolve;
      open.onerror = reject;
    });
    await (await caches.open('secret')).put('/secret', new Response('of the page'));
    const root = await navigator.storage.getDirectory();
    await root.getFileHandle('secret', { create: true });
    new BroadcastChannel('secret').onmessage = ({ data }) => overheard.push(data);
    window.addEventListener('message', ({ data }) => overheard.push(data));
  },
};
export type Hostile = typeof hostile;
(globalThis as unknown as { hostile: Hostile }).hostile = hostile;
