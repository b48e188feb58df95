import type { FastifyInstance } from 'fastify';
import type { HttpRoutes } from '../http/http-routes.ts';
import type { Metrics } from './metrics.ts';

export class MetricsRoutes implements HttpRoutes {
  private readonly metrics: Metrics;

  constructor(metrics: Metrics) {
    this.metrics = metrics;
  }

  register(app: FastifyInstance): void {
    app.get('/metrics', async (_, reply) => {
      const text = await this.metrics.registry.metrics();
      return reply.header('cache-control', 'no-store').type(this.metrics.registry.contentType).send(text);
    });
  }
}
