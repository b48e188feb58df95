import { auditRequests } from '#protocol/audit.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { AuditService } from './audit-service.ts';

export class AuditHandlers implements WorkbenchHandlers {
  private readonly audit: AuditService;

  constructor(audit: AuditService) {
    this.audit = audit;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(auditRequests.query, (params, { actor }) => this.audit.query(actor, params));
  }
}
