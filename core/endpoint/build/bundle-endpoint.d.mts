import type { Plugin } from 'esbuild';

/** Bundles the customer app into the one file that installers ship. */
export function bundleEndpoint(outfile: string, plugins?: readonly Plugin[]): Promise<unknown>;
