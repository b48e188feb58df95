import { ContainerModule } from 'inversify';
import { CustomerAppFiles } from '../customer-app/customer-app-files.ts';
import { EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import { KnownComputers } from '../endpoints/known-computers.ts';
import { HttpRoutes } from '../http/http-routes.ts';
import { HubAddress } from '../http/hub-address.ts';
import { HubPart } from '../hub-part.ts';
import { Metrics } from '../metrics/metrics.ts';
import { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import { LiveSessions } from '../sessions/live-sessions.ts';
import { SessionAccess } from '../sessions/session-access.ts';
import { SessionComputers } from '../sessions/session-computers.ts';
import { SessionEndings } from '../sessions/session-endings.ts';
import { SessionEntries } from '../sessions/session-entries.ts';
import { SessionParticipation } from '../sessions/session-participation.ts';
import { SessionTimes } from '../sessions/session-times.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { JoinEndpointHandlers } from './join-endpoint-handlers.ts';
import { JoinHandlers } from './join-handlers.ts';
import { JoinRoutes } from './join-routes.ts';
import { JoinService } from './join-service.ts';

export const joinModule = new ContainerModule(({ bind }) => {
  bind(JoinService)
    .toResolvedValue(
      (
        live: LiveSessions,
        access: SessionAccess,
        entries: SessionEntries,
        endings: SessionEndings,
        participation: SessionParticipation,
        computers: SessionComputers,
        known: KnownComputers,
        files: CustomerAppFiles,
        address: HubAddress,
        appearance: PortalAppearanceService,
        times: SessionTimes,
        identity: HubIdentity,
      ) =>
        new JoinService({
          live,
          access,
          entries,
          endings,
          participation,
          computers,
          known,
          files,
          address,
          appearance,
          times,
          identity,
        }),
      [
        LiveSessions,
        SessionAccess,
        SessionEntries,
        SessionEndings,
        SessionParticipation,
        SessionComputers,
        KnownComputers,
        CustomerAppFiles,
        HubAddress,
        PortalAppearanceService,
        SessionTimes,
        HubIdentity,
      ],
    )
    .inSingletonScope();
  bind(HubPart).toService(JoinService);
  bind(WorkbenchHandlers)
    .toResolvedValue((joins: JoinService) => new JoinHandlers(joins), [JoinService])
    .inSingletonScope();
  bind(EndpointHandlers)
    .toResolvedValue((joins: JoinService) => new JoinEndpointHandlers(joins), [JoinService])
    .inSingletonScope();
  bind(HttpRoutes)
    .toResolvedValue(
      (joins: JoinService, files: CustomerAppFiles, metrics: Metrics) => new JoinRoutes(joins, files, metrics),
      [JoinService, CustomerAppFiles, Metrics],
    )
    .inSingletonScope();
});
