import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';

/** What the hub counts of itself, for `GET /metrics`. A capability adds its own with `registers: [metrics.registry]`. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests: Counter<'method' | 'outcome'>;
  readonly badMessages: Counter<'route'>;
  readonly signIns: Counter<'outcome'>;

  constructor(connections: WorkbenchConnections) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Counter({
      name: 'latchkey_workbench_requests_total',
      help: 'Requests of workbenches, by method and outcome: done, or the kind of error.',
      labelNames: ['method', 'outcome'],
      registers,
    });
    this.badMessages = new Counter({
      name: 'latchkey_bad_messages_total',
      help: 'Messages that were no valid JSON-RPC or broke their contract.',
      labelNames: ['route'],
      registers,
    });
    this.signIns = new Counter({
      name: 'latchkey_sign_ins_total',
      help: 'Sign-ins by password, by outcome: done or refused.',
      labelNames: ['outcome'],
      registers,
    });
    new Gauge({
      name: 'latchkey_workbenches_connected',
      help: 'Workbenches connected now.',
      registers,
      collect() {
        this.set(connections.size);
      },
    });
  }
}
