import { ContainerModule } from 'inversify';
import { Authenticator } from '../accounts/authenticator.ts';
import { SignInService } from '../accounts/sign-in-service.ts';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { SocketRoute } from '../http/socket-route.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { Metrics } from '../metrics/metrics.ts';
import { Store } from '../store/store.ts';
import { TokenService } from '../tokens/token-service.ts';
import { SignInWatch } from './sign-in-watch.ts';
import { WorkbenchConnections } from './workbench-connections.ts';
import { WorkbenchHandlers } from './workbench-handlers.ts';
import { WorkbenchRoute } from './workbench-route.ts';

export const workbenchModule = new ContainerModule(({ bind }) => {
  bind(WorkbenchConnections)
    .toResolvedValue(() => new WorkbenchConnections())
    .inSingletonScope();
  bind(HubPart)
    .toResolvedValue(
      (
        signIns: SignInService,
        tokens: TokenService,
        directory: TechnicianDirectory,
        connections: WorkbenchConnections,
        logger: HubLogger,
      ) =>
        new SignInWatch(signIns, tokens, directory, connections, (error) =>
          logger.error({ err: error }, 'Could not look for sign-ins that have run out'),
        ),
      [SignInService, TokenService, TechnicianDirectory, WorkbenchConnections, HubLogger],
    )
    .inSingletonScope();
  bind(SocketRoute)
    .toResolvedValue(
      (
        handlers: WorkbenchHandlers[],
        authenticator: Authenticator,
        directory: TechnicianDirectory,
        connections: WorkbenchConnections,
        store: Store,
        metrics: Metrics,
        logger: HubLogger,
      ) => new WorkbenchRoute({ handlers, authenticator, directory, connections, store, metrics, logger }),
      [
        { isMultiple: true, serviceIdentifier: WorkbenchHandlers },
        Authenticator,
        TechnicianDirectory,
        WorkbenchConnections,
        Store,
        Metrics,
        HubLogger,
      ],
    )
    .inSingletonScope();
});
