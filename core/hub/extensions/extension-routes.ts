import type { FastifyInstance } from 'fastify';
import { extensionBundlePath } from '#protocol/extensions.ts';
import type { Authenticator } from '../accounts/authenticator.ts';
import type { HttpRoutes } from '../http/http-routes.ts';
import type { ExtensionService } from './extension-service.ts';

/** `/extensions/NAME/SHA256.js`: the bundles, to whoever is signed in. Named by their content, they never change. */
export class ExtensionRoutes implements HttpRoutes {
  private readonly extensions: ExtensionService;
  private readonly authenticator: Authenticator;

  constructor(extensions: ExtensionService, authenticator: Authenticator) {
    this.extensions = extensions;
    this.authenticator = authenticator;
  }

  register(app: FastifyInstance): void {
    app.get<{ Params: { name: string; file: string } }>(
      `${extensionBundlePath}/:name/:file`,
      async (request, reply) => {
        await this.authenticator.authenticate(request.raw, request.ip);
        const { name, file } = request.params;
        const bundle = this.extensions.bundle(`${name}/${file}`);
        if (!bundle) return reply.callNotFound();
        return reply
          .header('cache-control', 'private, max-age=31536000, immutable')
          .header('x-content-type-options', 'nosniff')
          .type('text/javascript; charset=utf-8')
          .send(bundle);
      },
    );
  }
}
