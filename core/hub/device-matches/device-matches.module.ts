import { ContainerModule } from 'inversify';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { DeviceEvents } from '../devices/device-events.ts';
import { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import { Admissions } from '../enrolment/admissions.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { PresenceTracker } from '../presence/presence-tracker.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { DeviceMatchFeed } from './device-match-feed.ts';
import { DeviceMatchHandlers } from './device-match-handlers.ts';
import { DeviceMatchService } from './device-match-service.ts';
import { DeviceMerges } from './device-merges.ts';
import { KeyHolders } from './key-holders.ts';
import { MatchDecisions } from './match-decisions.ts';
import { MatchQuestions } from './match-rows.ts';
import { MatchSides } from './match-sides.ts';
import { ReturningComputers } from './returning-computers.ts';
import { Whereabouts } from './whereabouts.ts';

export const deviceMatchesModule = new ContainerModule(({ bind }) => {
  bind(MatchQuestions)
    .toResolvedValue(() => new MatchQuestions(), [])
    .inSingletonScope();
  bind(Whereabouts)
    .toResolvedValue(
      (live: LiveEndpoints, presence: PresenceTracker) => new Whereabouts(live, presence),
      [LiveEndpoints, PresenceTracker],
    )
    .inSingletonScope();
  bind(ReturningComputers)
    .toResolvedValue(
      (events: DeviceEvents, questions: MatchQuestions, whereabouts: Whereabouts) =>
        new ReturningComputers(events, questions, whereabouts),
      [DeviceEvents, MatchQuestions, Whereabouts],
    )
    .inSingletonScope();
  bind(KeyHolders)
    .toResolvedValue(
      (store: Store, events: DeviceEvents, questions: MatchQuestions, whereabouts: Whereabouts) =>
        new KeyHolders(store, events, questions, whereabouts),
      [Store, DeviceEvents, MatchQuestions, Whereabouts],
    )
    .inSingletonScope();
  bind(MatchDecisions)
    .toResolvedValue(
      (events: DeviceEvents, admissions: Admissions, whereabouts: Whereabouts) =>
        new MatchDecisions(events, admissions, whereabouts),
      [DeviceEvents, Admissions, Whereabouts],
    )
    .inSingletonScope();
  bind(MatchSides)
    .toResolvedValue(
      (store: Store, whereabouts: Whereabouts) => new MatchSides(store, whereabouts),
      [Store, Whereabouts],
    )
    .inSingletonScope();
  bind(DeviceMatchService)
    .toResolvedValue(
      (
        store: Store,
        permissions: PermissionService,
        decisions: MatchDecisions,
        questions: MatchQuestions,
        sides: MatchSides,
      ) => new DeviceMatchService(store, permissions, decisions, questions, sides),
      [Store, PermissionService, MatchDecisions, MatchQuestions, MatchSides],
    )
    .inSingletonScope();
  bind(DeviceMerges)
    .toResolvedValue(
      (
        store: Store,
        permissions: PermissionService,
        decisions: MatchDecisions,
        questions: MatchQuestions,
        sides: MatchSides,
        whereabouts: Whereabouts,
      ) => new DeviceMerges({ store, permissions, decisions, questions, sides, whereabouts }),
      [Store, PermissionService, MatchDecisions, MatchQuestions, MatchSides, Whereabouts],
    )
    .inSingletonScope();
  bind(HubPart)
    .toResolvedValue(
      (
        matches: DeviceMatchService,
        questions: MatchQuestions,
        events: DeviceEvents,
        directory: TechnicianDirectory,
        permissions: PermissionService,
        connections: WorkbenchConnections,
        logger: HubLogger,
      ) => new DeviceMatchFeed({ matches, questions, events, directory, permissions, connections, logger }),
      [
        DeviceMatchService,
        MatchQuestions,
        DeviceEvents,
        TechnicianDirectory,
        PermissionService,
        WorkbenchConnections,
        HubLogger,
      ],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (matches: DeviceMatchService, merges: DeviceMerges, store: Store) =>
        new DeviceMatchHandlers(matches, merges, store),
      [DeviceMatchService, DeviceMerges, Store],
    )
    .inSingletonScope();
});
