import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { SavedViewTreeSource } from '#core/workbench/device-views/saved-view-tree-source.ts';
import { SavedViews, standardListing, type SavedView } from '#core/workbench/device-views/saved-views.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { ViewRegistry } from '#core/workbench/views/view-registry.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { registerEditor } from '../editors/editor-registry.ts';
import { registerCoreCommands } from '../pages/core-command.ts';
import { devicesContainer, devicesView } from '../shell/device-view.ts';
import type { DeviceTableData } from './device-table-page.ts';

const editorKind = 'deviceTable';
const savedViewsView = 'savedViews';
const category = '%command.category.devices%';
const viewArgument = { type: 'string', title: '%deviceTable.viewName%', minLength: 1, maxLength: 64 } as const;

/** The table of devices, its saved views in the side bar, and the commands for both. */
export function registerDeviceTable(): Disposable {
  const store = new DisposableStore();
  const views = inject(SavedViews);
  registerEditor({
    kind: editorKind,
    tag: 'lk-device-table-page',
    title: ({ data }) => (data as DeviceTableData | undefined)?.view ?? t('deviceTable.title'),
    load: () => import('./device-table-page.ts'),
  });
  store.add(
    registerCoreCommands([
      {
        command: 'devices.showTable',
        title: '%command.devices.showTable%',
        category,
        icon: 'table',
        arguments: {
          type: 'object',
          properties: { view: viewArgument, query: { type: 'string', title: '%deviceTable.query%', maxLength: 1000 } },
          additionalProperties: false,
        },
        body: ({ view, query }) => (showTable(view as string | undefined, query as string | undefined), null),
      },
      {
        command: 'devices.saveView',
        title: '%command.devices.saveView%',
        category,
        icon: 'save',
        effect: 'change',
        arguments: {
          type: 'object',
          properties: {
            name: viewArgument,
            query: { type: 'string', title: '%deviceTable.query%', maxLength: 1000 },
            columns: { type: 'array', title: '%deviceTable.columns%', items: { type: 'string' } },
            sort: { type: 'string', title: '%deviceTable.sort%' },
          },
          required: ['name', 'query'],
          additionalProperties: false,
        },
        body: async (args) => {
          const view = { ...standardListing, ...args } as SavedView;
          await views.save(view);
          showTable(view.name);
          return null;
        },
      },
      {
        command: 'devices.deleteView',
        title: '%command.devices.deleteView%',
        category,
        icon: 'trash',
        effect: 'change',
        arguments: {
          type: 'object',
          properties: { view: viewArgument },
          required: ['view'],
          additionalProperties: false,
        },
        body: async ({ view }) => {
          await views.delete(views.require(String(view)).name);
          return null;
        },
      },
    ]),
  );
  store.add(registerMenus());
  store.add(registerView(views));
  return store;
}

/** A saved view is one tab; whatever else is asked for shares another. */
function showTable(view: string | undefined, query?: string): void {
  const editors = inject(EditorService);
  const saved = view === undefined ? undefined : inject(SavedViews).require(view);
  const id = saved ? `view:${saved.name}` : 'main';
  const { name, ...listing } = saved ?? { name: undefined };
  const open = editors.openTabs.find((tab) => tab.kind === editorKind && tab.id === id);
  const data: DeviceTableData = {
    ...(open?.data as DeviceTableData | undefined),
    ...listing,
    ...(name !== undefined && { view: name }),
    ...(query !== undefined && { query }),
  };
  editors.open({ kind: editorKind, id, title: name ?? t('deviceTable.title'), icon: 'table', data });
}

function registerMenus(): Disposable {
  const store = new DisposableStore();
  const menus = inject(MenuService);
  store.add(
    menus.register('view/title', {
      command: 'devices.showTable',
      when: `view == ${devicesView}`,
      group: 'navigation@3',
    }),
  );
  store.add(
    menus.register('view/item/context', {
      command: 'devices.deleteView',
      when: `view == ${savedViewsView}`,
      group: '9_delete@1',
    }),
  );
  return store;
}

function registerView(views: SavedViews): Disposable {
  const store = new DisposableStore();
  const registry = inject(ViewRegistry);
  const localize = (text: string): string => t(text.replaceAll('%', ''));
  const view = {
    id: savedViewsView,
    container: devicesContainer,
    name: '%deviceTable.savedViews%',
    kind: 'tree' as const,
    order: 2,
    when: 'devices.savedViews',
  };
  store.add(registry.registerView(view, { id: 'latchkey', localize }));
  store.add(registry.registerSource(savedViewsView, new SavedViewTreeSource(views)));
  const counted = views.views$.subscribe(({ length }) =>
    inject(ContextKeyService).set('devices.savedViews', length > 0),
  );
  store.add({ dispose: () => counted.unsubscribe() });
  return store;
}
