import { join, resolve } from 'node:path';
import { ContainerModule } from 'inversify';
import { HubAddress } from '../http/hub-address.ts';
import { PayloadCache } from '../installers/formats/payload-cache.ts';
import { ownLinuxPayload } from '../installers/linux-payload.ts';
import { ArtefactSigner } from '../installers/signing/artefact-signer.ts';
import { Runtimes } from '../installers/runtimes/runtimes.ts';
import { WindowsPrograms } from '../installers/windows-endpoint.ts';
import { HubOptions } from '../hub-options.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { CustomerAppFiles } from './customer-app-files.ts';
import { MacCustomerApp } from './mac-customer-app.ts';

export const customerAppModule = new ContainerModule(({ bind }) => {
  bind(CustomerAppFiles)
    .toResolvedValue(
      (
        cache: PayloadCache,
        identity: HubIdentity,
        address: HubAddress,
        { whole: endpoint }: WindowsPrograms,
        runtimes: Runtimes,
        { data, signing }: HubOptions,
      ) => {
        // Apart from installers' files: each signer clears what it finds.
        const folder = join(resolve(data), 'customer-app', 'signed');
        const signer = signing?.formats.includes('exe') ? new ArtefactSigner({ ...signing, folder }) : undefined;
        const macos = new MacCustomerApp(runtimes, ownLinuxPayload, join(resolve(data), 'customer-app', 'macos'));
        return new CustomerAppFiles(cache, ownLinuxPayload, identity, address, {
          windows: { endpoint, signer },
          macos,
        });
      },
      [PayloadCache, HubIdentity, HubAddress, WindowsPrograms, Runtimes, HubOptions],
    )
    .inSingletonScope();
});
