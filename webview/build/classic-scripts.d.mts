import type { Metafile } from 'esbuild';

/**
 * @param folder with what esbuild has written, minified
 * @param starts the entry points that each page loads, in the order in which it does
 */
export function makeClassic(folder: string, metafile: Metafile, starts: readonly string[]): Promise<void>;
