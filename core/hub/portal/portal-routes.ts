import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { platform } from '#protocol/facts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { portalDownloadPath, portalInfoPath, portalPath, type PortalInfo } from '#protocol/portal.ts';
import type { CustomerAppFiles } from '../customer-app/customer-app-files.ts';
import { sendCustomerApp } from '../customer-app/send-customer-app.ts';
import type { HttpRoutes } from '../http/http-routes.ts';
import { requestLimit } from '../http/request-limit.ts';
import type { PortalAppearanceService } from './portal-appearance-service.ts';

const wantedFile = z.object({ platform, architecture: z.enum(['x64', 'arm64']).default('x64') });

/** What the public pages are made of, and the customer app that they hand out. Open to everybody. */
export class PortalRoutes implements HttpRoutes {
  private readonly appearance: PortalAppearanceService;
  private readonly files: CustomerAppFiles;
  private readonly limitInfo = requestLimit({ free: 120, firstDelay: 1, longestDelay: 30, decay: 1 });
  private readonly limitDownloads = requestLimit({ free: 20, firstDelay: 5, longestDelay: 60, decay: 5 });

  constructor(appearance: PortalAppearanceService, files: CustomerAppFiles) {
    this.appearance = appearance;
    this.files = files;
  }

  register(app: FastifyInstance): void {
    app.get(portalInfoPath, async (request, reply): Promise<PortalInfo> => {
      this.limitInfo(request.ip);
      reply.header('cache-control', 'no-cache');
      const customerApps = (await this.files.offered()).map((offer) => ({
        ...offer,
        ...(offer.available && { file: this.files.fileName('portal', offer.platform, offer.architecture) }),
      }));
      return { appearance: this.appearance.current, customerApps };
    });
    app.get(portalDownloadPath, { exposeHeadRoute: false }, async (request, reply) => {
      try {
        this.limitDownloads(request.ip);
        const wanted = wantedFile.parse(request.query);
        return await sendCustomerApp(this.files, { purpose: 'portal', ticket: '', ...wanted }, reply);
      } catch (error) {
        // A browser shows the answer in the page's place: the page itself says it better.
        const shown = error instanceof LatchkeyError && request.headers.accept?.includes('text/html');
        if (shown) return reply.redirect(`${portalPath}#problem=${error.code}`, 303);
        throw error;
      }
    });
  }
}
