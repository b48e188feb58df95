import { ContainerModule } from 'inversify';
import { HttpRoutes } from '../http/http-routes.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { Metrics } from './metrics.ts';
import { MetricsRoutes } from './metrics-routes.ts';

export const metricsModule = new ContainerModule(({ bind }) => {
  bind(Metrics)
    .toResolvedValue((connections: WorkbenchConnections) => new Metrics(connections), [WorkbenchConnections])
    .inSingletonScope();
  bind(HttpRoutes)
    .toResolvedValue((metrics: Metrics) => new MetricsRoutes(metrics), [Metrics])
    .inSingletonScope();
});
