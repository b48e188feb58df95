import { PermissionService } from '#core/workbench/permissions/permission-service.ts';
import { deepActiveElement } from '#webview/base/focus.ts';
import { inject } from '#webview/base/services.ts';
import type { MenuItems, MenuPlace } from './menu-entry.ts';
import './menu.ts';

/**
 * Shows a menu until something is chosen, and gives the focus back to where it was.
 * @param groups as a function they are asked for anew when what the technician may do changes while the menu is open
 * @returns the identifier chosen; undefined where the menu was left or has no lines
 */
export function showMenu(
  groups: readonly MenuItems[] | (() => readonly MenuItems[]),
  place: MenuPlace,
  label = '',
): Promise<string | undefined> {
  const now = (): MenuItems[] => (typeof groups === 'function' ? groups() : groups).filter(({ length }) => length > 0);
  const shown = now();
  if (shown.length === 0) return Promise.resolve(undefined);
  const before = deepActiveElement();
  const menu = document.createElement('lk-menu');
  menu.groups = shown;
  menu.place = place;
  menu.label = label;
  const rights =
    typeof groups === 'function'
      ? inject(PermissionService).changes$.subscribe(() => (menu.groups = now()))
      : undefined;
  return new Promise((resolve) => {
    menu.addEventListener(
      'menu-closed',
      (event) => {
        rights?.unsubscribe();
        if (before instanceof HTMLElement && before.isConnected) before.focus();
        resolve((event as CustomEvent<string | null>).detail ?? undefined);
      },
      { once: true },
    );
    document.body.append(menu);
  });
}

/** Where a menu opens that belongs to a button. */
export function below(button: Element): MenuPlace {
  const { left, bottom } = button.getBoundingClientRect();
  return { x: left, y: bottom + 2 };
}
