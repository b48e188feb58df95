import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { bundleEndpoint } from '#core/endpoint/build/bundle-endpoint.mjs';
import { ownWindowsSources } from '#core/hub/installers/windows-program-maker.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** What Wine lacks, and what stands in its place. */
const standIns: Readonly<Record<string, string>> = {
  'log-on.ts': './wine-log-on.ts',
  'windows-shell.ts': './wine-shell.ts',
};

const inTheirPlace: Plugin = {
  name: 'stand-ins',
  setup(build) {
    build.onResolve({ filter: /^\.\/(log-on|windows-shell)\.ts$/ }, ({ path }) => ({
      path: fileURLToPath(new URL(standIns[path.slice(2)] ?? '', import.meta.url)),
    }));
  },
};

/** From now on hubs of these tests hand out an endpoint that two functions of Wine's are made up for. Built already: its page. */
export async function makeUpForWine(): Promise<void> {
  const endpoint = join(temporaryFolder(), 'latchkey-endpoint.cjs');
  await bundleEndpoint(endpoint, [inTheirPlace]);
  Object.assign(ownWindowsSources, { endpoint });
}
