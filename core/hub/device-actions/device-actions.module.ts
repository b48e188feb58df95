import { ContainerModule } from 'inversify';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { DeviceEvents } from '../devices/device-events.ts';
import { GroupService } from '../groups/group-service.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { ColumnChange } from './column-change.ts';
import { DeviceActionHandlers } from './device-action-handlers.ts';
import { DeviceJobFeed } from './device-job-feed.ts';
import { DeviceJobService } from './device-job-service.ts';
import { JobRunner } from './job-runner.ts';

export const deviceActionsModule = new ContainerModule(({ bind }) => {
  bind(JobRunner)
    .toResolvedValue(
      (
        store: Store,
        directory: TechnicianDirectory,
        permissions: PermissionService,
        events: DeviceEvents,
        groups: GroupService,
        logger: HubLogger,
      ) => new JobRunner({ store, directory, permissions, change: new ColumnChange(events, groups), logger }),
      [Store, TechnicianDirectory, PermissionService, DeviceEvents, GroupService, HubLogger],
    )
    .inSingletonScope();
  bind(DeviceJobFeed)
    .toResolvedValue(
      (runner: JobRunner, connections: WorkbenchConnections) => new DeviceJobFeed(runner, connections),
      [JobRunner, WorkbenchConnections],
    )
    .inSingletonScope();
  bind(HubPart).toService(DeviceJobFeed);
  bind(HubPart).toService(JobRunner);
  bind(DeviceJobService)
    .toResolvedValue(
      (store: Store, permissions: PermissionService, groups: GroupService, runner: JobRunner) =>
        new DeviceJobService(store, permissions, groups, runner),
      [Store, PermissionService, GroupService, JobRunner],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue((jobs: DeviceJobService) => new DeviceActionHandlers(jobs), [DeviceJobService])
    .inSingletonScope();
});
