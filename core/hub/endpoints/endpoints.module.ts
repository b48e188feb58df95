import { ContainerModule } from 'inversify';
import { KeyHolders } from '../device-matches/key-holders.ts';
import { DeviceEvents } from '../devices/device-events.ts';
import { EnrolmentService } from '../enrolment/enrolment-service.ts';
import { GroupService } from '../groups/group-service.ts';
import { SocketRoute } from '../http/socket-route.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { Metrics } from '../metrics/metrics.ts';
import { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import { PresenceTracker } from '../presence/presence-tracker.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { Store } from '../store/store.ts';
import { CustomerAccess } from './customer-access.ts';
import { EndpointHandlers } from './endpoint-handlers.ts';
import { EndpointRoute } from './endpoint-route.ts';
import { EndpointService } from './endpoint-service.ts';
import { KnownComputers } from './known-computers.ts';
import { LiveEndpoints } from './live-endpoints.ts';

export const endpointsModule = new ContainerModule(({ bind }) => {
  bind(LiveEndpoints)
    .toResolvedValue(() => new LiveEndpoints(), [])
    .inSingletonScope();
  bind(KnownComputers)
    .toResolvedValue((store: Store, live: LiveEndpoints) => new KnownComputers(store, live), [Store, LiveEndpoints])
    .inSingletonScope();
  bind(EndpointService)
    .toResolvedValue(
      (
        store: Store,
        events: DeviceEvents,
        groups: GroupService,
        enrolment: EnrolmentService,
        keyHolders: KeyHolders,
        presence: PresenceTracker,
        live: LiveEndpoints,
        appearance: PortalAppearanceService,
      ) =>
        new EndpointService({
          store,
          events,
          groupChanges$: groups.changed$,
          organisation$: appearance.name$,
          enrolment,
          keyHolders,
          presence,
          live,
        }),
      [
        Store,
        DeviceEvents,
        GroupService,
        EnrolmentService,
        KeyHolders,
        PresenceTracker,
        LiveEndpoints,
        PortalAppearanceService,
      ],
    )
    .inSingletonScope();
  bind(HubPart).toService(EndpointService);
  bind(EndpointHandlers)
    .toResolvedValue((store: Store, events: DeviceEvents) => new CustomerAccess(store, events), [Store, DeviceEvents])
    .inSingletonScope();
  bind(SocketRoute)
    .toResolvedValue(
      (
        handlers: EndpointHandlers[],
        identity: HubIdentity,
        enrolment: EnrolmentService,
        endpoints: EndpointService,
        live: LiveEndpoints,
        metrics: Metrics,
        logger: HubLogger,
      ) => new EndpointRoute({ handlers, identity, enrolment, endpoints, live, metrics, logger }),
      [
        { isMultiple: true, serviceIdentifier: EndpointHandlers },
        HubIdentity,
        EnrolmentService,
        EndpointService,
        LiveEndpoints,
        Metrics,
        HubLogger,
      ],
    )
    .inSingletonScope();
});
