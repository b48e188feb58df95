import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { inject } from '#webview/base/services.ts';

/** Where the commands of device groups are offered beside the palette. */
export function registerGroupMenus(): Disposable {
  const store = new DisposableStore();
  const menus = inject(MenuService);
  store.add(menus.register('view/title', { command: 'group.create', when: 'view == devices', group: 'navigation@2' }));
  store.add(menus.register('group/context', { command: 'group.rename', group: '2_edit@1' }));
  store.add(menus.register('group/context', { command: 'group.delete', group: '3_end@1' }));
  return store;
}
