import { assignmentRuleNotifications, assignmentRuleRequests } from '#protocol/assignment-rules.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { AssignmentRuleService } from './assignment-rule-service.ts';

export class AssignmentRuleHandlers implements WorkbenchHandlers {
  private readonly rules: AssignmentRuleService;

  constructor(rules: AssignmentRuleService, directory: TechnicianDirectory, connections: WorkbenchConnections) {
    this.rules = rules;
    rules.changed$.subscribe((version) => {
      for (const connection of connections) {
        const role = directory.get(connection.technicianId)?.technician.role;
        if (role === 'administrator') connection.notify(assignmentRuleNotifications.changed, { version });
      }
    });
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { rules } = this;
    registry.handle(assignmentRuleRequests.get, (_, { actor }) => rules.get(actor));
    registry.handle(
      assignmentRuleRequests.save,
      ({ version, rules: wanted }, { actor }) => rules.save(actor, version, wanted),
      { audit: 'assignmentRules.save' },
    );
    registry.handle(assignmentRuleRequests.preview, ({ rules: draft, after }, { actor, token }) =>
      rules.preview(actor, draft, after, () => token.isCancellationRequested),
    );
  }
}
