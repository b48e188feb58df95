import { userGroupNotifications, userGroupRequests } from '#protocol/user-groups.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { UserGroupService } from './user-group-service.ts';

export class UserGroupHandlers implements WorkbenchHandlers {
  private readonly userGroups: UserGroupService;

  constructor(userGroups: UserGroupService, directory: TechnicianDirectory, connections: WorkbenchConnections) {
    this.userGroups = userGroups;
    userGroups.changed$.subscribe(() => {
      for (const connection of connections) {
        const role = directory.get(connection.technicianId)?.technician.role;
        if (role === 'administrator') connection.notify(userGroupNotifications.changed, {});
      }
    });
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { userGroups } = this;
    registry.handle(userGroupRequests.list, (_, { actor }) => userGroups.list(actor));
    registry.handle(
      userGroupRequests.create,
      ({ name, members }, { actor }) => userGroups.create(actor, name, members),
      {
        audit: 'userGroup.create',
      },
    );
    registry.handle(
      userGroupRequests.update,
      ({ userGroup, ...changes }, { actor }) => userGroups.update(actor, userGroup, changes),
      { audit: 'userGroup.update' },
    );
    registry.handle(
      userGroupRequests.delete,
      async ({ userGroup }, { actor }) => {
        await userGroups.delete(actor, userGroup);
        return {};
      },
      { audit: 'userGroup.delete' },
    );
  }
}
