import type { ResolvedMenuItem } from '#core/workbench/menus/menu-service.ts';
import { keysOf } from '../keybindings/keys-of.ts';
import type { MenuEntry, MenuItems } from './menu-entry.ts';

/** Entries of `MenuService` as a menu: a line between groups; each command once. Those drawn as icons stand in it too. */
export function resolvedMenu(items: readonly ResolvedMenuItem[]): MenuItems[] {
  const groups = new Map<string, MenuEntry[]>();
  const seen = new Set<string>();
  for (const { command, title, icon, group, reason } of items) {
    if (seen.has(command)) continue;
    seen.add(command);
    const entry = { id: command, label: title, icon, keys: keysOf(command), disabledReason: reason };
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  return [...groups.values()];
}
