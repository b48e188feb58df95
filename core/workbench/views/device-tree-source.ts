import { filter, map, type Observable } from 'rxjs';
import type { TreeNode } from '#protocol/extension-host.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { TreeSource } from './view-registry.ts';

/** The device tree: the groups by name, their devices below them. */
export class DeviceTreeSource implements TreeSource {
  private readonly replica: DeviceReplica;
  readonly changes$: Observable<string | null>;

  constructor(replica: DeviceReplica) {
    this.replica = replica;
    this.changes$ = replica.changes$.pipe(
      filter(({ groups, reset }) => groups || reset),
      map(() => null),
    );
  }

  async children(node: string | null): Promise<readonly TreeNode[]> {
    if (node !== null) return [];
    return this.replica.groups().map(({ id, name }) => ({
      id: `group:${id}`,
      label: name,
      icon: 'folder',
      contextValue: 'group',
      collapsible: 'collapsed',
      query: `group:${id}`,
      arguments: { group: id },
    }));
  }
}
