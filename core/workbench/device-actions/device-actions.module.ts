import { ContainerModule } from 'inversify';
import { CoreCommands } from '../commands/core-command.ts';
import { HubConnection } from '../connection/hub-connection.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { DeviceReplica } from '../devices/device-replica.ts';
import { EditorService } from '../editors/editor-service.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { NotificationService } from '../notifications/notification-service.ts';
import { deviceActionCommands } from './device-action-commands.ts';
import { DeviceActionReport } from './device-action-report.ts';
import { DeviceActionService } from './device-action-service.ts';

export const deviceActionsModule = new ContainerModule(({ bind }) => {
  bind(DeviceActionService)
    .toResolvedValue(
      (connection: HubConnection, contextKeys: ContextKeyService) => new DeviceActionService(connection, contextKeys),
      [HubConnection, ContextKeyService],
    )
    .inSingletonScope();
  bind(DeviceActionReport)
    .toResolvedValue(
      (
        actions: DeviceActionService,
        replica: DeviceReplica,
        editors: EditorService,
        notifications: NotificationService,
        l10n: LocalizationService,
      ) => new DeviceActionReport({ actions, replica, editors, notifications, l10n }),
      [DeviceActionService, DeviceReplica, EditorService, NotificationService, LocalizationService],
    )
    .inSingletonScope();
  bind<CoreCommands>(CoreCommands)
    .toResolvedValue(deviceActionCommands, [DeviceActionService, DeviceActionReport])
    .inSingletonScope();
});
