import { CommandService } from '#core/workbench/commands/command-service.ts';
import type { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import type { TreeRow } from '#core/workbench/views/tree-rows.ts';
import { inject } from '#webview/base/services.ts';

/** What is dragged from one place of the workbench to another: identifiers of devices, as JSON. */
const devicesType = 'application/vnd.latchkey.devices+json';

export interface TreeDropDetail {
  readonly id: string;
  readonly transfer: DataTransfer | null;
}

/** Puts devices into what is dragged; outside the workbench they are their names. */
export function carryDevices(transfer: DataTransfer, devices: readonly string[], replica: DeviceReplica): void {
  transfer.effectAllowed = 'copyMove';
  transfer.setData(devicesType, JSON.stringify(devices));
  transfer.setData('text/plain', devices.map((id) => replica.get(id)?.name ?? id).join('\n'));
}

/** While it is being dragged, a browser says of what sort it is, not what. */
export const holdsDevices = (transfer: DataTransfer): boolean => transfer.types.includes(devicesType);

/** Anything may be dropped from other windows: what are no identifiers are no devices. */
export function devicesIn(transfer: DataTransfer): string[] {
  try {
    const devices: unknown = JSON.parse(transfer.getData(devicesType));
    return Array.isArray(devices) ? devices.filter((each): each is string => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

/** The device group that something dropped on this line is meant for: its own, or that of the device. */
export function groupAt(row: TreeRow | undefined): string | undefined {
  if (row?.kind === 'device') return row.entry.device.group;
  const group = row?.kind === 'node' ? row.node.arguments?.group : undefined;
  return typeof group === 'string' ? group : undefined;
}

/** As the command does it, with its permission, its progress and its undo. */
export function moveByDrop(devices: readonly string[], group: string): void {
  void inject(CommandService).runAndReport('device.move', { devices, group }, { source: 'menu' });
}
