import { dirname, join } from 'node:path';

/**
 * esbuild plug-in: leaves out zod's messages in fifty languages, a quarter of a megabyte. What zod says of a value goes
 * into logs and, as a technical detail, into error texts; those are ours and translated.
 */
export const zodInEnglish = {
  name: 'zod-in-english',
  setup(build) {
    build.onResolve({ filter: /locales\/index\.js$/ }, ({ path, resolveDir }) =>
      /[\\/]zod[\\/]v4[\\/]/.test(resolveDir) ? { path: join(resolveDir, dirname(path), 'en.js') } : undefined,
    );
  },
};
