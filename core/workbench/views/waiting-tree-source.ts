import { filter, map, type Observable } from 'rxjs';
import type { TreeNode } from '#protocol/extension-host.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { TreeSource } from './view-registry.ts';

/** The devices that wait for approval, below the groups that they want to join. */
export class WaitingTreeSource implements TreeSource {
  private readonly replica: DeviceReplica;
  readonly changes$: Observable<string | null>;

  constructor(replica: DeviceReplica) {
    this.replica = replica;
    this.changes$ = replica.changes$.pipe(
      filter(({ groups, reset, devices }) => groups || reset || devices.size > 0),
      map(() => null),
    );
  }

  async children(node: string | null): Promise<readonly TreeNode[]> {
    if (node !== null) return [];
    return this.replica
      .groups()
      .filter(({ id }) => this.replica.counts(id).waiting > 0)
      .map(({ id, name }) => ({
        id: `waiting:${id}`,
        label: name,
        icon: 'folder',
        contextValue: 'waiting',
        collapsible: 'expanded',
        query: `state:waiting group:${id}`,
      }));
  }
}
