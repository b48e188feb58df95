import { ContainerModule } from 'inversify';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { AuditHandlers } from './audit-handlers.ts';
import { AuditService } from './audit-service.ts';

export const auditModule = new ContainerModule(({ bind }) => {
  bind(AuditService)
    .toResolvedValue((store: Store) => new AuditService(store), [Store])
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue((audit: AuditService) => new AuditHandlers(audit), [AuditService])
    .inSingletonScope();
});
