import type { ResolvedMenuItem } from '#core/workbench/menus/menu-service.ts';
import { keysOf } from '../keybindings/keys-of.ts';
import type { MenuEntry, MenuItems } from './menu-entry.ts';
import { below, showMenu } from './show-menu.ts';

/** Entries of `MenuService` as a menu: a line between groups; each command once. Those drawn as icons stand in it too. */
export function resolvedMenu(items: readonly ResolvedMenuItem[]): MenuItems[] {
  const groups = new Map<string, MenuEntry[]>();
  const seen = new Set<string>();
  for (const { command, title, icon, group, reason, submenu } of items) {
    if (seen.has(command)) continue;
    seen.add(command);
    const entry: MenuEntry = {
      id: command,
      label: title,
      icon,
      disabledReason: reason,
      ...(submenu ? { submenu: resolvedMenu(submenu) } : { keys: keysOf(command) }),
    };
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  return [...groups.values()];
}

/**
 * What a button for an entry is about: its own command, or what a person chooses of its submenu below the button.
 * @param siblings the entries that it stands among, as they are whenever this is called
 * @returns the command to run; undefined where nothing was chosen, or the entry is greyed out
 */
export async function chooseItem(
  item: ResolvedMenuItem,
  button: Element,
  siblings: () => readonly ResolvedMenuItem[] = () => [],
): Promise<string | undefined> {
  if (item.reason !== undefined) return undefined;
  if (!item.submenu) return item.command;
  const submenu = (): MenuItems[] =>
    resolvedMenu((siblings().find(({ command }) => command === item.command) ?? item).submenu ?? []);
  return showMenu(submenu, below(button), item.title);
}
