import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleEndpoint } from '#core/endpoint/build/bundle-endpoint.mjs';
import { RecordingProxy } from '../endpoint/recording-proxy.ts';
import { freePort } from '../free-port.ts';
import { startHubProcess, type HubProcess } from '../hub-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { whenDone } from '../when-done.ts';

const program = fileURLToPath(new URL('../../..', import.meta.url));

export interface HubWithVault {
  /** By its own address. */
  readonly hub: HubProcess;
  /** What its customers' computers send and are sent, but for the downloads of their browsers. */
  readonly proxy: RecordingProxy;
}

/**
 * The built hub, but what it hands out keeps passwords (`vault-in-a-file.ts`). Customers' programs reach it through a proxy that
 * records every byte; its own address is for browsers.
 */
export async function startHubWithVault(): Promise<HubWithVault> {
  const folder = temporaryFolder();
  const own = (path: string): string => join(folder, path);
  mkdirSync(own('dist/endpoint'), { recursive: true });
  cpSync(join(program, 'package.json'), own('package.json'));
  // Copied: linked, it would take what it hands out from where it is really built.
  cpSync(join(program, 'dist/cli'), own('dist/cli'), { recursive: true, filter: (file) => !file.endsWith('.map') });
  const linked = [
    'node_modules',
    'core',
    'dist/webview',
    'dist/extensions',
    'dist/endpoint/consent',
    'dist/endpoint/pty',
  ];
  for (const path of linked) symlinkSync(join(program, path), own(path));
  await bundleEndpoint(own('dist/endpoint/latchkey-endpoint.cjs'), [
    {
      name: 'vault-in-a-file',
      setup: (build) =>
        build.onLoad({ filter: /\/passwords\/platform-vault\.ts$/ }, () => ({
          contents: `export * from '#core/testing/customer/vault-in-a-file.ts';`,
          loader: 'ts',
          resolveDir: program,
        })),
    },
  ]);
  const port = await freePort();
  const proxy = await RecordingProxy.start(port);
  whenDone(() => proxy.stop());
  const env = { LATCHKEY_PORT: String(port), LATCHKEY_PUBLIC_URL: proxy.url };
  const hub = await startHubProcess(env, own('dist/cli/latchkey.js'));
  return { hub: { ...hub, url: `http://127.0.0.1:${port}` }, proxy };
}
