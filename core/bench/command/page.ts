import { Container } from 'inversify';
import frameScript from 'latchkey:frame-bootstrap';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createMessageConnection,
  type MessageConnection,
} from 'vscode-jsonrpc/browser';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import { browserPlatform } from '#core/extension-host/browser/browser-platform.ts';
import { FrameRunner } from '#core/extension-host/browser/frame-runner.ts';
import { extensionHostModule } from '#core/extension-host/extension-host.module.ts';
import { BrowserSocketOpener } from '#core/workbench/connection/browser-socket-opener.ts';
import { NoReplicaStorage } from '#core/workbench/devices/replica-storage.ts';
import { workbenchModules } from '#core/workbench/workbench-modules.ts';
import { roundTrips } from './round-trips.ts';
import { runCommand } from './workbench.ts';

/* The workbench of the page without its elements, and a bare worker beside it. */
const runner = new FrameRunner({
  frameScript,
  workerBootstrap: async () => (await import('latchkey:worker-bootstrap')).default,
});

declare global {
  interface Window {
    measureCommands(): Promise<{ ours: number; bare: number; bareInFrame: number }>;
  }
}

window.measureCommands = async () => {
  const container = new Container();
  container.load(
    ...workbenchModules({
      opener: new BrowserSocketOpener(location.origin),
      replicaStorage: new NoReplicaStorage(),
      storage: localStorage,
      platform: { mac: false },
    }),
    extensionHostModule(
      runner,
      browserPlatform(async () => true),
    ),
  );
  const run = await runCommand(container, 'palette');
  const worker = new Worker('/echo-worker.js');
  const bare = createMessageConnection(new BrowserMessageReader(worker), new BrowserMessageWriter(worker));
  bare.listen();
  const inFrame = await bareInFrame();
  return roundTrips({
    ours: run,
    bare: () => bare.sendRequest('echo', {}),
    bareInFrame: () => inFrame.sendRequest('echo', {}),
  });
};

/** To where extensions run, which is another process of the browser's, without anything that is done for extensions. */
async function bareInFrame(): Promise<MessageConnection> {
  const script = async (): Promise<string> => (await fetch('/echo-frame-worker.js')).text();
  const echo = await new FrameRunner({ frameScript, workerBootstrap: script }).start({ name: 'echo', text: '' });
  const socket: WebSocketLike = {
    send: (text) => echo.send(text),
    addEventListener: (type: string, listener: (event: never) => void) => {
      if (type === 'message') echo.onMessage((data) => (listener as (event: { data: string }) => void)({ data }));
    },
  };
  const { reader, writer } = webSocketTransport(socket, () => {});
  const connection = createMessageConnection(reader, writer);
  connection.listen();
  return connection;
}
