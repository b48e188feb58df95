import { join, resolve } from 'node:path';
import { ContainerModule } from 'inversify';
import { version } from '#core/base/version.ts';
import { Authenticator } from '../accounts/authenticator.ts';
import { GroupService } from '../groups/group-service.ts';
import { HttpRoutes } from '../http/http-routes.ts';
import { HubAddress } from '../http/hub-address.ts';
import { HubOptions } from '../hub-options.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { PayloadCache } from './formats/payload-cache.ts';
import { ExeWriter } from './exe-writer.ts';
import { InstallerFileService } from './installer-file-service.ts';
import { InstallerHandlers } from './installer-handlers.ts';
import { InstallerRoutes } from './installer-routes.ts';
import { InstallerService } from './installer-service.ts';
import { InstallerWriter } from './installer-writer.ts';
import { linuxPayloadCache, ownLinuxPayload } from './linux-payload.ts';
import { LinuxWriter } from './linux-writer.ts';
import { MsiWriter } from './msi-writer.ts';
import { PkgWriter } from './pkg-writer.ts';
import { ArtefactSigner } from './signing/artefact-signer.ts';
import { SignedProgram } from './signing/signed-program.ts';
import { Runtimes } from './runtimes/runtimes.ts';
import { WindowsPrograms } from './windows-endpoint.ts';
import { WindowsProgramMaker } from './windows-program-maker.ts';
import { PayloadPreparation } from './payload-preparation.ts';

export const installersModule = new ContainerModule(({ bind }) => {
  bind(PayloadCache)
    .toResolvedValue(
      (options: HubOptions) => linuxPayloadCache(join(resolve(options.data), 'installers'), ownLinuxPayload),
      [HubOptions],
    )
    .inSingletonScope();
  bind(Runtimes)
    .toResolvedValue(
      ({ data, runtimes }: HubOptions) =>
        new Runtimes({
          folder: join(resolve(data), 'installers', 'runtimes'),
          given: runtimes ?? join(resolve(data), 'runtimes'),
        }),
      [HubOptions],
    )
    .inSingletonScope();
  for (const format of ['deb', 'run'] as const) {
    bind(InstallerWriter)
      .toResolvedValue((cache: PayloadCache) => new LinuxWriter(format, ownLinuxPayload, cache), [PayloadCache])
      .inSingletonScope();
  }
  bind(WindowsProgramMaker)
    .toResolvedValue(
      (runtimes: Runtimes, { data }: HubOptions) =>
        new WindowsProgramMaker(runtimes, join(resolve(data), 'installers', 'windows')),
      [Runtimes, HubOptions],
    )
    .inSingletonScope();
  bind(WindowsPrograms)
    .toResolvedValue(
      (program: WindowsProgramMaker, { data, signing }: HubOptions): WindowsPrograms => {
        if (!signing?.formats.includes('exe')) return new WindowsPrograms(program, program);
        const folder = join(resolve(data), 'installers', 'windows-signed');
        const signer = new ArtefactSigner({ ...signing, folder: join(resolve(data), 'installers', 'windows-signing') });
        const signed = new SignedProgram(program, signer, signing.command, folder);
        return new WindowsPrograms(signed.carrying, signed.signed);
      },
      [WindowsProgramMaker, HubOptions],
    )
    .inSingletonScope();
  bind(InstallerWriter)
    .toResolvedValue(({ whole }: WindowsPrograms) => new ExeWriter(whole), [WindowsPrograms])
    .inSingletonScope();
  bind(InstallerWriter)
    .toResolvedValue(
      ({ packed }: WindowsPrograms, { data }: HubOptions) =>
        new MsiWriter(packed, join(resolve(data), 'installers', 'msi')),
      [WindowsPrograms, HubOptions],
    )
    .inSingletonScope();
  bind(HubPart)
    .toResolvedValue(
      (cache: PayloadCache, { prepareFilesAfter }: HubOptions, logger: HubLogger) =>
        new PayloadPreparation(cache, ownLinuxPayload, {
          after: prepareFilesAfter,
          onError: (error) => logger.warn({ err: error }, 'The files that the hub hands out could not be prepared'),
        }),
      [PayloadCache, HubOptions, HubLogger],
    )
    .inSingletonScope();
  bind(InstallerWriter)
    .toResolvedValue(
      (runtimes: Runtimes, { data }: HubOptions) =>
        new PkgWriter(runtimes, ownLinuxPayload, join(resolve(data), 'installers', 'macos')),
      [Runtimes, HubOptions],
    )
    .inSingletonScope();
  bind(InstallerService)
    .toResolvedValue(
      (store: Store, identity: HubIdentity, permissions: PermissionService, groups: GroupService) =>
        new InstallerService(store, identity, permissions, groups),
      [Store, HubIdentity, PermissionService, GroupService],
    )
    .inSingletonScope();
  bind(InstallerFileService)
    .toResolvedValue(
      (
        installers: InstallerService,
        writers: InstallerWriter[],
        identity: HubIdentity,
        address: HubAddress,
        { data, signing }: HubOptions,
      ) => {
        const folder = join(resolve(data), 'installers', 'signed');
        const signer = signing && new ArtefactSigner({ ...signing, folder });
        return new InstallerFileService(installers, writers, identity, address, version, signer);
      },
      [InstallerService, { isMultiple: true, serviceIdentifier: InstallerWriter }, HubIdentity, HubAddress, HubOptions],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (installers: InstallerService, files: InstallerFileService) => new InstallerHandlers(installers, files),
      [InstallerService, InstallerFileService],
    )
    .inSingletonScope();
  bind(HttpRoutes)
    .toResolvedValue(
      (files: InstallerFileService, authenticator: Authenticator) => new InstallerRoutes(files, authenticator),
      [InstallerFileService, Authenticator],
    )
    .inSingletonScope();
});
