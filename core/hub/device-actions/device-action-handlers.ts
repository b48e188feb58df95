import { deviceActionRequests } from '#protocol/device-actions.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { DeviceJobService } from './device-job-service.ts';

export class DeviceActionHandlers implements WorkbenchHandlers {
  private readonly jobs: DeviceJobService;

  constructor(jobs: DeviceJobService) {
    this.jobs = jobs;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { jobs } = this;
    registry.handle(
      deviceActionRequests.start,
      ({ job, action, devices }, { actor }) => jobs.start(actor, job, action, devices),
      { audit: 'device.act' },
    );
    registry.handle(deviceActionRequests.get, ({ job }, { actor }) => jobs.get(actor, job));
    registry.handle(deviceActionRequests.wait, ({ job }, { actor, progress }) =>
      jobs.wait(actor, job, ({ counts, devices }) => progress({ fraction: 1 - counts.pending / devices })),
    );
    registry.handle(deviceActionRequests.list, ({ limit }, { actor }) => jobs.list(actor, limit));
    registry.handle(deviceActionRequests.results, ({ job }, { actor }) => jobs.results(actor, job));
    registry.handle(deviceActionRequests.cancel, ({ job, devices }, { actor }) => jobs.cancel(actor, job, devices), {
      audit: 'device.cancel',
    });
    registry.handle(deviceActionRequests.retry, ({ job, of }, { actor }) => jobs.retry(actor, job, of), {
      audit: 'device.act',
    });
    registry.handle(deviceActionRequests.undo, ({ job, of }, { actor }) => jobs.undo(actor, job, of), {
      audit: 'device.act',
    });
  }
}
