import { CommandService } from '#core/workbench/commands/command-service.ts';
import type { ContextScope } from '#core/workbench/context-keys/context-key-service.ts';
import { deviceContext } from '#core/workbench/devices/device-context.ts';
import type { DeviceEntry } from '#core/workbench/devices/device-entry.ts';
import { MenuService, type MenuLocation, type ResolvedMenuItem } from '#core/workbench/menus/menu-service.ts';
import type { Selection } from '#core/workbench/selection/selection-service.ts';
import { SessionContext } from '#core/workbench/sessions/session-context.ts';
import type { TreeRow as ModelRow } from '#core/workbench/views/tree-rows.ts';
import { inject } from '#webview/base/services.ts';
import { resolvedMenu } from '../menus/resolved-menu.ts';
import { showMenu } from '../menus/show-menu.ts';
import type { MenuPlace } from '../menus/menu-entry.ts';
import type { TreeAction } from '../tree/tree-rows.ts';

export interface TreeContext {
  readonly selection: Partial<Selection>;
  /** Values for the arguments of commands. */
  readonly args: Record<string, unknown>;
  /** For when-clauses. */
  readonly scope: ContextScope;
  readonly locations: readonly MenuLocation[];
}

/** What commands that are run on some rows are about. */
export function treeContext(rows: readonly ModelRow[], view = ''): TreeContext {
  const entries = [...new Set(rows.flatMap((row) => (row.kind === 'device' ? [row.entry] : [])))];
  if (entries.length > 0) return devicesContext(entries, view);
  const nodes = rows.flatMap((row) => (row.kind === 'node' ? [row.node] : []));
  const [first] = nodes;
  const values = (name: string): string[] =>
    nodes.flatMap(({ arguments: args }) => args?.[name] ?? []).filter((value) => typeof value === 'string');
  const groups = values('group');
  const sessions = values('session');
  return {
    selection: { groups, installers: values('installer'), devices: values('devices'), sessions },
    args: nodes.length === 1 ? { ...first?.arguments } : {},
    scope: {
      view,
      viewItem: first?.contextValue ?? '',
      ...(sessions[0] === undefined ? {} : inject(SessionContext).ofId(sessions[0])),
    },
    locations: groups.length > 0 ? ['group/context', 'view/item/context'] : ['view/item/context'],
  };
}

function devicesContext(entries: readonly DeviceEntry[], view: string): TreeContext {
  const devices = [...new Set(entries.map(({ id }) => id))];
  return {
    selection: { devices },
    args: { devices, ...(devices.length === 1 ? { device: devices[0] } : {}) },
    scope: { view, viewItem: 'device', ...deviceContext(entries) },
    locations: ['device/context', 'view/item/context'],
  };
}

function itemsFor({ locations, scope }: TreeContext): ResolvedMenuItem[] {
  return locations.flatMap((location) => [...inject(MenuService).items(location, scope)]);
}

/** The buttons at the end of a row: entries of the group `inline`. */
export function treeActions(view: string, row: ModelRow | undefined): TreeAction[] {
  if (!row || row.kind === 'problem') return [];
  return itemsFor(treeContext([row], view))
    .filter(({ group, icon }) => group === 'inline' && icon !== undefined)
    .map(({ command, title, icon, reason }) => ({ id: command, label: title, icon: icon!, disabledReason: reason }));
}

export const showTreeMenu = (view: string, rows: readonly ModelRow[], place: MenuPlace): Promise<void> =>
  showContextMenu(treeContext(rows, view), place);

/** The same menu for devices that stand in no tree. */
export const showDevicesMenu = (entries: readonly DeviceEntry[], place: MenuPlace): Promise<void> =>
  showContextMenu(devicesContext(entries, ''), place);

async function showContextMenu(context: TreeContext, place: MenuPlace): Promise<void> {
  const chosen = await showMenu(() => resolvedMenu(itemsFor(context)), place);
  if (chosen === undefined) return;
  const { args, scope } = context;
  await inject(CommandService).runAndReport(chosen, undefined, { source: 'menu', context: args, scope });
}
