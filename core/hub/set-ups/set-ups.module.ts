import { ContainerModule } from 'inversify';
import { ProofChecker } from '../accounts/proof-checker.ts';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { DeviceEvents } from '../devices/device-events.ts';
import { EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import { KnownComputers } from '../endpoints/known-computers.ts';
import { GroupService } from '../groups/group-service.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import { LiveSessions } from '../sessions/live-sessions.ts';
import { SessionAccess } from '../sessions/session-access.ts';
import { SessionTimes } from '../sessions/session-times.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { AttendedSetUps } from './attended-set-ups.ts';
import { LiveSetUps } from './live-set-ups.ts';
import { PortalSetUps } from './portal-set-ups.ts';
import { SetUpCourse } from './set-up-course.ts';
import { SetUpGuard } from './set-up-guard.ts';
import { SetUpHandlers } from './set-up-handlers.ts';
import { SetUpRestoring } from './set-up-restoring.ts';
import { SetUpTokens } from './set-up-tokens.ts';

export const setUpsModule = new ContainerModule(({ bind }) => {
  bind(LiveSetUps)
    .toResolvedValue(() => new LiveSetUps(), [])
    .inSingletonScope();
  bind(SetUpTokens)
    .toResolvedValue((identity: HubIdentity) => new SetUpTokens(identity), [HubIdentity])
    .inSingletonScope();
  bind(SetUpCourse)
    .toResolvedValue(
      (
        store: Store,
        setUps: LiveSetUps,
        tokens: SetUpTokens,
        events: DeviceEvents,
        times: SessionTimes,
        logger: HubLogger,
      ) => {
        const onError = (error: unknown): void => logger.error({ err: error }, 'A set-up could not be kept');
        return new SetUpCourse({ store, setUps, tokens, events, times, onError });
      },
      [Store, LiveSetUps, SetUpTokens, DeviceEvents, SessionTimes, HubLogger],
    )
    .inSingletonScope();
  bind(AttendedSetUps)
    .toResolvedValue(
      (
        live: LiveSessions,
        access: SessionAccess,
        permissions: PermissionService,
        proofs: ProofChecker,
        known: KnownComputers,
        groups: GroupService,
        setUps: LiveSetUps,
        course: SetUpCourse,
      ) => new AttendedSetUps({ live, access, permissions, proofs, known, groups, setUps, course }),
      [
        LiveSessions,
        SessionAccess,
        PermissionService,
        ProofChecker,
        KnownComputers,
        GroupService,
        LiveSetUps,
        SetUpCourse,
      ],
    )
    .inSingletonScope();
  bind(PortalSetUps)
    .toResolvedValue(
      (
        proofs: ProofChecker,
        directory: TechnicianDirectory,
        known: KnownComputers,
        groups: GroupService,
        setUps: LiveSetUps,
        course: SetUpCourse,
        appearance: PortalAppearanceService,
        tokens: SetUpTokens,
        times: SessionTimes,
      ) => new PortalSetUps({ proofs, directory, known, groups, setUps, course, appearance, tokens, times }),
      [
        ProofChecker,
        TechnicianDirectory,
        KnownComputers,
        GroupService,
        LiveSetUps,
        SetUpCourse,
        PortalAppearanceService,
        SetUpTokens,
        SessionTimes,
      ],
    )
    .inSingletonScope();
  bind(EndpointHandlers).toService(PortalSetUps);
  bind(SetUpRestoring)
    .toResolvedValue(
      (
        store: Store,
        live: LiveSessions,
        setUps: LiveSetUps,
        course: SetUpCourse,
        attended: AttendedSetUps,
        portal: PortalSetUps,
        tokens: SetUpTokens,
      ) => new SetUpRestoring({ store, live, setUps, course, attended, portal, tokens }),
      [Store, LiveSessions, LiveSetUps, SetUpCourse, AttendedSetUps, PortalSetUps, SetUpTokens],
    )
    .inSingletonScope();
  bind(HubPart).toService(SetUpRestoring);
  bind(SetUpGuard)
    .toResolvedValue(
      (
        setUps: LiveSetUps,
        course: SetUpCourse,
        attended: AttendedSetUps,
        tokens: SetUpTokens,
        live: LiveSessions,
        permissions: PermissionService,
        directory: TechnicianDirectory,
        groups: GroupService,
      ) => new SetUpGuard({ setUps, course, attended, tokens, live, permissions, directory, groups }),
      [
        LiveSetUps,
        SetUpCourse,
        AttendedSetUps,
        SetUpTokens,
        LiveSessions,
        PermissionService,
        TechnicianDirectory,
        GroupService,
      ],
    )
    .inSingletonScope();
  bind(HubPart).toService(SetUpGuard);
  bind(SetUpHandlers)
    .toResolvedValue(
      (attended: AttendedSetUps, setUps: LiveSetUps, connections: WorkbenchConnections) =>
        new SetUpHandlers(attended, setUps, connections),
      [AttendedSetUps, LiveSetUps, WorkbenchConnections],
    )
    .inSingletonScope();
  bind(HubPart).toService(SetUpHandlers);
  bind(WorkbenchHandlers).toService(SetUpHandlers);
});
