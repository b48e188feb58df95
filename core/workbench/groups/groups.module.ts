import { ContainerModule } from 'inversify';
import { CoreCommands } from '../commands/core-command.ts';
import { HubConnection } from '../connection/hub-connection.ts';
import { DeviceReplica } from '../devices/device-replica.ts';
import { Confirmer } from '../dialogs/confirmer.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { groupCommands } from './group-commands.ts';

export const groupsModule = new ContainerModule(({ bind }) => {
  bind<CoreCommands>(CoreCommands)
    .toResolvedValue(groupCommands, [HubConnection, DeviceReplica, LocalizationService, Confirmer])
    .inSingletonScope();
});
