import { ContainerModule } from 'inversify';
import { HubOptions } from '../hub-options.ts';
import { HubPart } from '../hub-part.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { RollOutFileService } from '../roll-outs/roll-out-file-service.ts';
import { RollOutService } from '../roll-outs/roll-out-service.ts';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { DomainHandlers } from './domain-handlers.ts';
import { DomainPolicyService } from './domain-policy-service.ts';
import { DomainRollOuts } from './domain-roll-outs.ts';

export const domainModule = new ContainerModule(({ bind }) => {
  bind(DomainPolicyService)
    .toResolvedValue(({ domainAuthorities }: HubOptions) => new DomainPolicyService(domainAuthorities), [HubOptions])
    .inSingletonScope();
  bind(DomainRollOuts)
    .toResolvedValue(
      (
        store: Store,
        permissions: PermissionService,
        rollOuts: RollOutService,
        files: RollOutFileService,
        policies: DomainPolicyService,
      ) => new DomainRollOuts({ store, permissions, rollOuts, files, policies }),
      [Store, PermissionService, RollOutService, RollOutFileService, DomainPolicyService],
    )
    .inSingletonScope();
  bind(HubPart).toService(DomainRollOuts);
  bind(WorkbenchHandlers)
    .toResolvedValue((domain: DomainRollOuts) => new DomainHandlers(domain), [DomainRollOuts])
    .inSingletonScope();
});
