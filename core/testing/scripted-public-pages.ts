import { fastify } from 'fastify';
import { sendSecurityHeaders } from '#core/hub/http/security-headers.ts';
import { serveStaticFiles } from '#core/hub/http/static-files.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { joinBody, joinDownloadPath, joinKeyPath, type JoinAnswer } from '#protocol/join.ts';
import { portalDownloadPath, portalInfoPath, type PortalAppearance, type PortalInfo } from '#protocol/portal.ts';
import { fileURLToPath } from 'node:url';
import { whenDone } from './when-done.ts';

/** What the public pages get from a hub, as a test tells it to be: the built pages, the hub's own headers. */
export interface ScriptedPublicPages {
  readonly origin: string;
  appearance: PortalAppearance;
  customerApps: PortalInfo['customerApps'];
  /** Milliseconds that a joined session's ticket is good for. */
  ticketMilliseconds: number;
  /** The hub answers nothing but errors. */
  away: boolean;
  /** The answer to a key; the key `987654321` is right unless told. */
  answer: (key: string) => LatchkeyError | undefined;
  readonly downloads: { path: string; what: unknown }[];
}

export const file = 'latchkey-test_x86_64.run';

/** Serves them on a port of the system's choice until the tests of the file are over. */
export async function startPublicPages(): Promise<ScriptedPublicPages> {
  const app = fastify({ forceCloseConnections: true });
  whenDone(() => app.close());
  const pages: ScriptedPublicPages = {
    origin: '',
    appearance: { name: '', message: '', logo: '', color: null },
    customerApps: (['windows', 'macos', 'linux'] as const).flatMap((platform) =>
      (['x64', 'arm64'] as const).map((architecture) => ({
        platform,
        architecture,
        available: platform === 'linux' && architecture === 'x64',
        ...(platform === 'linux' && architecture === 'x64' ? { file } : { reason: 'customerApp.unavailable' }),
      })),
    ),
    ticketMilliseconds: 600_000,
    away: false,
    answer: (key) => (key === '987654321' ? undefined : new LatchkeyError('session.keyWrong')),
    downloads: [],
  };
  await sendSecurityHeaders(app, undefined, false);
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.addHook('onRequest', async (request, reply) => {
    if (pages.away && request.url.startsWith('/api/')) await reply.code(503).send('away');
  });
  app.get(
    portalInfoPath,
    () => ({ appearance: pages.appearance, customerApps: pages.customerApps }) satisfies PortalInfo,
  );
  app.post(joinKeyPath, (request, reply) => {
    const error = pages.answer(joinBody.parse(request.body).key);
    if (error) return reply.code(403).send({ error: error.toData(), message: error.message });
    const platforms = pages.customerApps.filter(({ architecture }) => architecture === 'x64');
    return {
      ticket: 'dGlja2V0',
      technician: 'Robin Meyer',
      expiresAt: Date.now() + pages.ticketMilliseconds,
      platforms,
    } satisfies JoinAnswer;
  });
  const download =
    (what: (request: { query: unknown; body: unknown }) => unknown) =>
    async (request: { url: string; query: unknown; body: unknown }, reply: any): Promise<unknown> => {
      pages.downloads.push({ path: request.url.split('?')[0]!, what: { ...(what(request) as object) } });
      return reply
        .header('content-disposition', `attachment; filename="${file}"`)
        .type('application/x-sh')
        .send('#!/bin/sh\n');
    };
  app.post(
    joinDownloadPath,
    download(({ body }) => body),
  );
  app.get(
    portalDownloadPath,
    download(({ query }) => query),
  );
  await serveStaticFiles(app, fileURLToPath(new URL('../../dist/webview', import.meta.url)));
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return Object.assign(pages, { origin });
}
