import { enrolmentRequests } from '#protocol/enrolment.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { ApprovalService } from './approval-service.ts';

export class EnrolmentHandlers implements WorkbenchHandlers {
  private readonly approvals: ApprovalService;

  constructor(approvals: ApprovalService) {
    this.approvals = approvals;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(
      enrolmentRequests.approve,
      async ({ devices }, { actor }) => {
        await this.approvals.approve(actor, devices);
        return {};
      },
      { audit: 'device.approve' },
    );
    registry.handle(
      enrolmentRequests.reject,
      async ({ devices }, { actor }) => {
        await this.approvals.reject(actor, devices);
        return {};
      },
      { audit: 'device.reject' },
    );
  }
}
