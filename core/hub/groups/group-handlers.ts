import { groupRequests } from '#protocol/groups.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { GroupService } from './group-service.ts';

export class GroupHandlers implements WorkbenchHandlers {
  private readonly groups: GroupService;

  constructor(groups: GroupService) {
    this.groups = groups;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(groupRequests.list, (_, { actor }) => this.groups.list(actor));
    registry.handle(groupRequests.create, ({ name }, { actor }) => this.groups.create(actor, name), {
      audit: 'group.create',
    });
    registry.handle(groupRequests.rename, ({ group, name }, { actor }) => this.groups.rename(actor, group, name), {
      audit: 'group.rename',
    });
    registry.handle(
      groupRequests.delete,
      async ({ group }, { actor }) => {
        await this.groups.delete(actor, group);
        return {};
      },
      { audit: 'group.delete' },
    );
  }
}
