import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { installerFormat, type InstallerFormat } from '#protocol/installers.ts';
import { id } from '#protocol/primitives.ts';
import type { Authenticator } from '../accounts/authenticator.ts';
import type { HttpRoutes } from '../http/http-routes.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { InstallerFileService, MadeInstaller } from './installer-file-service.ts';

const parameters = z.object({ installer: id, format: installerFormat });
const query = z.object({ test: z.literal('1').optional() });

/**
 * `GET /api/installers/ID/files/FORMAT`: the file itself, and with `/manifest` behind it what there is to know of it (size,
 * SHA-256, format, installer, version). `?test=1`: the package that a roll-out is tried with.
 */
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
      const made = await this.made(actor, installer, format, request);
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
    app.get('/api/installers/:installer/files/:format/manifest', { exposeHeadRoute: false }, async (request, reply) => {
      const { actor } = await this.authenticator.authenticate(request.raw, request.ip);
      const { installer, format } = parameters.parse(request.params);
      const { file } = await this.made(actor, installer, format, request);
      return reply.header('cache-control', 'private, no-store').send(file);
    });
  }

  /** Given up where the caller hangs up. */
  private async made(
    actor: TechnicianActor,
    installer: string,
    format: InstallerFormat,
    request: FastifyRequest,
  ): Promise<MadeInstaller> {
    const { test } = query.parse(request.query);
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    request.raw.once('close', stop);
    try {
      return await this.files.make(actor, installer, format, { signal: abort.signal }, test === '1');
    } finally {
      request.raw.off('close', stop);
    }
  }
}
