import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { id } from '#protocol/primitives.ts';
import { supportedTextLanguage } from '#protocol/roll-outs.ts';
import type { Authenticator } from '../accounts/authenticator.ts';
import type { HttpRoutes } from '../http/http-routes.ts';
import type { RollOutFileService } from './roll-out-file-service.ts';

const parameters = z.object({ rollOut: id });
const query = z.object({ language: supportedTextLanguage.default('en') });

/** `GET /api/roll-outs/ID/files?language=de`: the files of a roll-out as one ZIP. */
export class RollOutRoutes implements HttpRoutes {
  private readonly files: RollOutFileService;
  private readonly authenticator: Authenticator;

  constructor(files: RollOutFileService, authenticator: Authenticator) {
    this.files = files;
    this.authenticator = authenticator;
  }

  register(app: FastifyInstance): void {
    app.get('/api/roll-outs/:rollOut/files', { exposeHeadRoute: false }, async (request, reply) => {
      const { actor } = await this.authenticator.authenticate(request.raw, request.ip);
      const { rollOut } = parameters.parse(request.params);
      const { language } = query.parse(request.query);
      // Given up where the caller hangs up.
      const abort = new AbortController();
      const stop = (): void => abort.abort();
      request.raw.once('close', stop);
      try {
        const { file, open, handedOut } = await this.files.make(actor, rollOut, language, { signal: abort.signal });
        await handedOut();
        return await reply
          .type('application/zip')
          .header('content-length', file.size)
          .header('content-disposition', `attachment; filename="${file.fileName}"`)
          .header('cache-control', 'private, no-store')
          .send(open());
      } finally {
        request.raw.off('close', stop);
      }
    });
  }
}
