import { ContainerModule } from 'inversify';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { HubPart } from '../hub-part.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { AssignmentRuleHandlers } from './assignment-rule-handlers.ts';
import { AssignmentRuleService } from './assignment-rule-service.ts';

export const assignmentRulesModule = new ContainerModule(({ bind }) => {
  bind(AssignmentRuleService)
    .toResolvedValue((store: Store) => new AssignmentRuleService(store), [Store])
    .inSingletonScope();
  bind(HubPart).toService(AssignmentRuleService);
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (rules: AssignmentRuleService, directory: TechnicianDirectory, connections: WorkbenchConnections) =>
        new AssignmentRuleHandlers(rules, directory, connections),
      [AssignmentRuleService, TechnicianDirectory, WorkbenchConnections],
    )
    .inSingletonScope();
});
