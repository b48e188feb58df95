import type { GroupService } from '../groups/group-service.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';

/** The names of all device groups, in memory: each endpoint is told the name of its own when it connects. */
export class GroupNames implements HubPart {
  private readonly store: Store;
  private readonly groups: GroupService;
  private readonly names = new Map<string, string>();

  constructor(store: Store, groups: GroupService) {
    this.store = store;
    this.groups = groups;
  }

  async start(): Promise<void> {
    this.groups.changed$.subscribe(({ group }) => this.names.set(group.id, group.name));
    for (const { id, name } of await this.store.read.selectFrom('device_groups').select(['id', 'name']).execute()) {
      this.names.set(id, name);
    }
  }

  of(group: string): string {
    return this.names.get(group) ?? '';
  }
}
