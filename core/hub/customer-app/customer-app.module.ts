import { ContainerModule } from 'inversify';
import { HubAddress } from '../http/hub-address.ts';
import { PayloadCache } from '../installers/formats/payload-cache.ts';
import { ownLinuxPayload } from '../installers/linux-payload.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { CustomerAppFiles } from './customer-app-files.ts';

export const customerAppModule = new ContainerModule(({ bind }) => {
  bind(CustomerAppFiles)
    .toResolvedValue(
      (cache: PayloadCache, identity: HubIdentity, address: HubAddress) =>
        new CustomerAppFiles(cache, ownLinuxPayload, identity, address),
      [PayloadCache, HubIdentity, HubAddress],
    )
    .inSingletonScope();
});
