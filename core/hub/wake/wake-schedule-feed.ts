import type { Subscription } from 'rxjs';
import { wakeNotifications } from '#protocol/wake.ts';
import type { HubPart } from '../hub-part.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { WakeRecords } from './wake-records.ts';

/** Milliseconds over which changes are gathered: whoever is told asks anew. */
const gatherFor = 1000;

/** Tells workbenches that schedules, or what one does, may be others than before. */
export class WakeScheduleFeed implements HubPart {
  private readonly records: WakeRecords;
  private readonly connections: WorkbenchConnections;
  private timer: NodeJS.Timeout | undefined;
  private subscription: Subscription | undefined;

  constructor(records: WakeRecords, connections: WorkbenchConnections) {
    this.records = records;
    this.connections = connections;
  }

  start(): void {
    this.subscription = this.records.changed$.subscribe(() => {
      this.timer ??= setTimeout(() => this.send(), gatherFor).unref();
    });
  }

  stop(): void {
    this.subscription?.unsubscribe();
    clearTimeout(this.timer);
  }

  private send(): void {
    this.timer = undefined;
    for (const connection of this.connections) connection.notify(wakeNotifications.schedulesChanged, {});
  }
}
