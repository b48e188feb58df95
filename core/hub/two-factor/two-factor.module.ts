import { ContainerModule } from 'inversify';
import { ProofChecker } from '../accounts/proof-checker.ts';
import { SignInService } from '../accounts/sign-in-service.ts';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { SecondFactor } from './second-factor.ts';
import { SecretSeal } from './secret-seal.ts';
import { TwoFactorHandlers } from './two-factor-handlers.ts';
import { TwoFactorService } from './two-factor-service.ts';

export const twoFactorModule = new ContainerModule(({ bind }) => {
  bind(SecretSeal)
    .toResolvedValue((identity: HubIdentity) => new SecretSeal(identity.deriveKey('two-factor')), [HubIdentity])
    .inSingletonScope();
  bind(SecondFactor)
    .toResolvedValue((store: Store, seal: SecretSeal) => new SecondFactor(store, seal), [Store, SecretSeal])
    .inSingletonScope();
  bind(TwoFactorService)
    .toResolvedValue(
      (store: Store, directory: TechnicianDirectory, proofs: ProofChecker, signIns: SignInService, seal: SecretSeal) =>
        new TwoFactorService({ store, directory, proofs, signIns, seal }),
      [Store, TechnicianDirectory, ProofChecker, SignInService, SecretSeal],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue((twoFactor: TwoFactorService) => new TwoFactorHandlers(twoFactor), [TwoFactorService])
    .inSingletonScope();
});
