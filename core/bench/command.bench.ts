import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Container } from 'inversify';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from '#jsonrpc';
import { TokenSocketOpener } from '#core/cli/token-socket-opener.ts';
import { extensionHostTexts, frameScriptSource } from '#core/extension-host/build/extension-host-texts.mjs';
import { ExtensionHost } from '#core/extension-host/common/extension-host.ts';
import { extensionHostModule } from '#core/extension-host/extension-host.module.ts';
import { ChildProcessRunner } from '#core/extension-host/node/child-process-runner.ts';
import { headlessPlatform } from '#core/extension-host/node/headless-platform.ts';
import { startHub } from '#core/hub/hub.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { NoReplicaStorage } from '#core/workbench/devices/replica-storage.ts';
import { MemoryKeyValueStorage } from '#core/workbench/storage/workbench-storage.ts';
import { workbenchModules } from '#core/workbench/workbench-modules.ts';
import { tokenRequests } from '#protocol/accounts.ts';
import type { Benchmark } from './benchmark.ts';
import { buildEchoExtension } from './command/echo-extension.ts';
import { roundTrips } from './command/round-trips.ts';
import { runCommand } from './command/workbench.ts';
import { admin, connectTo, root, signInTo } from './hub-process.ts';
import { launchBrowser, signedIn } from './workbench/browser.ts';
import type { Workspace } from './workspace.ts';

export const benchmark: Benchmark = {
  title: 'Round trip of a command',
  method:
    'A command that does nothing, one after another: from the command service with all its checks, through the extension ' +
    'host to an isolated extension, and back; in turns with a bare vscode-jsonrpc request. Medians of 12 × 250.',
  async run(workspace) {
    const hub = await startHub({
      host: '127.0.0.1',
      port: 0,
      data: workspace.folder(),
      admin,
      logLevel: 'silent',
      webRoot: await buildPage(workspace.folder()),
      extensionsRoot: await buildEchoExtension(workspace.folder()),
    });
    workspace.defer(() => hub.close());
    workspace.note('in Chromium');
    const page = await inBrowser(workspace, hub.url);
    workspace.note('headless');
    const headless = await inChildProcess(workspace, hub.url);
    return [
      {
        measure: 'palette → extension in a sandboxed frame → back',
        value: page.ours,
        unit: 'ms',
        // Without the wall: what the sandbox costs is in this ratio too.
        baseline: { name: 'bare, over a worker of the page', value: page.bare },
        aim: { ratio: 2 },
      },
      {
        measure: 'the same',
        value: page.ours,
        unit: 'ms',
        // The same wall: what this software adds.
        baseline: { name: 'bare, over a worker in a sandboxed frame', value: page.bareInFrame },
        aim: { ratio: 2 },
      },
      {
        measure: 'command line → extension in a child process → back',
        value: headless.ours,
        unit: 'ms',
        baseline: { name: 'bare, over the pipes of a child process', value: headless.bare },
        aim: { ratio: 2 },
      },
    ];
  },
};

async function buildPage(folder: string): Promise<string> {
  const shared = { bundle: true, outdir: folder, platform: 'browser', target: 'es2022', minify: true } as const;
  const from = join(import.meta.dirname, 'command');
  await build({
    ...shared,
    entryPoints: [join(from, 'page.ts')],
    format: 'esm',
    splitting: true,
    plugins: [extensionHostTexts],
  });
  const workers = ['echo-worker.ts', 'echo-frame-worker.ts'].map((file) => join(from, file));
  await build({ ...shared, entryPoints: workers, format: 'iife' });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>');
  writeFileSync(join(folder, 'extension-frame.sha256'), await frameScriptSource());
  return folder;
}

async function inBrowser(workspace: Workspace, url: string) {
  const browser = await launchBrowser(workspace);
  const page = await (await signedIn(browser, url, await signInTo(url))).newPage();
  await page.goto(url);
  await page.waitForFunction(() => 'measureCommands' in window);
  const result = page.evaluate(() => window.measureCommands());
  return withinMinutes(2, result);
}

async function inChildProcess(workspace: Workspace, url: string) {
  const rpc = await connectTo(workspace, url);
  const { secret: token } = await rpc.request(tokenRequests.create, { name: 'bench', expiresAt: null });
  const container = new Container();
  const get = (path: string): Promise<Response> =>
    fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` } });
  container.load(
    ...workbenchModules({
      opener: new TokenSocketOpener({ url, token }),
      replicaStorage: new NoReplicaStorage(),
      storage: new MemoryKeyValueStorage(),
      platform: { mac: false },
    }),
    extensionHostModule(
      new ChildProcessRunner({ bootstrap: join(root, 'dist', 'extension-host', 'child.cjs') }),
      headlessPlatform(get),
    ),
  );
  workspace.defer(() => {
    container.get(ExtensionHost).dispose();
    container.get(DeviceReplica).dispose();
    container.get(HubConnection).dispose();
  });
  const run = await runCommand(container, 'cli');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'command', 'echo-child.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  workspace.defer(() => child.kill('SIGKILL'));
  const bare = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  bare.listen();
  return withinMinutes(2, roundTrips({ ours: run, bare: () => bare.sendRequest('echo', {}) }));
}

async function withinMinutes<T>(minutes: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done within ${minutes} minutes.`)), minutes * 60_000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
