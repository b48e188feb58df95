import { fleetHistoryRequests } from '#protocol/fleet-history.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { FleetHistory } from './fleet-history.ts';

export class FleetHistoryHandlers implements WorkbenchHandlers {
  private readonly history: FleetHistory;

  constructor(history: FleetHistory) {
    this.history = history;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(fleetHistoryRequests.get, ({ days }, { actor }) => this.history.get(actor, days));
  }
}
