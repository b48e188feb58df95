import { ContainerModule } from 'inversify';
import { CoreCommands } from '../commands/core-command.ts';
import { HubConnection } from '../connection/hub-connection.ts';
import { DeviceReplica } from '../devices/device-replica.ts';
import { Confirmer } from '../dialogs/confirmer.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { enrolmentCommands } from './enrolment-commands.ts';

export const enrolmentModule = new ContainerModule(({ bind }) => {
  bind<CoreCommands>(CoreCommands)
    .toResolvedValue(enrolmentCommands, [HubConnection, DeviceReplica, LocalizationService, Confirmer])
    .inSingletonScope();
});
