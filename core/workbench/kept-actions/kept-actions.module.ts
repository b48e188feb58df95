import { ContainerModule } from 'inversify';
import { CoreCommands } from '../commands/core-command.ts';
import { HubConnection } from '../connection/hub-connection.ts';
import { DeviceActionReport } from '../device-actions/device-action-report.ts';
import { DeviceActionService } from '../device-actions/device-action-service.ts';
import { DeviceReplica } from '../devices/device-replica.ts';
import { EditorService } from '../editors/editor-service.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { NotificationService } from '../notifications/notification-service.ts';
import { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { KeepingActions } from './keeping-actions.ts';
import { keptActionCommands } from './kept-action-commands.ts';
import { KeptActionReport } from './kept-action-report.ts';
import { KeptActions } from './kept-actions.ts';

export const keptActionsModule = new ContainerModule(({ bind }) => {
  bind(KeptActions)
    .toResolvedValue(
      (connection: HubConnection, replica: DeviceReplica, actions: DeviceActionService, storage: WorkbenchStorage) =>
        new KeptActions({ connection, replica, actions, storage }),
      [HubConnection, DeviceReplica, DeviceActionService, WorkbenchStorage],
    )
    .inSingletonScope();
  bind(KeptActionReport)
    .toResolvedValue(
      (
        kept: KeptActions,
        replica: DeviceReplica,
        editors: EditorService,
        notifications: NotificationService,
        l10n: LocalizationService,
      ) => new KeptActionReport({ kept, replica, editors, notifications, l10n }),
      [KeptActions, DeviceReplica, EditorService, NotificationService, LocalizationService],
    )
    .inSingletonScope();
  bind(KeepingActions)
    .toResolvedValue(
      (actions: DeviceActionService, kept: KeptActions, report: KeptActionReport, connection: HubConnection) =>
        new KeepingActions({ actions, kept, report, connection }),
      [DeviceActionService, KeptActions, KeptActionReport, HubConnection],
    )
    .inSingletonScope();
  bind<CoreCommands>(CoreCommands)
    .toResolvedValue(keptActionCommands, [KeptActions, KeptActionReport, DeviceActionReport])
    .inSingletonScope();
});
