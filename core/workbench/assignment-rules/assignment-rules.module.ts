import { ContainerModule } from 'inversify';
import { CoreCommands } from '../commands/core-command.ts';
import { HubConnection } from '../connection/hub-connection.ts';
import { DeviceActionReport } from '../device-actions/device-action-report.ts';
import { DeviceActionService } from '../device-actions/device-action-service.ts';
import { DeviceReplica } from '../devices/device-replica.ts';
import { Confirmer } from '../dialogs/confirmer.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { assignmentRuleCommands } from './assignment-rule-commands.ts';
import { AssignmentRuleService } from './assignment-rule-service.ts';

export const assignmentRulesModule = new ContainerModule(({ bind }) => {
  bind(AssignmentRuleService)
    .toResolvedValue(
      (connection: HubConnection, actions: DeviceActionService) => new AssignmentRuleService(connection, actions),
      [HubConnection, DeviceActionService],
    )
    .inSingletonScope();
  bind<CoreCommands>(CoreCommands)
    .toResolvedValue(assignmentRuleCommands, [
      AssignmentRuleService,
      DeviceReplica,
      LocalizationService,
      Confirmer,
      DeviceActionReport,
    ])
    .inSingletonScope();
});
