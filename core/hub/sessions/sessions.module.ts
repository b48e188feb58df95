import { ContainerModule } from 'inversify';
import { Gauge } from 'prom-client';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { DeviceEvents } from '../devices/device-events.ts';
import { EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import { HubOptions } from '../hub-options.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { Metrics } from '../metrics/metrics.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { PresenceTracker } from '../presence/presence-tracker.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { FileRelay } from './file-relay.ts';
import { LiveSessions } from './live-sessions.ts';
import { SessionAccess } from './session-access.ts';
import { SessionComputers } from './session-computers.ts';
import { SessionEndings } from './session-endings.ts';
import { SessionEndpointHandlers } from './session-endpoint-handlers.ts';
import { SessionEntries } from './session-entries.ts';
import { SessionFeed } from './session-feed.ts';
import { SessionGuard } from './session-guard.ts';
import { SessionHandlers } from './session-handlers.ts';
import { SessionParticipation } from './session-participation.ts';
import { SessionRestoring } from './session-restoring.ts';
import { SessionService } from './session-service.ts';
import { SessionStarts } from './session-starts.ts';
import { SessionTimes, usualTimes } from './session-times.ts';
import { SessionUpkeep } from './session-upkeep.ts';
import { SessionWay } from './session-way.ts';
import { TerminalRelay } from './terminal-relay.ts';

type OnError = (error: unknown) => void;
const errorsOf =
  (logger: HubLogger): OnError =>
  (error) =>
    logger.error({ err: error }, 'A session could not be kept as it was to be');

export const sessionsModule = new ContainerModule(({ bind }) => {
  bind(SessionTimes)
    .toResolvedValue((options: HubOptions): SessionTimes => ({ ...usualTimes, ...options.times }), [HubOptions])
    .inSingletonScope();
  bind(LiveSessions)
    .toResolvedValue(
      (metrics: Metrics) => {
        const live = new LiveSessions();
        new Gauge({
          name: 'latchkey_sessions_open',
          help: 'Sessions that go on now, by kind; those that wait for a customer too.',
          labelNames: ['kind'],
          registers: [metrics.registry],
          collect() {
            const all = [...live];
            for (const kind of ['attended', 'unattended'] as const) {
              this.set({ kind }, all.filter((session) => session.kind === kind).length);
            }
          },
        });
        return live;
      },
      [Metrics],
    )
    .inSingletonScope();
  bind(SessionAccess)
    .toResolvedValue(
      (permissions: PermissionService, directory: TechnicianDirectory) => new SessionAccess(permissions, directory),
      [PermissionService, TechnicianDirectory],
    )
    .inSingletonScope();
  bind(SessionEntries)
    .toResolvedValue((store: Store) => new SessionEntries(store), [Store])
    .inSingletonScope();
  bind(SessionEndings)
    .toResolvedValue(
      (live: LiveSessions, entries: SessionEntries, presence: PresenceTracker, logger: HubLogger) =>
        new SessionEndings(live, entries, presence, errorsOf(logger)),
      [LiveSessions, SessionEntries, PresenceTracker, HubLogger],
    )
    .inSingletonScope();
  bind(SessionUpkeep)
    .toResolvedValue(
      (live: LiveSessions, entries: SessionEntries, logger: HubLogger) =>
        new SessionUpkeep(live, entries, errorsOf(logger)),
      [LiveSessions, SessionEntries, HubLogger],
    )
    .inSingletonScope();
  bind(HubPart).toService(SessionUpkeep);
  bind(SessionParticipation)
    .toResolvedValue(
      (
        live: LiveSessions,
        access: SessionAccess,
        entries: SessionEntries,
        endings: SessionEndings,
        times: SessionTimes,
        logger: HubLogger,
      ) => new SessionParticipation({ live, access, entries, endings, times, onError: errorsOf(logger) }),
      [LiveSessions, SessionAccess, SessionEntries, SessionEndings, SessionTimes, HubLogger],
    )
    .inSingletonScope();
  bind(SessionWay)
    .toResolvedValue(
      (live: LiveSessions, access: SessionAccess, permissions: PermissionService) =>
        new SessionWay(live, access, permissions),
      [LiveSessions, SessionAccess, PermissionService],
    )
    .inSingletonScope();
  bind(TerminalRelay)
    .toResolvedValue(
      (live: LiveSessions, way: SessionWay, entries: SessionEntries, directory: TechnicianDirectory) =>
        new TerminalRelay({ live, way, entries, directory }),
      [LiveSessions, SessionWay, SessionEntries, TechnicianDirectory],
    )
    .inSingletonScope();
  bind(HubPart).toService(TerminalRelay);
  bind(FileRelay)
    .toResolvedValue(
      (live: LiveSessions, way: SessionWay, entries: SessionEntries) => new FileRelay({ live, way, entries }),
      [LiveSessions, SessionWay, SessionEntries],
    )
    .inSingletonScope();
  bind(SessionComputers)
    .toResolvedValue(
      (
        live: LiveSessions,
        entries: SessionEntries,
        endings: SessionEndings,
        participation: SessionParticipation,
        terminals: TerminalRelay,
        times: SessionTimes,
        logger: HubLogger,
      ) => new SessionComputers({ live, entries, endings, participation, terminals, times, onError: errorsOf(logger) }),
      [LiveSessions, SessionEntries, SessionEndings, SessionParticipation, TerminalRelay, SessionTimes, HubLogger],
    )
    .inSingletonScope();
  bind(SessionRestoring)
    .toResolvedValue(
      (
        store: Store,
        live: LiveSessions,
        entries: SessionEntries,
        endings: SessionEndings,
        access: SessionAccess,
        participation: SessionParticipation,
        computers: SessionComputers,
        presence: PresenceTracker,
      ) => new SessionRestoring({ store, live, entries, endings, access, participation, computers, presence }),
      [
        Store,
        LiveSessions,
        SessionEntries,
        SessionEndings,
        SessionAccess,
        SessionParticipation,
        SessionComputers,
        PresenceTracker,
      ],
    )
    .inSingletonScope();
  bind(HubPart).toService(SessionRestoring);
  bind(EndpointHandlers)
    .toResolvedValue((computers: SessionComputers) => new SessionEndpointHandlers(computers), [SessionComputers])
    .inSingletonScope();
  bind(SessionGuard)
    .toResolvedValue(
      (
        live: LiveSessions,
        access: SessionAccess,
        endings: SessionEndings,
        participation: SessionParticipation,
        terminals: TerminalRelay,
        permissions: PermissionService,
        directory: TechnicianDirectory,
        events: DeviceEvents,
      ) => new SessionGuard({ live, access, endings, participation, terminals, permissions, directory, events }),
      [
        LiveSessions,
        SessionAccess,
        SessionEndings,
        SessionParticipation,
        TerminalRelay,
        PermissionService,
        TechnicianDirectory,
        DeviceEvents,
      ],
    )
    .inSingletonScope();
  bind(HubPart).toService(SessionGuard);
  bind(SessionFeed)
    .toResolvedValue(
      (
        live: LiveSessions,
        access: SessionAccess,
        connections: WorkbenchConnections,
        permissions: PermissionService,
        directory: TechnicianDirectory,
      ) => new SessionFeed({ live, access, connections, permissions, directory }),
      [LiveSessions, SessionAccess, WorkbenchConnections, PermissionService, TechnicianDirectory],
    )
    .inSingletonScope();
  bind(HubPart).toService(SessionFeed);
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (
        store: Store,
        live: LiveSessions,
        endpoints: LiveEndpoints,
        access: SessionAccess,
        entries: SessionEntries,
        endings: SessionEndings,
        participation: SessionParticipation,
        computers: SessionComputers,
        presence: PresenceTracker,
        feed: SessionFeed,
        terminals: TerminalRelay,
        files: FileRelay,
      ) => {
        const common = { live, access, entries, endings, participation };
        const starts = new SessionStarts({ ...common, store, endpoints, computers, presence });
        return new SessionHandlers(new SessionService({ ...common, starts }), feed, terminals, files);
      },
      [
        Store,
        LiveSessions,
        LiveEndpoints,
        SessionAccess,
        SessionEntries,
        SessionEndings,
        SessionParticipation,
        SessionComputers,
        PresenceTracker,
        SessionFeed,
        TerminalRelay,
        FileRelay,
      ],
    )
    .inSingletonScope();
});
