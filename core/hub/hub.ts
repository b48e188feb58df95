import { Container, type ServiceIdentifier } from 'inversify';
import { aboutModule } from './about/about.module.ts';
import { AccountService } from './accounts/account-service.ts';
import { accountsModule } from './accounts/accounts.module.ts';
import { ensureFirstAdministrator } from './accounts/first-administrator.ts';
import { auditModule } from './audit/audit.module.ts';
import { assignmentRulesModule } from './assignment-rules/assignment-rules.module.ts';
import { customerAppModule } from './customer-app/customer-app.module.ts';
import { deviceActionsModule } from './device-actions/device-actions.module.ts';
import { deviceMatchesModule } from './device-matches/device-matches.module.ts';
import { devicesModule } from './devices/devices.module.ts';
import { domainModule } from './domain/domain.module.ts';
import { endpointsModule } from './endpoints/endpoints.module.ts';
import { enrolmentModule } from './enrolment/enrolment.module.ts';
import { extensionsModule } from './extensions/extensions.module.ts';
import { fleetHistoryModule } from './fleet-history/fleet-history.module.ts';
import { groupsModule } from './groups/groups.module.ts';
import { HttpRoutes } from './http/http-routes.ts';
import { HttpServer } from './http/http-server.ts';
import { HubAddress } from './http/hub-address.ts';
import { SocketRoute } from './http/socket-route.ts';
import { HubOptions } from './hub-options.ts';
import { HubPart } from './hub-part.ts';
import { installersModule } from './installers/installers.module.ts';
import { joinModule } from './join/join.module.ts';
import { createLogger, HubLogger } from './log/logger.ts';
import { metricsModule } from './metrics/metrics.module.ts';
import { permissionsModule } from './permissions/permissions.module.ts';
import { presenceModule } from './presence/presence.module.ts';
import { profileModule } from './profile/profile.module.ts';
import { portalModule } from './portal/portal.module.ts';
import { rollOutsModule } from './roll-outs/roll-outs.module.ts';
import { sessionsModule } from './sessions/sessions.module.ts';
import { setUpsModule } from './set-ups/set-ups.module.ts';
import { HubIdentity, loadHubIdentity } from './store/hub-identity.ts';
import { openStore } from './store/open-store.ts';
import { Store } from './store/store.ts';
import { tokensModule } from './tokens/tokens.module.ts';
import { twoFactorModule } from './two-factor/two-factor.module.ts';
import { userGroupsModule } from './user-groups/user-groups.module.ts';
import { wakeModule } from './wake/wake.module.ts';
import { workbenchModule } from './workbench/workbench.module.ts';

/** In the order in which their parts start. */
const modules = [
  metricsModule,
  groupsModule,
  tokensModule,
  accountsModule,
  twoFactorModule,
  userGroupsModule,
  permissionsModule,
  auditModule,
  profileModule,
  presenceModule,
  devicesModule,
  assignmentRulesModule,
  deviceMatchesModule,
  enrolmentModule,
  endpointsModule,
  sessionsModule,
  joinModule,
  setUpsModule,
  deviceActionsModule,
  wakeModule,
  fleetHistoryModule,
  portalModule,
  installersModule,
  rollOutsModule,
  domainModule,
  customerAppModule,
  aboutModule,
  extensionsModule,
  workbenchModule,
];

export interface RunningHub {
  /** Where it can be reached. */
  readonly url: string;
  readonly port: number;
  /** The administrator that was made up on the first start: shown once, kept nowhere. */
  readonly initialAdmin?: { readonly email: string; readonly password: string } | undefined;
  /** One of its services, for the program that started it. */
  get<T>(service: ServiceIdentifier<T>): T;
  /** Finishes what runs, says goodbye to whoever is connected, and lets go of the data. */
  close(): Promise<void>;
}

/**
 * Starts a hub; it is ready when this resolves.
 * @throws LatchkeyError `data.*`, `listen.needsTls`, `tls.unreadable`, `port.inUse`
 */
export async function startHub(options: HubOptions): Promise<RunningHub> {
  const logger = createLogger(options.logLevel);
  const store = await openStore({
    folder: options.data,
    databaseUrl: options.databaseUrl,
    onError: (error) => logger.error({ err: error }, 'Something failed after a commit'),
  });
  const started: HubPart[] = [];
  const stop = async (): Promise<void> => {
    for (const part of started.splice(0).reverse()) await part.stop?.();
    await store.close();
  };
  try {
    const address = new HubAddress(options);
    const container = new Container();
    container.bind(HubOptions).toConstantValue(options);
    container.bind(HubLogger).toConstantValue(logger);
    container.bind(Store).toConstantValue(store);
    container.bind(HubIdentity).toConstantValue(await loadHubIdentity(store));
    container.bind(HubAddress).toConstantValue(address);
    container.load(...modules);
    for (const part of container.getAll<HubPart>(HubPart)) {
      await part.start?.();
      started.push(part);
    }
    const server = new HttpServer({
      options,
      address,
      logger,
      routes: container.getAll<HttpRoutes>(HttpRoutes),
      socketRoutes: container.getAll<SocketRoute>(SocketRoute),
    });
    started.push({ stop: () => server.close() });
    await server.listen();
    // Only now: a password made for a start that fails would be shown to nobody.
    const initialAdmin = await ensureFirstAdministrator(container.get(AccountService), options.admin);
    server.ready();
    logger.info({ url: address.publicUrl, store: store.engine }, 'The hub is ready');
    let closed: Promise<void> | undefined;
    return {
      url: address.publicUrl,
      port: address.port,
      initialAdmin,
      get: (service) => container.get(service),
      close: () => (closed ??= stop().then(() => logger.info('The hub has stopped'))),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
