import { join, resolve } from 'node:path';
import { ContainerModule } from 'inversify';
import { HubAddress } from '../http/hub-address.ts';
import { PayloadCache } from '../installers/formats/payload-cache.ts';
import { ownLinuxPayload } from '../installers/linux-payload.ts';
import { ArtefactSigner } from '../installers/signing/artefact-signer.ts';
import { WindowsPrograms } from '../installers/windows-endpoint.ts';
import { HubOptions } from '../hub-options.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { CustomerAppFiles } from './customer-app-files.ts';

export const customerAppModule = new ContainerModule(({ bind }) => {
  bind(CustomerAppFiles)
    .toResolvedValue(
      (
        cache: PayloadCache,
        identity: HubIdentity,
        address: HubAddress,
        { whole: endpoint }: WindowsPrograms,
        { data, signing }: HubOptions,
      ) => {
        // Apart from installers' files: each signer clears what it finds.
        const folder = join(resolve(data), 'customer-app', 'signed');
        const signer = signing?.formats.includes('exe') ? new ArtefactSigner({ ...signing, folder }) : undefined;
        return new CustomerAppFiles(cache, ownLinuxPayload, identity, address, { endpoint, signer });
      },
      [PayloadCache, HubIdentity, HubAddress, WindowsPrograms, HubOptions],
    )
    .inSingletonScope();
});
