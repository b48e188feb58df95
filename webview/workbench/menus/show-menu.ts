import { deepActiveElement } from '#webview/base/focus.ts';
import type { MenuItems, MenuPlace } from './menu-entry.ts';
import './menu.ts';

/**
 * Shows a menu until something is chosen, and gives the focus back to where it was.
 * @returns the identifier chosen; undefined where the menu was left or has no lines
 */
export function showMenu(groups: readonly MenuItems[], place: MenuPlace, label = ''): Promise<string | undefined> {
  const shown = groups.filter((group) => group.length > 0);
  if (shown.length === 0) return Promise.resolve(undefined);
  const before = deepActiveElement();
  const menu = document.createElement('lk-menu');
  menu.groups = shown;
  menu.place = place;
  menu.label = label;
  return new Promise((resolve) => {
    menu.addEventListener(
      'menu-closed',
      (event) => {
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
