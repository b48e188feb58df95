import { permissionNotifications, permissionRequests } from '#protocol/permissions.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { PermissionService } from './permission-service.ts';

export class PermissionHandlers implements WorkbenchHandlers {
  private readonly permissions: PermissionService;

  constructor(permissions: PermissionService, connections: WorkbenchConnections) {
    this.permissions = permissions;
    permissions.changed$.subscribe((technicianId) => {
      for (const connection of connections) {
        if (technicianId !== undefined && technicianId !== connection.technicianId) continue;
        const inForce = permissions.effective(connection.technicianId);
        connection.notify(permissionNotifications.changed, { permissions: inForce });
      }
    });
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(permissionRequests.effective, ({ technician }, { actor }) =>
      this.permissions.effectiveFor(actor, technician),
    );
    registry.handle(permissionRequests.settings, (whose, { actor }) => this.permissions.list(actor, whose));
    registry.handle(
      permissionRequests.set,
      async ({ permission, allowed, ...whose }, { actor }) => {
        await this.permissions.set(actor, whose, permission, allowed);
        return {};
      },
      { audit: 'permission.set' },
    );
  }
}
