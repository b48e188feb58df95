import { ContainerModule } from 'inversify';
import { CoreCommands } from '../commands/core-command.ts';
import { HubConnection } from '../connection/hub-connection.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { DeviceReplica } from '../devices/device-replica.ts';
import { Confirmer } from '../dialogs/confirmer.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { deviceMatchCommands } from './device-match-commands.ts';
import { DeviceMatchService } from './device-match-service.ts';

export const deviceMatchesModule = new ContainerModule(({ bind }) => {
  bind(DeviceMatchService)
    .toResolvedValue(
      (connection: HubConnection, contextKeys: ContextKeyService, permissions: PermissionService) =>
        new DeviceMatchService(connection, contextKeys, permissions),
      [HubConnection, ContextKeyService, PermissionService],
    )
    .inSingletonScope();
  bind<CoreCommands>(CoreCommands)
    .toResolvedValue(deviceMatchCommands, [DeviceMatchService, DeviceReplica, LocalizationService, Confirmer])
    .inSingletonScope();
});
