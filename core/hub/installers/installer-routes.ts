import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { installerFormat } from '#protocol/installers.ts';
import { id } from '#protocol/primitives.ts';
import type { Authenticator } from '../accounts/authenticator.ts';
import type { HttpRoutes } from '../http/http-routes.ts';
import type { InstallerFileService } from './installer-file-service.ts';

const parameters = z.object({ installer: id, format: installerFormat });

/** `GET /api/installers/ID/files/FORMAT`: the file itself. */
export class InstallerRoutes implements HttpRoutes {
  private readonly files: InstallerFileService;
  private readonly authenticator: Authenticator;

  constructor(files: InstallerFileService, authenticator: Authenticator) {
    this.files = files;
    this.authenticator = authenticator;
  }

  register(app: FastifyInstance): void {
    app.get('/api/installers/:installer/files/:format', { exposeHeadRoute: false }, async (request, reply) => {
      const { actor } = await this.authenticator.authenticate(request.raw, request.ip);
      const { installer, format } = parameters.parse(request.params);
      const abort = new AbortController();
      const stop = (): void => abort.abort();
      request.raw.once('close', stop);
      const made = await this.files.make(actor, installer, format, { signal: abort.signal });
      request.raw.off('close', stop);
      const content = await made.artefact.open();
      try {
        await made.handedOut();
      } catch (error) {
        content.destroy();
        throw error;
      }
      return reply
        .type(made.contentType)
        .header('content-length', made.file.size)
        .header('content-disposition', `attachment; filename="${made.file.fileName}"`)
        .header('x-content-sha256', made.file.sha256)
        .header('cache-control', 'private, no-store')
        .send(content);
    });
  }
}
