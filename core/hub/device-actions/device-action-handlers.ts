import { deviceActionRequests } from '#protocol/device-actions.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { ActionLists } from './action-lists.ts';
import type { DeviceJobService } from './device-job-service.ts';

export class DeviceActionHandlers implements WorkbenchHandlers {
  private readonly jobs: DeviceJobService;

  private readonly lists: ActionLists;

  constructor(jobs: DeviceJobService, lists: ActionLists) {
    this.jobs = jobs;
    this.lists = lists;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { jobs, lists } = this;
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
    registry.handle(deviceActionRequests.queued, (wanted, { actor }) => lists.queued(actor, wanted));
    registry.handle(deviceActionRequests.deleted, (wanted, { actor }) => lists.deleted(actor, wanted));
  }
}
