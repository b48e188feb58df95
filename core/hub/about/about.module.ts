import { ContainerModule } from 'inversify';
import { HubAddress } from '../http/hub-address.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { AboutHandlers } from './about-handlers.ts';

export const aboutModule = new ContainerModule(({ bind }) => {
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (address: HubAddress, identity: HubIdentity) => new AboutHandlers(address, identity),
      [HubAddress, HubIdentity],
    )
    .inSingletonScope();
});
