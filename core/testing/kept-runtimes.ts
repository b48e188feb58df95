import { fileURLToPath } from 'node:url';

/** Where runtimes that hubs of tests have fetched are kept for the next ones. */
export const keptRuntimes = fileURLToPath(new URL('../../node_modules/.cache/latchkey-runtimes', import.meta.url));
