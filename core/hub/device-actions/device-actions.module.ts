import { ContainerModule } from 'inversify';
import { newId } from '#core/base/ids.ts';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { DeviceEvents } from '../devices/device-events.ts';
import { EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import { EndpointService } from '../endpoints/endpoint-service.ts';
import { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import { GroupService } from '../groups/group-service.ts';
import { HubOptions } from '../hub-options.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { LiveSessions } from '../sessions/live-sessions.ts';
import { SessionEndings } from '../sessions/session-endings.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { ActionLists } from './action-lists.ts';
import { CallChange } from './call-change.ts';
import { CallOutcomes } from './call-outcomes.ts';
import { ColumnChange } from './column-change.ts';
import { DeviceActionHandlers } from './device-action-handlers.ts';
import { DeviceJobFeed } from './device-job-feed.ts';
import { DeviceJobService } from './device-job-service.ts';
import { EndpointCalls } from './endpoint-calls.ts';
import { EndpointRemovals } from './endpoint-removals.ts';
import { JobProgress } from './job-progress.ts';
import { JobRunner } from './job-runner.ts';
import { QueuedActions } from './queued-actions.ts';
import { RemovalChange } from './removal-change.ts';

/** Seconds, each unless the hub was told otherwise. */
const usual = { removalGrace: 10, answer: 20, return: 60 };

const log = (logger: HubLogger, error: unknown): string => {
  const reference = newId();
  logger.error({ err: error, reference }, 'An action on devices failed');
  return reference;
};

export const deviceActionsModule = new ContainerModule(({ bind }) => {
  bind(JobProgress)
    .toResolvedValue((store: Store) => new JobProgress(store), [Store])
    .inSingletonScope();
  bind(EndpointRemovals)
    .toResolvedValue(
      (store: Store, live: LiveEndpoints, events: DeviceEvents, { times }: HubOptions) =>
        new EndpointRemovals({ store, live, events, grace: (times?.removalGrace ?? usual.removalGrace) * 1000 }),
      [Store, LiveEndpoints, DeviceEvents, HubOptions],
    )
    .inSingletonScope();
  bind(EndpointCalls)
    .toResolvedValue(
      (
        store: Store,
        live: LiveEndpoints,
        endpoints: EndpointService,
        sessions: LiveSessions,
        endings: SessionEndings,
        progress: JobProgress,
        logger: HubLogger,
        { times }: HubOptions,
      ) =>
        new EndpointCalls({
          store,
          live,
          endpoints,
          sessions,
          endings,
          outcomes: new CallOutcomes(store, progress, (error) => log(logger, error)),
          onError: (error) => log(logger, error),
          patience: { answer: times?.answer ?? usual.answer, return: times?.return ?? usual.return },
        }),
      [Store, LiveEndpoints, EndpointService, LiveSessions, SessionEndings, JobProgress, HubLogger, HubOptions],
    )
    .inSingletonScope();
  bind(QueuedActions)
    .toResolvedValue(
      (
        store: Store,
        live: LiveEndpoints,
        calls: EndpointCalls,
        progress: JobProgress,
        directory: TechnicianDirectory,
        permissions: PermissionService,
        events: DeviceEvents,
        logger: HubLogger,
      ) =>
        new QueuedActions({
          store,
          live,
          calls,
          progress,
          directory,
          permissions,
          events,
          onError: (error) => log(logger, error),
        }),
      [
        Store,
        LiveEndpoints,
        EndpointCalls,
        JobProgress,
        TechnicianDirectory,
        PermissionService,
        DeviceEvents,
        HubLogger,
      ],
    )
    .inSingletonScope();
  for (const part of [EndpointRemovals, EndpointCalls, QueuedActions]) {
    bind<HubPart>(HubPart).toService(part);
    bind<EndpointHandlers>(EndpointHandlers).toService(part);
  }
  bind(JobRunner)
    .toResolvedValue(
      (
        store: Store,
        directory: TechnicianDirectory,
        permissions: PermissionService,
        progress: JobProgress,
        columns: ColumnChange,
        removals: RemovalChange,
        calls: CallChange,
        logger: HubLogger,
      ) =>
        new JobRunner({
          store,
          directory,
          permissions,
          progress,
          changes: {
            move: columns,
            rename: columns,
            delete: removals,
            removeAccess: removals,
            restore: removals,
            refresh: calls,
            reset: calls,
          },
          logger,
        }),
      [Store, TechnicianDirectory, PermissionService, JobProgress, ColumnChange, RemovalChange, CallChange, HubLogger],
    )
    .inSingletonScope();
  bind(ColumnChange).toResolvedValue(
    (events: DeviceEvents, groups: GroupService) => new ColumnChange(events, groups),
    [DeviceEvents, GroupService],
  );
  bind(RemovalChange).toResolvedValue(
    (events: DeviceEvents, groups: GroupService, removals: EndpointRemovals) =>
      new RemovalChange(events, groups, removals),
    [DeviceEvents, GroupService, EndpointRemovals],
  );
  bind(CallChange).toResolvedValue(
    (live: LiveEndpoints, calls: EndpointCalls, queue: QueuedActions) => new CallChange(live, calls, queue),
    [LiveEndpoints, EndpointCalls, QueuedActions],
  );
  bind(DeviceJobFeed)
    .toResolvedValue(
      (progress: JobProgress, connections: WorkbenchConnections) => new DeviceJobFeed(progress, connections),
      [JobProgress, WorkbenchConnections],
    )
    .inSingletonScope();
  bind(HubPart).toService(DeviceJobFeed);
  bind(HubPart).toService(JobRunner);
  bind(DeviceJobService)
    .toResolvedValue(
      (store: Store, permissions: PermissionService, groups: GroupService, runner: JobRunner, progress: JobProgress) =>
        new DeviceJobService(store, permissions, groups, runner, progress),
      [Store, PermissionService, GroupService, JobRunner, JobProgress],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (jobs: DeviceJobService, store: Store) => new DeviceActionHandlers(jobs, new ActionLists(store)),
      [DeviceJobService, Store],
    )
    .inSingletonScope();
});
