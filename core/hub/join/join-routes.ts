import type { FastifyInstance } from 'fastify';
import { Counter } from 'prom-client';
import { LatchkeyError } from '#protocol/errors.ts';
import { joinBody, joinDownloadBody, joinDownloadPath, joinKeyPath, joinPath } from '#protocol/join.ts';
import type { CustomerAppFiles } from '../customer-app/customer-app-files.ts';
import { sendCustomerApp } from '../customer-app/send-customer-app.ts';
import type { HttpRoutes } from '../http/http-routes.ts';
import { requestLimit } from '../http/request-limit.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { JoinService } from './join-service.ts';

/** `POST /api/join` and `POST /api/join/download`: open to everybody who has a key. */
export class JoinRoutes implements HttpRoutes {
  private readonly joins: JoinService;
  private readonly files: CustomerAppFiles;
  private readonly keys: Counter<'outcome'>;
  private readonly limitDownloads = requestLimit({ free: 20, firstDelay: 5, longestDelay: 60, decay: 5 });

  constructor(joins: JoinService, files: CustomerAppFiles, metrics: Metrics) {
    this.joins = joins;
    this.files = files;
    this.keys = new Counter({
      name: 'latchkey_session_keys_total',
      help: 'Session keys that customers entered, by outcome: taken, or the code of the error.',
      labelNames: ['outcome'],
      registers: [metrics.registry],
    });
  }

  register(app: FastifyInstance): void {
    app.post(joinKeyPath, async (request, reply) => {
      const { key } = joinBody.parse(request.body);
      reply.header('cache-control', 'no-store');
      try {
        const answer = await this.joins.enter(key, request.ip);
        this.keys.inc({ outcome: 'taken' });
        return answer;
      } catch (error) {
        if (error instanceof LatchkeyError) this.keys.inc({ outcome: error.code });
        throw error;
      }
    });
    void app.register(async (forms) => {
      forms.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
        done(null, Object.fromEntries(new URLSearchParams(String(body)))),
      );
      forms.post(joinDownloadPath, async (request, reply) => {
        try {
          this.limitDownloads(request.ip);
          const wanted = joinDownloadBody.parse(request.body);
          this.joins.requireTicket(wanted.ticket);
          return await sendCustomerApp(this.files, { purpose: 'attend', ...wanted }, reply);
        } catch (error) {
          // A browser shows the answer to a form in the page's place: the page itself says it better.
          const shown = error instanceof LatchkeyError && request.headers.accept?.includes('text/html');
          if (shown) return reply.redirect(`${joinPath}#problem=${error.code}`, 303);
          throw error;
        }
      });
    });
  }
}
