import { Container } from 'inversify';
import frameScript from 'latchkey:frame-bootstrap';
import { BrowserMessageReader, BrowserMessageWriter, createMessageConnection } from 'vscode-jsonrpc/browser';
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
    measureCommands(): Promise<{ ours: number; bare: number }>;
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
  return roundTrips(run, () => bare.sendRequest('echo', {}));
};
