import { map, skip, type Observable } from 'rxjs';
import type { TreeNode } from '#protocol/extension-host.ts';
import type { TreeSource } from '../views/view-registry.ts';
import type { SavedViews } from './saved-views.ts';

/** The saved views as lines; each opens its table. */
export class SavedViewTreeSource implements TreeSource {
  private readonly views: SavedViews;
  readonly changes$: Observable<string | null>;

  constructor(views: SavedViews) {
    this.views = views;
    this.changes$ = views.views$.pipe(
      skip(1),
      map(() => null),
    );
  }

  async children(node: string | null): Promise<readonly TreeNode[]> {
    if (node !== null) return [];
    return this.views.all().map(({ name, query }) => ({
      id: `view:${name}`,
      label: name,
      description: query,
      icon: 'table',
      contextValue: 'deviceView',
      collapsible: 'none',
      arguments: { view: name },
      command: { command: 'devices.showTable', arguments: { view: name } },
    }));
  }
}
