import { ContainerModule } from 'inversify';
import { GroupService } from '../groups/group-service.ts';
import { HubAddress } from '../http/hub-address.ts';
import { HttpRoutes } from '../http/http-routes.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { Metrics } from '../metrics/metrics.ts';
import { Store } from '../store/store.ts';
import { TokenService } from '../tokens/token-service.ts';
import { SecondFactor } from '../two-factor/second-factor.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { AccountHandlers } from './account-handlers.ts';
import { AccountService } from './account-service.ts';
import { Authenticator } from './authenticator.ts';
import { ProofChecker } from './proof-checker.ts';
import { SignInRoutes } from './sign-in-routes.ts';
import { SignInService } from './sign-in-service.ts';
import { TechnicianDirectory } from './technician-directory.ts';

export const accountsModule = new ContainerModule(({ bind }) => {
  bind(TechnicianDirectory)
    .toResolvedValue(
      (store: Store, groups: GroupService) => new TechnicianDirectory(store, groups),
      [Store, GroupService],
    )
    .inSingletonScope();
  bind(HubPart).toService(TechnicianDirectory);
  bind(ProofChecker)
    .toResolvedValue(
      (store: Store, directory: TechnicianDirectory, secondFactor: SecondFactor, logger: HubLogger) =>
        new ProofChecker(store, directory, secondFactor, (error) =>
          logger.error({ err: error }, 'A failed sign-in was not recorded'),
        ),
      [Store, TechnicianDirectory, SecondFactor, HubLogger],
    )
    .inSingletonScope();
  bind(SignInService)
    .toResolvedValue(
      (store: Store, directory: TechnicianDirectory, proofs: ProofChecker) =>
        new SignInService(store, directory, proofs),
      [Store, TechnicianDirectory, ProofChecker],
    )
    .inSingletonScope();
  bind(AccountService)
    .toResolvedValue(
      (store: Store, directory: TechnicianDirectory, signIns: SignInService, proofs: ProofChecker) =>
        new AccountService(store, directory, signIns, proofs),
      [Store, TechnicianDirectory, SignInService, ProofChecker],
    )
    .inSingletonScope();
  bind(Authenticator)
    .toResolvedValue(
      (signIns: SignInService, tokens: TokenService, directory: TechnicianDirectory, address: HubAddress) =>
        new Authenticator(signIns, tokens, directory, address),
      [SignInService, TokenService, TechnicianDirectory, HubAddress],
    )
    .inSingletonScope();
  bind(HttpRoutes)
    .toResolvedValue(
      (
        proofs: ProofChecker,
        signIns: SignInService,
        tokens: TokenService,
        directory: TechnicianDirectory,
        authenticator: Authenticator,
        address: HubAddress,
        metrics: Metrics,
      ) => new SignInRoutes({ proofs, signIns, tokens, directory, authenticator, address, metrics }),
      [ProofChecker, SignInService, TokenService, TechnicianDirectory, Authenticator, HubAddress, Metrics],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (accounts: AccountService, directory: TechnicianDirectory, connections: WorkbenchConnections) =>
        new AccountHandlers(accounts, directory, connections),
      [AccountService, TechnicianDirectory, WorkbenchConnections],
    )
    .inSingletonScope();
});
