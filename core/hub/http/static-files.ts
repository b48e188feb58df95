import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The pages that the build makes, and where each is served. */
const pages: Readonly<Record<string, readonly string[]>> = {
  '/': ['index.html'],
  '/unattended': ['unattended.html', 'unattended/index.html'],
  '/join': ['join.html', 'join/index.html'],
};

/** Folders that the build names by their content: what is in one never changes. */
const hashed = /[\\/]assets[\\/][0-9a-f]{16}[\\/]/;
const year = 'public, max-age=31536000, immutable';

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Latchkey</title>
<p>The hub is running, but its web pages have not been built. Run <code>npm run build</code> and start it again.</p></html>
`;

/** Serves the built web pages, so that browsers keep what can't change and ask after what can. */
export async function serveStaticFiles(app: FastifyInstance, webRoot: string | undefined): Promise<void> {
  if (webRoot === undefined || !existsSync(join(webRoot, 'index.html'))) {
    app.get('/', (_, reply) => reply.code(503).type('text/html; charset=utf-8').send(notBuilt));
    return;
  }
  await app.register(fastifyStatic, {
    root: webRoot,
    index: false,
    preCompressed: true,
    cacheControl: false,
    dotfiles: 'deny',
    setHeaders: (reply, path) => {
      reply.header('cache-control', hashed.test(path) ? year : 'no-cache');
    },
  });
  for (const [path, candidates] of Object.entries(pages)) {
    const file = candidates.find((candidate) => existsSync(join(webRoot, candidate)));
    if (file !== undefined) app.get(path, (_, reply) => reply.sendFile(file));
  }
}

/** The CSP source of the one inline script that the pages hold: what starts an extension's frame. */
export function inlineScriptSource(webRoot: string | undefined): string | undefined {
  if (webRoot === undefined) return undefined;
  const file = join(webRoot, 'extension-frame.sha256');
  if (!existsSync(file)) return undefined;
  const hash = readFileSync(file, 'utf8')
    .trim()
    .replace(/^'|'$/g, '')
    .replace(/^sha256-/, '');
  return /^[A-Za-z0-9+/]{43}=$/.test(hash) ? `'sha256-${hash}'` : undefined;
}
