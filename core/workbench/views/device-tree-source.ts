import { filter, map, merge, type Observable } from 'rxjs';
import type { TreeNode } from '#protocol/extension-host.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { TreeSource } from './view-registry.ts';

/** The device tree: the groups by name, their devices below them, and those that wait for approval at the end. */
export class DeviceTreeSource implements TreeSource {
  private readonly replica: DeviceReplica;
  private readonly l10n: LocalizationService;
  readonly changes$: Observable<string | null>;

  constructor(replica: DeviceReplica, l10n: LocalizationService) {
    this.replica = replica;
    this.l10n = l10n;
    this.changes$ = merge(
      replica.changes$.pipe(filter(({ groups, reset, devices }) => groups || reset || devices.size > 0)),
      l10n.localizer$,
    ).pipe(map(() => null));
  }

  async children(node: string | null): Promise<readonly TreeNode[]> {
    if (node !== null) return [];
    const groups = this.replica.groups().map(({ id, name }): TreeNode => ({
      id: `group:${id}`,
      label: name,
      icon: 'folder',
      contextValue: 'group',
      collapsible: 'collapsed',
      query: `group:${id}`,
      arguments: { group: id },
    }));
    if (this.replica.counts().waiting === 0) return groups;
    const waiting: TreeNode = {
      id: 'waiting',
      label: this.l10n.t('tree.waiting'),
      icon: 'watch',
      contextValue: 'waiting',
      collapsible: 'collapsed',
      query: 'state:waiting',
    };
    return [...groups, waiting];
  }
}
