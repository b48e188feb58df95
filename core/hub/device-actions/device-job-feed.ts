import type { Subscription } from 'rxjs';
import { deviceActionNotifications, type DeviceJob } from '#protocol/device-actions.ts';
import type { HubPart } from '../hub-part.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { JobProgress } from './job-progress.ts';

/** How long progress is gathered before workbenches are told, milliseconds. */
const gatherFor = 150;

/** Tells all workbenches of a technician how their jobs stand. */
export class DeviceJobFeed implements HubPart {
  private readonly progress: JobProgress;
  private readonly connections: WorkbenchConnections;
  private readonly latest = new Map<string, DeviceJob>();
  private timer: NodeJS.Timeout | undefined;
  private subscription: Subscription | undefined;

  constructor(progress: JobProgress, connections: WorkbenchConnections) {
    this.progress = progress;
    this.connections = connections;
  }

  start(): void {
    this.subscription = this.progress.progress$.subscribe((job) => {
      this.latest.set(job.id, job);
      this.timer ??= setTimeout(() => this.send(), gatherFor);
    });
  }

  stop(): void {
    this.subscription?.unsubscribe();
    clearTimeout(this.timer);
  }

  private send(): void {
    this.timer = undefined;
    let queue = false;
    for (const job of this.latest.values()) {
      this.connections.notifyTechnician(job.technician.id, deviceActionNotifications.changed, { job });
      queue ||= job.expiresAt !== null;
    }
    this.latest.clear();
    if (!queue) return;
    for (const connection of this.connections) connection.notify(deviceActionNotifications.queueChanged, {});
  }
}
